import type { DataFrame } from "nodejs-polars";
import type { TimedNote } from "../score/mod.ts";
import { numberColumn, pitchColumn } from "./columns.ts";

/**
 * The notes of a table, as `writeMidi` and the player take them, in the order
 * of the rows.
 *
 * Onset and release are the columns `start` and `end`: rows of several pieces
 * sound at once, each from its own beginning.
 *
 * @param table A table with the columns `pitch`, `start`, `end` (seconds) and `velocity`.
 * @throws {TypeError} If a column is missing, or does not hold numbers.
 * @throws {RangeError} If a value is missing or not finite, a pitch is no integer from 0 to 127, a velocity none from
 * 1 to 127, a note begins before 0, or ends before it begins; the message names the row.
 */
export function notesOf(table: DataFrame): TimedNote[] {
  const pitch = pitchColumn(table);
  const start = numberColumn(table, "start");
  const end = numberColumn(table, "end");
  const velocity = numberColumn(table, "velocity");
  return Array.from(pitch, (value, row) => {
    if (start[row] < 0 || end[row] < start[row]) {
      throw new RangeError(`Cannot read the note table: row ${row} sounds from ${start[row]} to ${end[row]} seconds`);
    }
    if (!Number.isInteger(velocity[row]) || velocity[row] < 1 || velocity[row] > 127) {
      throw new RangeError(
        `Cannot read the note table: row ${row} of column "velocity" must be an integer from 1 to 127, got ${
          velocity[row]
        }`,
      );
    }
    return { pitch: value, start: start[row], end: end[row], velocity: velocity[row] };
  });
}
