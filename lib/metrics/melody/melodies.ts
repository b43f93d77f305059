import { checkArgument, type Kind, kinds } from "../../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import { numberColumn, pitchColumn, withoutDrums } from "../../notes/mod.ts";
import { groupRows } from "../note_rows.ts";

/**
 * Which note follows which.
 *
 * - `"voices"`: each part of each piece by itself, by onset; of the notes that begin at once the lowest. jSymbolic's
 *   melodic intervals, as `jsymbolic.json` recounts them.
 * - `"stream"`: the rows of a piece as they stand, all parts and all notes of a chord one after another. What a model
 *   that learns from the table hears.
 */
export type Line = "voices" | "stream";

/** What an option of that type must be. */
export const LINE: Kind<Line> = kinds.oneOf("voices", "stream");

/**
 * The pitches of a table as melodies: one per part of each piece (`"voices"`) or
 * one per piece (`"stream"`). Drums are left out.
 *
 * @param table A table of notes; without columns `piece` and `part`, of one piece and one part.
 * @param line Which note follows which.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number, or an onset is missing.
 */
export function melodies(table: DataFrame, line: Line = "voices"): Int32Array[] {
  checkArgument("follow a melody", "line", line, LINE);
  const pitched = withoutDrums(table);
  const pitch = pitchColumn(pitched);
  if (line === "stream") {
    return groupRows(pitched, ["piece"]).map((rows) => Int32Array.from(rows, (row) => pitch[row]));
  }
  const start = numberColumn(pitched, "start");
  return groupRows(pitched, ["piece", "part"]).map((rows) => {
    const byOnset = rows.sort((a, b) => start[a] - start[b] || pitch[a] - pitch[b]);
    const lowest = byOnset.filter((row, i) => i === 0 || start[row] > start[byOnset[i - 1]]);
    return Int32Array.from(lowest, (row) => pitch[row]);
  });
}

/**
 * The intervals between successive notes in semitones, upwards positive, of
 * all melodies together: one fewer than notes in each. Nothing crosses from
 * one part or piece to the next.
 *
 * @param table A table of notes; without columns `piece` and `part`, of one piece and one part.
 * @param line Which note follows which.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number, or an onset is missing.
 */
export function melodicIntervals(table: DataFrame, line: Line = "voices"): Int32Array {
  const intervals = melodies(table, line).map((pitches) => pitches.map((pitch, i) => pitch - pitches[i - 1]).slice(1));
  return Int32Array.from(intervals.flatMap((some) => [...some]));
}
