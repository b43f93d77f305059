import { checkOptions, kinds, optional } from "../../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import { gridColumn, onsetRows } from "../note_rows.ts";
import { lengthInQuarters } from "./rhythm.ts";

/** Options of the metrics that count bars. */
export interface MeasureOptions {
  /**
   * Length of a bar in quarter notes. Bars are counted from the beginning of the piece, all of this length: as in muspy,
   * an upbeat or a change of metre is not followed.
   *
   * @default The first value of the column `measure`.
   */
  measure?: number;
}

/** Options for {@linkcode grooveConsistency}. */
export interface GrooveOptions extends MeasureOptions {
  /**
   * Positions per quarter note; onsets go to the nearest. The finer, the nearer the value is to 1: compare only values of
   * one resolution. muspy takes that of the music, which is the file's, or 24 where it reads through pretty_midi.
   *
   * @default 24
   */
  resolution?: number;
}

/** Options for {@linkcode onsetPhaseVariance}. */
export interface OnsetPhaseOptions {
  /**
   * The cycle in quarter notes in which a phase is taken.
   *
   * @default 1
   */
  period?: number;
}

/** An onset is a sum of two rounded numbers, and the finest tick is far longer than this, in quarter notes. */
const ROUNDING = 1e-7;

/**
 * The share of the beats (quarter notes) in which nothing sounds, 0 to 1; NaN
 * for a piece without length. muspy's `empty_beat_rate`.
 *
 * A beat counts as touched where a note ends exactly on its line, and a piece
 * that ends on a line has one more beat: muspy's rules. Drums count.
 *
 * @param table A table of notes of one piece, with `quarter` and `quarters`.
 * @throws {TypeError} If the table has no grid; the message says how to make one.
 * @throws {RangeError} If a time is missing, or the table holds several pieces.
 */
export function emptyBeatRate(table: DataFrame): number {
  return emptyRate(table, 1);
}

/**
 * The share of the bars in which nothing sounds, 0 to 1; NaN for a piece
 * without length, or where no time signature is known. muspy's
 * `empty_measure_rate`, used by Dong et al., "MuseGAN" (2018), with the rules
 * of {@linkcode emptyBeatRate}.
 *
 * @param table A table of notes of one piece, with `quarter` and `quarters`.
 * @param options Length of a bar.
 * @throws {TypeError} If the table has no grid, or neither it nor the options say how long a bar is.
 * @throws {RangeError} If a time is missing, the bar's length is not positive, there are more than 100,000 bars, or the
 * table holds several pieces.
 */
export function emptyMeasureRate(table: DataFrame, options: MeasureOptions = {}): number {
  const { measure } = checkOptions("count bars", options, { measure: optional(kinds.positiveNumber) });
  const bar = measureOf(table, measure);
  refuseManyBars(table, bar);
  return emptyRate(table, bar);
}

/**
 * How alike the rhythms of neighbouring bars are: 1 less the mean share of
 * positions at which one of two has an onset and the other has none. 0 to 1;
 * NaN where there are fewer than two bars, no time signature is known, or a bar
 * is no whole number of positions.
 *
 * `1 - Σ |G[i] xor G[i+1]| / (Q (T - 1))`, with T bars of Q positions. muspy's
 * `groove_consistency`, of Wu and Yang, "The Jazz Transformer on the Front Line"
 * (2020). As in muspy a piece that ends on a bar line has one more, empty bar. Drums count.
 *
 * @param table A table of notes of one piece, with `quarter` and `quarters`.
 * @param options Positions per quarter note, length of a bar.
 * @throws {TypeError} If the table has no grid, or neither it nor the options say how long a bar is.
 * @throws {RangeError} If a time is missing, an option is not positive, there are more than 100,000 bars, or the table
 * holds several pieces.
 */
