import pl, { type DataFrame } from "nodejs-polars";
import { durationClasses, secondsColumn, stepClasses, type TimeClasses } from "../notes/mod.ts";
import { type Line, melodicIntervals } from "./melody/melodies.ts";
import { gridColumn, groupRows } from "./note_rows.ts";
import { pitchClassCounts } from "./pitch/pitch.ts";

/** Names of the histograms by which sets of pieces are compared. */
export type HistogramName = "pitch_class" | "interval" | "duration" | "step";

/** A histogram by name. */
export interface Histogram {
  /** Its name. */
  name: HistogramName;
  /** How many bins it has. */
  bins: number;
  /** The last bin lies beside the first. */
  circular: boolean;
  /** Its counts, of a table of notes. */
  counts: (table: DataFrame) => Float64Array;
}

/** The twelve note values that durations are counted by, with their lengths in quarter notes. */
export const NOTE_VALUES: readonly { readonly name: string; readonly quarters: number }[] = [
  { name: "sixteenth", quarters: 1 / 4 },
  { name: "eighth triplet", quarters: 1 / 3 },
  { name: "dotted sixteenth", quarters: 3 / 8 },
  { name: "eighth", quarters: 1 / 2 },
  { name: "quarter triplet", quarters: 2 / 3 },
  { name: "dotted eighth", quarters: 3 / 4 },
  { name: "quarter", quarters: 1 },
  { name: "half triplet", quarters: 4 / 3 },
  { name: "dotted quarter", quarters: 3 / 2 },
  { name: "half", quarters: 2 },
  { name: "dotted half", quarters: 3 },
  { name: "whole", quarters: 4 },
];

/** A step shorter than this, in quarter notes, is none: half the shortest note value. */
const TOGETHER = NOTE_VALUES[0].quarters / 2;

/**
 * How many notes have each of the twelve {@linkcode NOTE_VALUES}. A duration
 * goes to the value that is nearest in ratio; the shortest and the longest take
 * all beyond them. Drums count.
 *
 * @param table A table of notes, of one piece or several, with `quarters`.
 * @throws {TypeError} If the table has no grid; the message says how to make one.
 * @throws {RangeError} If a duration is missing.
 */
export function noteValueCounts(table: DataFrame): Float64Array {
  const counts = new Float64Array(NOTE_VALUES.length);
  for (const quarters of gridColumn(table, "quarters")) counts[noteValueOf(quarters)]++;
  return counts;
}

/**
 * The duration histogram: a row for each of the twelve
 * {@linkcode NOTE_VALUES}, with the columns `value` (its name), `quarters` (its
 * length), `count` and `share` (of all notes; null without notes).
 *
 * The classes are those of MGEval's note length histogram (Yang and Lerch, "On
 * the evaluation of generative models in music", 2018), which takes a bar of
 * any metre for a whole note, and the nearest class by difference; here a
 * quarter note is one in every metre, and the nearest class is that by ratio,
 * so that staccato does not become another rhythm so soon.
 *
 * @param table A table of notes, of one piece or several, with `quarters`.
 * @throws {TypeError} If the table has no grid; the message says how to make one.
 * @throws {RangeError} If a duration is missing.
 */
export function durationHistogram(table: DataFrame): DataFrame {
  const counts = noteValueCounts(table);
  const share = table.height > 0 ? pl.col("count").div(pl.lit(table.height)) : pl.lit(null).cast(pl.Float64);
  return pl.DataFrame({
    value: NOTE_VALUES.map(({ name }) => name),
    quarters: NOTE_VALUES.map(({ quarters }) => quarters),
    count: pl.Series("count", counts, pl.Int32),
  }).withColumns(share.alias("share"));
}

/**
 * How many steps, from each onset to the next row's, have each of the twelve
 * {@linkcode NOTE_VALUES}, after those that have none: 13 counts, the first of
 * notes that begin together, less than half a sixteenth apart. Rows follow one
 * another as they stand, piece by piece.
 *
 * @param table A table of notes, of one piece or several, with `quarter`.
 * @throws {TypeError} If the table has no grid; the message says how to make one.
 * @throws {RangeError} If an onset is missing.
 */
export function stepCounts(table: DataFrame): Float64Array {
  const counts = new Float64Array(1 + NOTE_VALUES.length);
  const quarter = gridColumn(table, "quarter");
  for (const rows of groupRows(table, ["piece"])) {
    for (let i = 1; i < rows.length; i++) {
      const step = quarter[rows[i]] - quarter[rows[i - 1]];
      counts[step < TOGETHER ? 0 : 1 + noteValueOf(step)]++;
    }
  }
  return counts;
}

/**
 * How many melodic intervals there are of each kind: 27 counts, the 25 in the
 * middle from an octave down to an octave up, those at the ends for all wider
 * ones, downwards and upwards.
 *
 * @param table A table of notes, of one piece or several.
 * @param line Which note follows which.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function intervalCounts(table: DataFrame, line: Line = "voices"): Float64Array {
  const counts = new Float64Array(27);
  for (const interval of melodicIntervals(table, line)) counts[13 + Math.max(-13, Math.min(13, interval))]++;
  return counts;
}

/** The histograms by which sets of pieces are compared whose notes know their quarter notes. */
export const HISTOGRAMS: readonly Histogram[] = [
  { name: "pitch_class", bins: 12, circular: true, counts: pitchClassCounts },
  { name: "interval", bins: 27, circular: false, counts: (table) => intervalCounts(table) },
  { name: "duration", bins: 12, circular: false, counts: noteValueCounts },
  { name: "step", bins: 13, circular: false, counts: stepCounts },
];

/** The same of one stream of notes that know seconds alone, such as generated ones: times by their classes. */
export const STREAM_HISTOGRAMS: readonly Histogram[] = [
  { name: "pitch_class", bins: 12, circular: true, counts: pitchClassCounts },
  { name: "interval", bins: 27, circular: false, counts: (table) => intervalCounts(table, "stream") },
  {
    name: "duration",
    bins: durationClasses.count,
    circular: false,
    counts: (table) => classCounts(secondsColumn(table, "duration"), durationClasses),
  },
  {
    name: "step",
    bins: stepClasses.count,
    circular: false,
    // The first note's step leads to it from a note outside.
    counts: (table) => classCounts(secondsColumn(table, "step").slice(1), stepClasses),
  },
];

function classCounts(seconds: Float64Array, classes: TimeClasses): Float64Array {
  const counts = new Float64Array(classes.count);
  for (const time of seconds) counts[classes.of(time)]++;
  return counts;
}

/** Index of the note value that is nearest in ratio, the shorter one on a tie. */
function noteValueOf(quarters: number): number {
  const longer = NOTE_VALUES.findIndex((value) => value.quarters >= quarters);
  if (longer <= 0) return longer < 0 ? NOTE_VALUES.length - 1 : 0;
  const middle = Math.sqrt(NOTE_VALUES[longer - 1].quarters * NOTE_VALUES[longer].quarters);
  return quarters <= middle ? longer - 1 : longer;
}
