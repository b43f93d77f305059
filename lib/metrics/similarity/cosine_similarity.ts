import { sharesOf } from "./shares.ts";

/**
 * The cosine of the angle between two histograms.
 *
 * `sum p(i) q(i) / sqrt(sum p(i)^2 * sum q(i)^2)`. From 0, no bin in common, to 1, the same proportions. Symmetric; the
 * order of the bins does not matter. One less this is SciPy's `scipy.spatial.distance.cosine`. Not a metric.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { cosineSimilarity } from "../mod.ts";
 *
 * assertAlmostEquals(cosineSimilarity([3, 4, 0], [4, 3, 0]), 24 / 25, 1e-12);
 * ```
 *
 * @param p A histogram, in any unit: only its proportions count.
 * @param q Another with the same bins.
 * @returns NaN where a histogram is empty (has no bin above 0).
 * @throws {RangeError} If they have no bins or not equally many, or a bin is negative, NaN or infinite.
 */
export function cosineSimilarity(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const shares = sharesOf(p, q);
  if (!shares) return NaN;
  const [a, b] = shares;
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i] * b[i];
    squaresA += a[i] ** 2;
    squaresB += b[i] ** 2;
  }
  return Math.min(product / Math.sqrt(squaresA * squaresB), 1);
}
