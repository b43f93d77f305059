/** A note as a model hears it, and as it goes on from it. */
export interface HeardNote {
  /** MIDI number. */
  pitch: number;
  /** Seconds since the onset of the note before. */
  step: number;
  /** Seconds. */
  duration: number;
}

/** What a model says of the next note. */
export interface NextNote {
  /** Natural logs of the probabilities of the 128 MIDI numbers. */
  pitch: ArrayLike<number>;
  /**
   * Natural logs of the probabilities of the 65 classes of the step (`stepClasses` of `lib/notes`); or the step in
   * seconds, of any sign, from a model that regresses it.
   */
  step: ArrayLike<number> | number;
  /** The same of the duration: 64 classes (`durationClasses`), or seconds. */
  duration: ArrayLike<number> | number;
}

/** A model that listens to one piece. */
export interface Listener {
  /** Hears the note that comes next. */
  hear(note: HeardNote): void;
  /**
   * What it says of the note after those that it has heard. The arrays may be overwritten when it is asked again.
   *
   * @throws {Error} If it has heard nothing and cannot begin by itself, or says something that is not a number.
   */
  next(): NextNote;
  /** Frees what it holds; the model stays. */
  dispose(): void;
}

/**
 * Whatever names the next note: the one interface by which models are scored
 * (`lib/evaluation`) and sampled from (`lib/sampling`).
 *
 * Probabilities of a head sum to 1, or to less where a model gives some to what
 * cannot be, as an n-gram of intervals does to pitches beyond MIDI's: it
 * pays for that.
 */
export interface NoteModel {
  /** What a table of results calls it. */
  readonly name: string;
  /** How many numbers it has learned. */
  readonly parameters: number;
  /** Begins a piece. */
  listen(): Listener;
  /**
   * What it says after each note of a piece but the last, as a listener would, only faster.
   *
   * @default listening note by note
   */
  follow?(piece: readonly HeardNote[]): Iterable<NextNote>;
}
