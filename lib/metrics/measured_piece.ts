import type { DataFrame } from "nodejs-polars";
import { type MetricContext, METRICS } from "./catalogue.ts";
import { type HistogramName, HISTOGRAMS } from "./note_histograms.ts";

/** What {@linkcode measurePiece} found. */
export interface MeasuredPiece {
  /** The value of each of {@linkcode METRICS} by its name, NaN where it is undefined. */
  metrics: Record<string, number>;
  /** The counts of each of {@linkcode HISTOGRAMS} by its name. */
  histograms: Record<HistogramName, Float64Array>;
}

/**
 * Every metric and every histogram of a piece.
 *
 * @param table A table of notes of one piece, with all columns of `toNoteTable`; with `drum`, for the drums to count.
 * @param context What the metrics have to know beside the notes.
 * @throws {TypeError} If a column is missing, or does not hold numbers.
 * @throws {RangeError} If a value is missing or out of range, or the table holds several pieces.
 */
export function measurePiece(table: DataFrame, context: MetricContext): MeasuredPiece {
  const metrics = METRICS.map(({ name, of }) => [name, of(table, context)]);
  const histograms = HISTOGRAMS.map(({ name, counts }) => [name, counts(table)]);
  return { metrics: Object.fromEntries(metrics), histograms: Object.fromEntries(histograms) };
}
