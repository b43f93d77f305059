import type { DataFrame } from "nodejs-polars";
import type { PieceRows } from "../../notes/mod.ts";
import type { QuotationIndex, QuotationOptions } from "./quotation_index.ts";

/** A place in a piece. */
export interface QuotationPlace {
  /** Name of the piece. */
  piece: string;
  /** Index in the piece of the first note, from 0. */
  at: number;
}

/** A run of notes that a sample has in common with a training piece. */
export interface Quotation {
  /** Its length in notes. */
  notes: number;
  /** Where it stands in the sample. */
  sample: QuotationPlace;
  /** Where it stands in the training set. */
  training: QuotationPlace;
  /** Semitones by which it sounds higher in the sample; 0 but by intervals. */
  transposition: number;
}

/**
 * The longest run of notes that a sample has copied from the training set,
 * and where: does it quote? Of several equally long runs the first in the
 * sample, and of its places in the training set the first.
 *
 * How long is long? Held-out pieces of the same composer, asked in the same way, say what chance and common idiom give.
 *
 * @param index The training set, see {@linkcode quotationIndex} for an example.
 * @param sample A table with the columns `piece` and `pitch`, and `step` by times.
 * @param options What counts as the same.
 * @returns `undefined` where no note is found: the sample or the training set is empty, or they share no pitch.
 * @throws {TypeError} If a column is missing or has another type, `by` is another word, or there is no training piece of
 * a name in `without`.
 * @throws {RangeError} If a value is missing or out of range, a piece stands in two places, or the tolerance is
 * negative or not finite.
 */
export function longestQuotation(
  index: QuotationIndex,
  sample: DataFrame,
  options: QuotationOptions = {},
): Quotation | undefined {
  const copied = index.match(sample, options);
  const longest = copied.notes.reduce((most, notes) => Math.max(most, notes), 0);
  if (longest === 0) return undefined;
  const last = copied.notes.indexOf(longest);
  return {
    notes: longest,
    sample: placeOf(copied.sample, last - longest + 1),
    training: placeOf(copied.training, copied.ends[last] - longest + 1),
    transposition: copied.transposition[last],
  };
}

function placeOf(pieces: readonly PieceRows[], row: number): QuotationPlace {
  const { piece, first } = pieces.findLast(({ first }) => first <= row)!;
  return { piece, at: row - first };
}
