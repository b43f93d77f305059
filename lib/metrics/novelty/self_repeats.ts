import type { DataFrame } from "nodejs-polars";
import { pitchColumn, secondsColumn, stepClasses } from "../../notes/mod.ts";
import { refuseSeveralPieces } from "../note_rows.ts";
import { remembered } from "../remembered.ts";

/** Fewer notes in a row are no self-repeat that counts. */
const SHORTEST = 8;
/** Notes in which a loop is looked for, the largest distance at which it repeats, and the share that has to. */
const WINDOW = 64, FARTHEST = 48, SHARE = 0.9;

/** How a piece repeats itself. */
export interface SelfRepeats {
  /** The most notes in a row that stand somewhere before in the piece, which they may overlap. */
  longest: number;
  /** The share of notes in such repeats of eight notes or more, 0 to 1; the first time does not count. NaN without notes. */
  share: number;
  /**
   * Whether it turns in circles: whether 64 notes in a row are there of which 90 % are what came the same distance
   * before, at most 48 notes.
   */
  loops: boolean;
}

/**
 * How a piece repeats itself, note for note: the same pitch, and the same class
 * of the step that leads to it (`stepClasses`). Needs time in proportion to the
 * square of the notes, the first time that it is asked about a table.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { selfRepeats } from "../mod.ts";
 *
 * const pitch = [60, 62, 64, 65, 60, 62, 64, 72];
 * const table = pl.DataFrame({ pitch, step: pitch.map(() => 0.25) });
 *
 * assertEquals(selfRepeats(table), { longest: 3, share: 0, loops: false });
 * ```
 *
 * @param table A table of notes of one piece, with `pitch` and `step`.
 * @throws {TypeError} If a column is missing or has another type.
 * @throws {RangeError} If a value is missing or out of range, or the table holds several pieces.
 */
export const selfRepeats: (table: DataFrame) => SelfRepeats = remembered((table: DataFrame): SelfRepeats => {
  refuseSeveralPieces(table, "look for repeats");
  const steps = secondsColumn(table, "step");
  const notes = pitchColumn(table).map((pitch, i) => pitch * stepClasses.count + stepClasses.of(steps[i]));
  const size = notes.length, repeated = new Uint8Array(size);
  // run[j] is the number of notes in a row, up to the one at j, that are also those up to the latest one.
  const run = new Int32Array(size);
  let longest = 0;
  for (let i = 0; i < size; i++) {
    let most = 0;
    for (let j = i - 1; j >= 0; j--) {
      run[j] = notes[j] === notes[i] ? (j > 0 ? run[j - 1] : 0) + 1 : 0;
      most = Math.max(most, run[j]);
    }
    longest = Math.max(longest, most);
    if (most >= SHORTEST) repeated.fill(1, i - most + 1, i + 1);
  }
  return { longest, share: repeated.reduce((sum, one) => sum + one, 0) / size, loops: hasLoop(notes) };
});

function hasLoop(notes: Int32Array): boolean {
  for (let distance = 1; distance <= FARTHEST; distance++) {
    const same = notes.map((note, i) => Number(i >= distance && note === notes[i - distance]));
    let among = 0;
    for (let i = distance; i < notes.length; i++) {
      among += same[i] - (i >= WINDOW ? same[i - WINDOW] : 0);
      if (i >= distance + WINDOW - 1 && among >= SHARE * WINDOW) return true;
    }
  }
  return false;
}
