import type { DataFrame } from "nodejs-polars";
import { pitchColumn, withoutDrums } from "../../notes/mod.ts";
import { groupRows } from "../note_rows.ts";
import { entropyBits, mean, mode, modeShare, total } from "../statistics.ts";

/**
 * How many notes have each pitch: 128 counts, by MIDI number. Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function pitchCounts(table: DataFrame): Float64Array {
  const counts = new Float64Array(128);
  for (const pitch of pitchesOf(table)) counts[pitch]++;
  return counts;
}

/**
 * How many notes have each pitch class: 12 counts, from C up. Drums do not
 * count. A long note counts like a short one; `pitchClassHistogram` of
 * `lib/notes` counts seconds.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function pitchClassCounts(table: DataFrame): Float64Array {
  const counts = new Float64Array(12);
  for (const pitch of pitchesOf(table)) counts[pitch % 12]++;
  return counts;
}

/**
 * How many different pitches there are, 0 to 128: muspy's `n_pitches_used`,
 * jSymbolic's `Pitch_Variety`. Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function pitchesUsed(table: DataFrame): number {
  return new Set(pitchesOf(table)).size;
}

/**
 * How many different pitch classes there are, 0 to 12: muspy's
 * `n_pitch_classes_used`, jSymbolic's `Pitch_Class_Variety`. Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function pitchClassesUsed(table: DataFrame): number {
  return new Set(pitchesOf(table).map((pitch) => pitch % 12)).size;
}

/**
 * Semitones from the lowest pitch to the highest, 0 to 127; 0 where there are
 * no notes. Drums do not count.
 *
 * muspy's `pitch_range` and jSymbolic's `Range`, but for one case: of drums
 * alone muspy 0.5.0 says -127, against its own documentation; this says 0.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function pitchRange(table: DataFrame): number {
  const pitches = pitchesOf(table).sort();
  return pitches.length === 0 ? 0 : pitches.at(-1)! - pitches[0];
}

/**
 * Entropy of the pitches in bits, `-Σ p log2 p` over the share `p` of the
 * notes that each of the 128 pitches has: 0 to 7, NaN without notes. muspy's
 * `pitch_entropy`. Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function pitchEntropy(table: DataFrame): number {
  return entropyBits(pitchCounts(table));
}

/**
 * Entropy of the twelve pitch classes in bits: 0 to log2 12 = 3.585, NaN
 * without notes. muspy's `pitch_class_entropy`, of Wu and Yang, "The Jazz
 * Transformer on the Front Line" (2020). Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function pitchClassEntropy(table: DataFrame): number {
  return entropyBits(pitchClassCounts(table));
}

/**
 * The mean MIDI number, each note counting once; NaN without notes. Drums do
 * not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function meanPitch(table: DataFrame): number {
  return mean(pitchesOf(table));
}

/**
 * jSymbolic's `Mean_Pitch`, which cuts the mean of each channel to a whole
 * number before it weighs them: `Σ floor(mean of a part) * its notes / notes`,
 * so up to 1 below {@linkcode meanPitch}. NaN without notes; drums do not count.
 *
 * A part of the table stands for jSymbolic's channel: where several parts
 * share one, the two may differ by less than 1.
 *
 * @param table A table of notes, of one piece or several; without columns `piece` and `part`, of one part.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function truncatedMeanPitch(table: DataFrame): number {
  const pitched = withoutDrums(table);
  const pitch = pitchColumn(pitched);
  const parts = groupRows(pitched, ["piece", "part"]);
  const sums = parts.map((rows) => Math.floor(mean(rows.map((row) => pitch[row]))) * rows.length);
  return total(sums) / total(parts.map((rows) => rows.length));
}

/**
 * The pitch that most notes have, a MIDI number, the lowest on a tie; NaN
 * without notes. jSymbolic's `Most_Common_Pitch`. Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function mostCommonPitch(table: DataFrame): number {
  return mode(pitchCounts(table));
}

/**
 * The share of the notes that have the most common pitch, above 0 to 1; NaN
 * without notes. jSymbolic's `Prevalence_of_Most_Common_Pitch`. Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function mostCommonPitchShare(table: DataFrame): number {
  return modeShare(pitchCounts(table));
}

/**
 * The pitch class that most notes have, 0 (C) to 11 (B), the lowest on a tie;
 * NaN without notes. jSymbolic's `Most_Common_Pitch_Class`. Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function mostCommonPitchClass(table: DataFrame): number {
  return mode(pitchClassCounts(table));
}

/**
 * The share of the notes that have the most common pitch class, 1/12 to 1; NaN
 * without notes. jSymbolic's `Prevalence_of_Most_Common_Pitch_Class`. Drums do not count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function mostCommonPitchClassShare(table: DataFrame): number {
  return modeShare(pitchClassCounts(table));
}

/** Pitches of the notes that no drum plays. */
function pitchesOf(table: DataFrame): Int32Array {
  return pitchColumn(withoutDrums(table));
}
