import { checkArgument, kinds } from "../../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import { drumColumn } from "../../notes/mod.ts";
import { gridColumn } from "../note_rows.ts";
import { mean } from "../statistics.ts";

/** How finely a beat is divided in each metre. */
const DIVISIONS = { duple: 4, triple: 3 };

/** Share of a division within which an onset is on it: onsets are rounded numbers, and no tick is as short. */
const ROUNDING = 1e-6;

/**
 * The share of the drum notes that are where a metre expects them: on a
 * quarter of the beat (duple) or a third of it (triple), a beat being a quarter
 * note. 0 to 1; NaN without drums, so of every table made without the option
 * `drums`. muspy's `drum_in_pattern_rate`, used by Dong et al., "MuseGAN" (2018).
 *
 * @param table A table of notes, of one piece or several, with `quarter` and `drum`.
 * @param metre How the beat is divided.
 * @throws {TypeError} If the table has no grid (the message says how to make one), or the metre another name.
 * @throws {RangeError} If an onset is missing.
 */
export function drumInPatternRate(table: DataFrame, metre: "duple" | "triple"): number {
  checkArgument("look for a drum pattern", "metre", metre, kinds.oneOf("duple", "triple"));
  const drum = drumColumn(table);
  const hits = gridColumn(table, "quarter").filter((_, row) => drum[row]).map((quarter) => quarter * DIVISIONS[metre]);
  return mean(hits.map((hit) => Math.abs(hit - Math.round(hit)) < ROUNDING ? 1 : 0));
}

/**
 * The larger {@linkcode drumInPatternRate} of the two metres: 0 to 1, NaN
 * without drums. muspy's `drum_pattern_consistency`.
 *
 * @param table A table of notes, of one piece or several, with `quarter` and `drum`.
 * @throws {TypeError} If the table has no grid; the message says how to make one.
 * @throws {RangeError} If an onset is missing.
 */
export function drumPatternConsistency(table: DataFrame): number {
  return Math.max(drumInPatternRate(table, "duple"), drumInPatternRate(table, "triple"));
}
