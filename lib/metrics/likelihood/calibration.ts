import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { headColumns, type ScoredSelection, selected, SELECTION } from "./piece_scores.ts";
import type { ScoredNotes } from "./scored_notes.ts";

/** Notes of which a model was about equally sure. */
export interface CalibrationBin {
  /** Lowest confidence in it. */
  from: number;
  /** Confidence below which it ends; the last one contains 1. */
  to: number;
  /** Notes in it. */
  count: number;
  /** Mean confidence of these notes; NaN where there are none. */
  confidence: number;
  /** Share of these notes that were the model's first choice; NaN where there are none. */
  accuracy: number;
}

/** Whether a model is as often right as it says. */
export interface Calibration {
  /** The curve: confidence from 0 to 1 in bins of equal width. */
  bins: CalibrationBin[];
  /**
   * The expected calibration error, from 0 to 1: `sum over bins of count / notes * |accuracy - confidence|`. NaN where
   * there are no notes.
   */
  error: number;
}

/** Options for {@linkcode calibration}. */
export interface CalibrationOptions extends ScoredSelection {
  /**
   * How many bins.
   *
   * @default 10
   */
  bins?: number;
}

/**
 * How often a model is right, against how sure it was: the reliability diagram
 * and the expected calibration error (Naeini, Cooper and Hauskrecht,
 * "Obtaining well calibrated probabilities using Bayesian binning", 2015; Guo,
 * Pleiss, Sun and Weinberger, "On calibration of modern neural networks",
 * 2017).
 *
 * A confidence on a border falls into the bin above it, except 1; Guo's falls into the one below. The error depends on
 * the number of bins: compare it only at the same number.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { calibration } from "../mod.ts";
 *
 * const pitch = {
 *   nats: new Float64Array(4),
 *   hit: Uint8Array.of(1, 0, 1, 1),
 *   confidence: Float64Array.of(0.8, 0.9, 0.8, 0.3),
 * };
 * const scored = { pieces: ["gigue"], piece: new Int32Array(4), heads: { pitch } };
 * const { bins, error } = calibration(scored, "pitch", { bins: 2 });
 *
 * assertAlmostEquals(bins[1].confidence, 2.5 / 3, 1e-12);
 * assertAlmostEquals(bins[1].accuracy, 2 / 3, 1e-12);
 * assertAlmostEquals(error, 3 / 4 * (0.5 / 3) + 1 / 4 * 0.7, 1e-12);
 * ```
 *
 * @param scored What a model said of each note.
 * @param head Name of a head.
 * @param options Number of bins, and which notes count.
 * @throws {TypeError} If there is no such head, or no piece of a name in `without`.
 * @throws {RangeError} If `bins` is not a positive integer, the columns are not equally long, or a confidence is not
 * from 0 to 1 (a hundred-thousandth is allowed to rounding).
 */
export function calibration<Head extends string>(
  scored: ScoredNotes<Head>,
  head: Head,
  options: CalibrationOptions = {},
): Calibration {
  const { bins: size = 10, ...selection } = checkOptions("calibrate", options, {
    ...SELECTION,
    bins: optional(kinds.positiveInteger),
  });
  const [{ hit, confidence }] = headColumns(scored, head);
  const counts = selected(scored, selection);
  const sums = Array.from({ length: size }, () => ({ count: 0, confidence: 0, hits: 0 }));
  for (let note = 0; note < hit.length; note++) {
    if (!counts(note)) continue;
    const sure = confidence[note];
    if (!(sure >= 0 && sure <= 1 + 1e-5)) {
      throw new RangeError(`Cannot calibrate: the confidence of note ${note} must be from 0 to 1, got ${sure}`);
    }
    const bin = sums[Math.min(Math.floor(sure * size), size - 1)];
    bin.count++;
    bin.confidence += sure;
    bin.hits += hit[note];
  }
  const notes = sums.reduce((sum, { count }) => sum + count, 0);
  const gaps = sums.reduce((sum, { confidence, hits }) => sum + Math.abs(hits - confidence), 0);
  return {
    bins: sums.map(({ count, confidence, hits }, i) => ({
      from: i / size,
      to: (i + 1) / size,
      count,
      confidence: confidence / count,
      accuracy: hits / count,
    })),
    error: gaps / notes,
  };
}