export function grooveConsistency(table: DataFrame, options: GrooveOptions = {}): number {
  const { resolution = 24, measure } = checkOptions("look for a groove", options, {
    resolution: optional(kinds.positiveNumber),
    measure: optional(kinds.positiveNumber),
  });
  const quarters = measureOf(table, measure), bar = quarters * resolution;
  refuseManyBars(table, quarters);
  const positions = Math.round(bar);
  const length = Math.round(lengthInQuarters(table) * resolution);
  const bars = Math.floor(length / positions) + 1;
  if (!(Math.abs(bar - positions) < ROUNDING) || !(bars >= 2)) return NaN;
  const onsets = new Set(gridColumn(table, "quarter").map((quarter) => Math.round(quarter * resolution)));
  let different = 0;
  for (const onset of onsets) {
    const index = Math.floor(onset / positions);
    if (index > 0 && !onsets.has(onset - positions)) different++;
    if (index < bars - 1 && !onsets.has(onset + positions)) different++;
  }
  return 1 - different / (positions * (bars - 1));
}

/**
 * How widely the onsets are strewn over the beat: the circular variance
 * `1 - |Σ exp(2πi q / period)| / n` of the phases of the n onsets at q quarter
 * notes. 0 where all onsets have one phase, as in even quarter notes; 1 where
 * they balance, as even eighth notes do; NaN without notes. Notes that begin at
 * once are one onset. Drums count.
 *
 * Ours, from Fisher, "Statistical Analysis of Circular Data" (1993), section 2.3.
 *
 * @param table A table of notes, of one piece or several, with `quarter`.
 * @param options The cycle.
 * @throws {TypeError} If the table has no grid; the message says how to make one.
 * @throws {RangeError} If an onset is missing, or the period is not positive.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { onsetPhaseVariance } from "../mod.ts";
 *
 * const swung = pl.DataFrame({ start: [0, 0.4, 0.6, 1], quarter: [0, 2 / 3, 1, 5 / 3] });
 * assertAlmostEquals(onsetPhaseVariance(swung), 0.5);
 * ```
 */
export function onsetPhaseVariance(table: DataFrame, options: OnsetPhaseOptions = {}): number {
  const { period = 1 } = checkOptions("take phases", options, { period: optional(kinds.positiveNumber) });
  const quarter = gridColumn(table, "quarter");
  const angles = onsetRows(table).flat().map((row) => 2 * Math.PI * (quarter[row] / period % 1));
  const [x, y] = [Math.cos, Math.sin].map((part) => angles.reduce((sum, angle) => sum + part(angle), 0));
  return 1 - Math.hypot(x, y) / angles.length;
}

/** Of the cells of `size` quarter notes that a piece has, the share that no note touches. */
function emptyRate(table: DataFrame, size: number): number {
  const length = lengthInQuarters(table);
  if (!(length > 0) || Number.isNaN(size)) return NaN;
  const cellAt = (quarter: number) => Math.floor((quarter + ROUNDING) / size);
  const quarters = gridColumn(table, "quarters");
  const spans = Array.from(gridColumn(table, "quarter"), (onset, row) => {
    return { first: cellAt(onset), last: cellAt(onset + quarters[row]) };
  });
  let [touched, reached] = [0, -1];
  for (const { first, last } of spans.sort((a, b) => a.first - b.first)) {
    touched += Math.max(0, last - Math.max(first - 1, reached));
    reached = Math.max(reached, last);
  }
  const cells = cellAt(length) + 1;
  return (cells - touched) / cells;
}

/** No piece has as many: its bars are of no length, or it was made up by a model gone astray. */
const MOST_BARS = 100_000;

function refuseManyBars(table: DataFrame, measure: number): void {
  const bars = lengthInQuarters(table) / measure;
  if (bars > MOST_BARS) {
    throw new RangeError(
      `Cannot count bars: there would be ${
        Math.ceil(bars)
      }, more than ${MOST_BARS}, as one is ${measure} quarter notes long`,
    );
  }
}

/** Quarter notes a bar; NaN where the table does not know. */
function measureOf(table: DataFrame, measure: number | undefined): number {
  if (measure === undefined && !table.columns.includes("measure")) {
    throw new TypeError(
      `Cannot count bars: the table has no column "measure"; give the bar's length in quarter notes as { measure }, or ` +
        `make the table with toNoteTable(score) or layOnTempo(table, { tempo, metre })`,
    );
  }
  const known = measure ?? (table.getColumn("measure").dropNulls().toArray() as number[])[0] ?? NaN;
  if (known <= 0) throw new RangeError(`Cannot count bars: measure must be positive, current value is ${known}`);
  return known;
}
