import { checkArgument } from "../../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import { findKey, type Key, KEY_KINDS } from "../../notes/mod.ts";
import { pitchClassCounts } from "./pitch.ts";
import { total } from "../statistics.ts";

/** Semitones above the tonic: the major scale, and the natural minor one. */
const SCALES = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] };

/**
 * The share of the notes that are in a scale, 0 to 1; NaN without notes.
 * muspy's `pitch_in_scale_rate`, used by Dong et al., "MuseGAN" (2018). Minor
 * is the natural scale, so that a leading tone is outside. Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @param key The tonic's pitch class, 0 (C) to 11, and the mode, as `findKey` gives them.
 * @throws {TypeError} If there is no numeric column `pitch`, or the mode has another name.
 * @throws {RangeError} If a pitch is not a MIDI number, or the tonic no pitch class.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { pitchInScaleRate } from "../mod.ts";
 *
 * const table = pl.DataFrame({ pitch: [60, 62, 64, 66] });
 * assertEquals(pitchInScaleRate(table, { tonic: 0, mode: "major" }), 0.75);
 * assertEquals(pitchInScaleRate(table, { tonic: 7, mode: "major" }), 1);
 * ```
 */
export function pitchInScaleRate(table: DataFrame, key: Pick<Key, "tonic" | "mode">): number {
  const { tonic, mode } = key;
  checkArgument("look into a scale", "mode", mode, KEY_KINDS.mode);
  checkArgument("look into a scale", "tonic", tonic, KEY_KINDS.tonic);
  return share(pitchClassCounts(table), tonic, mode);
}

/**
 * The largest {@linkcode pitchInScaleRate} of the 24 scales, 7/12 to 1; NaN
 * without notes. muspy's `scale_consistency`, used by Mogren, "C-RNN-GAN"
 * (2016). Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function scaleConsistency(table: DataFrame): number {
  const counts = pitchClassCounts(table);
  // A minor scale has the notes of the major one on its third degree.
  return Math.max(...counts.map((_, tonic) => share(counts, tonic, "major")));
}

/**
 * {@linkcode pitchInScaleRate} for the key that `findKey` finds: the share of
 * notes that are diatonic in the piece's own key, 0 to 1. NaN where no key can
 * be told. Drums do not count.
 *
 * @param table A table of notes, of one piece or several in one key.
 * @throws {TypeError} If there are no numeric columns `pitch` and `duration`.
 * @throws {RangeError} If a pitch is not a MIDI number, or a duration is missing or negative.
 */
export function diatonicRate(table: DataFrame): number {
  const key = findKey(table);
  return key.correlation === 0 ? NaN : pitchInScaleRate(table, key);
}

function share(counts: Float64Array, tonic: number, mode: keyof typeof SCALES): number {
  return total(SCALES[mode].map((degree) => counts[(tonic + degree) % 12])) / total(counts);
}
