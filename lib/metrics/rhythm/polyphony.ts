import { checkOptions, kinds, optional } from "../../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import { pitchColumn, withoutDrums } from "../../notes/mod.ts";
import { gridColumn, refuseSeveralPieces } from "../note_rows.ts";
import { lengthInQuarters } from "./rhythm.ts";

/** Options for {@linkcode polyphonyRate}. */
export interface PolyphonyRateOptions {
  /**
   * More pitches than these must sound at once.
   *
   * @default 2
   */
  threshold?: number;
}

/**
 * The mean number of different pitches that sound at once, over the time in
 * which any sounds: 1 upwards, NaN where none does. Unisons are one pitch.
 * Drums do not count. muspy's `polyphony`, which counts ticks; this measures
 * time in quarter notes, which comes to the same.
 *
 * @param table A table of notes of one piece, with `quarter` and `quarters`.
 * @throws {TypeError} If the table has no grid; the message says how to make one.
 * @throws {RangeError} If a number is missing, or the table holds several pieces.
 */
export function polyphony(table: DataFrame): number {
  const times = timesByPitches(table);
  const sounding = times.slice(1).reduce((sum, time) => sum + time, 0);
  return times.reduce((sum, time, pitches) => sum + time * pitches, 0) / sounding;
}

/**
 * The share of the piece's length in which more than `threshold` different
 * pitches sound at once: 0 to 1, NaN for a piece without length. Drums do not
 * count, but for the length. muspy's `polyphony_rate`, used by Dong et al.,
 * "MuseGAN" (2018): more than two pitches, where its documentation says several.
 *
 * @param table A table of notes of one piece, with `quarter` and `quarters`.
 * @param options The threshold.
 * @throws {TypeError} If the table has no grid; the message says how to make one.
 * @throws {RangeError} If a number is missing, the threshold is negative, or the table holds several pieces.
 */
export function polyphonyRate(table: DataFrame, options: PolyphonyRateOptions = {}): number {
  const { threshold = 2 } = checkOptions("measure polyphony", options, {
    threshold: optional(kinds.number({ from: 0 })),
  });
  const dense = timesByPitches(table).reduce((sum, time, pitches) => sum + (pitches > threshold ? time : 0), 0);
  const length = lengthInQuarters(table);
  return length > 0 ? dense / length : NaN;
}

/** For how many quarter notes no pitch sounds, one does, two do, and so on, up to the last release. */
function timesByPitches(table: DataFrame): number[] {
  refuseSeveralPieces(table, "measure polyphony");
  const pitched = withoutDrums(table);
  const pitch = pitchColumn(pitched);
  const quarters = gridColumn(pitched, "quarters");
  const changes = Array.from(gridColumn(pitched, "quarter"), (onset, row) => [
    { at: onset, pitch: pitch[row], by: 1 },
    { at: onset + quarters[row], pitch: pitch[row], by: -1 },
  ]).flat().sort((a, b) => a.at - b.at || b.by - a.by);
  const held = new Int32Array(128);
  const times: number[] = [];
  let [sounding, now] = [0, 0];
  for (const { at, pitch, by } of changes) {
    times[sounding] = (times[sounding] ?? 0) + at - now;
    now = at;
    const before = held[pitch];
    held[pitch] += by;
    if (Math.min(before, held[pitch]) === 0) sounding += by;
  }
  return Array.from(times, (time) => time ?? 0);
}
