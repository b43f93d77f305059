import { sharesOf } from "./shares.ts";

/**
 * The Jensen-Shannon divergence of two histograms in bits.
 *
 * `D(p, q) = KL(p || m) / 2 + KL(q || m) / 2` with `m = (p + q) / 2` and logarithms to base 2 (Lin, "Divergence
 * measures based on the Shannon entropy", 1991). From 0, the same shares, to 1, no bin in common. Symmetric; the order
 * of the bins does not matter. SciPy's `jensenshannon(p, q, 2)` is the root of it, {@linkcode jensenShannonDistance}.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jensenShannonDivergence } from "../mod.ts";
 *
 * assertEquals(jensenShannonDivergence([3, 1, 0], [6, 2, 0]), 0);
 * assertEquals(jensenShannonDivergence([1, 0], [0, 1]), 1);
 * ```
 *
 * @param p A histogram, in any unit: only its proportions count.
 * @param q Another with the same bins.
 * @returns NaN where a histogram is empty (has no bin above 0).
 * @throws {RangeError} If they have no bins or not equally many, or a bin is negative, NaN or infinite.
 */
export function jensenShannonDivergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const shares = sharesOf(p, q);
  if (!shares) return NaN;
  const [a, b] = shares;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const middle = (a[i] + b[i]) / 2;
    if (a[i] > 0) sum += a[i] * Math.log2(a[i] / middle);
    if (b[i] > 0) sum += b[i] * Math.log2(b[i] / middle);
  }
  // Rounding may take a zero a little below.
  return Math.min(Math.max(sum / 2, 0), 1);
}

/**
 * The Jensen-Shannon distance of two histograms: the root of
 * {@linkcode jensenShannonDivergence}, from 0 to 1.
 *
 * A metric: it obeys the triangle inequality, which the divergence does not
 * (Endres and Schindelin, "A new metric for probability distributions", 2003).
 * Agrees with SciPy's `scipy.spatial.distance.jensenshannon(p, q, 2)`.
 *
 * @param p A histogram, in any unit: only its proportions count.
 * @param q Another with the same bins.
 * @returns NaN where a histogram is empty.
 * @throws {RangeError} As {@linkcode jensenShannonDivergence}.
 */
export function jensenShannonDistance(p: ArrayLike<number>, q: ArrayLike<number>): number {
  return Math.sqrt(jensenShannonDivergence(p, q));
}
