import { REST } from "../score/mod.ts";
import type { Moving, PitchRange } from "./encoding.ts";
import { movingPitches } from "./transposing.ts";

/** What a voice can have in a frame, as classes: 0 for a rest, 1 for the lowest pitch of a range, and so on. */
export interface CellClasses {
  /** How many classes there are. */
  readonly count: number;
  /** How a column of them is transposed: all pitches move and stay in the range; rests, and classes that follow, stay. */
  readonly transposing: Moving;
  /**
   * The class of a MIDI number, or of `REST`.
   *
   * @throws {RangeError} If the pitch is outside the range.
   */
  of(cell: number): number;
  /** The MIDI number of a class, or `REST`. */
  cell(value: number): number;
}

/** The classes of cells whose pitches are in a range. */
export function cellClasses({ lowest, highest }: PitchRange): CellClasses {
  const count = highest - lowest + 2;
  return {
    count,
    transposing: movingPitches({ lowest: 1, highest: count - 1 }),
    of(cell) {
      if (cell === REST) return 0;
      if (cell >= lowest && cell <= highest) return cell - lowest + 1;
      throw new RangeError(`Cannot find the class of pitch ${cell}: the range is from ${lowest} to ${highest}`);
    },
    cell: (value) => value === 0 ? REST : value + lowest - 1,
  };
}
