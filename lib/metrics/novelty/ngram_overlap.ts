import { checkOptions, kinds, optional } from "../../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import { QUOTATION, type QuotationIndex, type QuotationOptions } from "./quotation_index.ts";

/** How many of a sample's passages of one length stand in the training set too. */
export interface NgramOverlap {
  /** Length of the passages in notes. */
  notes: number;
  /** Passages of this length in the sample, each as often as it comes. */
  ngrams: number;
  /**
   * Share of them that stand in the training set, from 0 to 1; NaN where there are none. Never rises with the length.
   */
  share: number;
}

/** Options for {@linkcode ngramOverlap}. */
export interface NgramOverlapOptions extends QuotationOptions {
  /**
   * The greatest length, in notes.
   *
   * @default 16
   */
  longest?: number;
}

/**
 * How much of a sample stands in the training set, passage by passage: for
 * every length `n` the share of its n-grams that occur there. A curve that
 * stays up quotes; one that falls where that of held-out pieces falls speaks
 * the same language.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { ngramOverlap, quotationIndex } from "../mod.ts";
 *
 * const table = (pitch: number[]) => pl.DataFrame({ piece: pitch.map(() => "air"), pitch });
 * const index = quotationIndex(table([60, 62, 64, 62]));
 * const curve = ngramOverlap(index, table([60, 62, 64, 60, 62]), { longest: 3 });
 *
 * // All notes; 60-62 twice and 62-64, but not 64-60; 60-62-64.
 * assertEquals(curve.map(({ share }) => share), [1, 3 / 4, 1 / 3]);
 * ```
 *
 * @param index The training set, see {@linkcode quotationIndex}.
 * @param sample A table with the columns `piece` and `pitch`, and `step` by times; passages keep to one piece.
 * @param options What counts as the same, and the greatest length.
 * @returns One entry for each length from 1 to `longest`.
 * @throws {TypeError} If a column is missing or has another type, `by` is another word, or there is no training piece of
 * a name in `without`.
 * @throws {RangeError} If `longest` is not a positive integer, a value is missing or out of range, a piece stands in
 * two places, or the tolerance is negative or not finite.
 */
export function ngramOverlap(
  index: QuotationIndex,
  sample: DataFrame,
  options: NgramOverlapOptions = {},
): NgramOverlap[] {
  const { longest = 16, ...same } = checkOptions("compare n-grams", options, {
    ...QUOTATION,
    longest: optional(kinds.positiveInteger),
  });
  const copied = index.match(sample, same);
  return Array.from({ length: longest }, (_, i) => {
    const notes = i + 1;
    const ngrams = copied.sample.reduce((sum, { count }) => sum + Math.max(count - i, 0), 0);
    // An n-gram stands in the training set if the longest run that ends where it ends is as long or longer.
    const found = copied.notes.reduce((sum, length) => sum + (length >= notes ? 1 : 0), 0);
    return { notes, ngrams, share: found / ngrams };
  });
}
