import type { DataFrame } from "nodejs-polars";
import type { NgramCounts } from "./ngram_counts.ts";

/** What an n-gram's smoothing is chosen from. */
export const SMOOTHINGS: readonly number[] = [1, 3, 10, 30, 100, 300, 1000];

/**
 * The smoothing of an n-gram: as given, or the one of {@linkcode SMOOTHINGS}
 * under which the notes of held-out pieces are likeliest, those of them that
 * have one before them.
 *
 * @param counts What was learned.
 * @param smoothing A number above 0, or held-out pieces; nothing for a 1-gram.
 * @param sequences Makes symbols of the held-out pieces.
 * @param first Index of the symbol that says what the second note of a piece is.
 */
export function chooseSmoothing(
  counts: NgramCounts,
  smoothing: number | DataFrame | undefined,
  sequences: (table: DataFrame) => readonly ArrayLike<number>[],
  first: 0 | 1,
): number {
  if (counts.order === 1) return 1;
  if (typeof smoothing === "number" && smoothing > 0 && smoothing < Infinity) return smoothing;
  if (typeof smoothing !== "object") {
    throw new RangeError(
      `Cannot smooth an n-gram: give a positive number, or held-out pieces to choose it by, got ${smoothing}`,
    );
  }
  const heldOut = sequences(smoothing);
  if (heldOut.every(({ length }) => length <= first)) {
    throw new RangeError("Cannot smooth an n-gram: the held-out pieces have no note that follows another");
  }
  const nats = SMOOTHINGS.map((m) => {
    let sum = 0;
    for (const sequence of heldOut) {
      const context: number[] = [];
      for (let i = 0; i < sequence.length; i++) {
        if (i >= first) sum -= Math.log(counts.probability(context, sequence[i], m));
        context.push(sequence[i]);
        if (context.length >= counts.order) context.shift();
      }
    }
    return sum;
  });
  return SMOOTHINGS[nats.indexOf(Math.min(...nats))];
}
