/** What the cells of a grid can be: a rest, or a pitch of the corpus's range. */
export interface GridClasses {
  /** How many: 47 with the JSB chorales, a rest and 46 pitches. */
  readonly count: number;
  /**
   * The class of a cell: 0 for a rest, -1; 1 for the lowest pitch, and so on.
   *
   * @throws {RangeError} If the pitch is out of the range.
   */
  of(pitch: number): number;
}

/** A model that listens to one piece on a grid, cell by cell: soprano, alto, tenor and bass of each frame. */
export interface GridListener {
  /** The probability of each class for the next cell. May be overwritten when it is asked again. */
  next(): Float64Array;
  /** Hears the class of the next cell. */
  hear(cell: number): void;
}

/**
 * Whatever names the next cell of a grid from everything before it: earlier frames, and
 * the higher voices of the same frame.
 */
export interface GridModel {
  /** What a table of results calls it. */
  readonly name: string;
  /** What it names. */
  readonly classes: GridClasses;
  /** How many numbers it has learned. */
  readonly parameters: number;
  /** Begins a piece. */
  listen(): GridListener;
}

/**
 * The classes of a corpus.
 *
 * @param range Its lowest and highest MIDI number: a `GridCorpus` has them.
 */
export function gridClasses({ lowest, highest }: { lowest: number; highest: number }): GridClasses {
  const count = highest - lowest + 2;
  return {
    count,
    of(pitch) {
      const index = pitch === -1 ? 0 : pitch - lowest + 1;
      if (pitch !== -1 && !(pitch >= lowest && pitch <= highest)) {
        throw new RangeError(`Cannot find the class of pitch ${pitch}: the range is from ${lowest} to ${highest}`);
      }
      return index;
    },
  };
}
