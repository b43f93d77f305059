import { distancesBetween, distancesWithin } from "./distances.ts";
import { klDivergence } from "./kl_divergence.ts";
import { overlappingArea } from "./overlapping_area.ts";

/** How the distances inside a set compare with those to the other set. */
export interface SetLikeness {
  /** Distances inside the set: one for each pair of its items, `n * (n - 1) / 2`. */
  intra: Float64Array;
  /**
   * {@linkcode overlappingArea} of `intra` and the distances between the sets: 0 to 1, NaN where there is no density.
   */
  overlap: number;
  /** {@linkcode klDivergence} of `intra` from the distances between the sets: nats, NaN where there is no density. */
  divergence: number;
}

/** What {@linkcode compareSets} says. */
export interface SetComparison {
  /** Distances between the sets: one for each item of the one with each of the other. */
  inter: Float64Array;
  /** The reference, such as held-out Bach. */
  reference: SetLikeness;
  /** What is compared with it, such as a model's samples. */
  samples: SetLikeness;
}

/**
 * Compares two sets of pieces by the distances inside each and between them
 * (Yang and Lerch, "On the evaluation of generative models in music", 2020).
 *
 * If the samples are like the reference, a sample is about as far from a piece of the reference as two of them are from
 * one another: an overlap near 1 and a divergence near 0 on both sides. If the samples are all alike, their own overlap
 * falls.
 *
 * The items are whatever `distance` compares: numbers, histograms, tables. Differs from the authors' program MGEval on
 * purpose: a pair of items counts once (there twice, which narrows the bandwidth by 13 %), both densities are compared
 * on one grid (see {@linkcode klDivergence}) with their tails ({@linkcode overlappingArea}), and the sets need not be
 * equally large.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { compareSets } from "../mod.ts";
 *
 * const { inter, samples } = compareSets([60, 62, 67], [61, 80], (a, b) => Math.abs(a - b));
 * assertEquals([...inter], [1, 20, 1, 18, 6, 13]);
 * assertEquals([...samples.intra], [19]);
 * ```
 *
 * @param reference One set.
 * @param samples The other.
 * @param distance Symmetric, finite; in any unit.
 * @throws {RangeError} If a distance is NaN or infinite.
 */
export function compareSets<T>(
  reference: readonly T[],
  samples: readonly T[],
  distance: (a: T, b: T) => number,
): SetComparison {
  const inter = distancesBetween(reference, samples, distance);
  const likeness = (set: readonly T[]): SetLikeness => {
    const intra = distancesWithin(set, distance);
    return { intra, overlap: overlappingArea(intra, inter), divergence: klDivergence(intra, inter) };
  };
  return { inter, reference: likeness(reference), samples: likeness(samples) };
}
