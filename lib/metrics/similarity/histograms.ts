/**
 * Two histograms as shares that add up to 1, or `undefined` where one of them is empty. Only their proportions count.
 *
 * @throws {RangeError} If they have no bins or not equally many, or a bin is negative, NaN or infinite.
 */
function sharesOf(p: ArrayLike<number>, q: ArrayLike<number>): [Float64Array, Float64Array] | undefined {
  if (p.length !== q.length || p.length === 0) {
    throw new RangeError(
      `Cannot compare histograms: they must have equally many bins and at least one, got ${p.length} and ${q.length}`,
    );
  }
  const [a, b] = [normalised(p, "first"), normalised(q, "second")];
  return a && b && [a, b];
}

function normalised(histogram: ArrayLike<number>, which: string): Float64Array | undefined {
  let sum = 0;
  for (let i = 0; i < histogram.length; i++) {
    if (!(histogram[i] >= 0 && histogram[i] < Infinity)) {
      throw new RangeError(
        `Cannot compare histograms: bin ${i} of the ${which} must be 0 or more and finite, got ${histogram[i]}`,
      );
    }
    sum += histogram[i];
  }
  return sum > 0 ? Float64Array.from(histogram, (count) => count / sum) : undefined;
}

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

/**
 * The earth mover's distance (Wasserstein-1) of two histograms whose bins stand
 * on a line, one apart: how far, on average, a share has to be carried to
 * make one from the other.
 *
 * `sum over i of |P(i) - Q(i)|` with the cumulative shares `P` and `Q`. In bins: semitones for a histogram of MIDI
 * numbers. From 0, the same shares, to the number of bins less 1. A metric. Agrees with SciPy's
 * `wasserstein_distance(bins, bins, p, q)`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { circularEarthMoversDistance, earthMoversDistance } from "../mod.ts";
 *
 * const onlyC = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
 * const onlyB = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
 * assertEquals(earthMoversDistance(onlyC, onlyB), 11);
 * assertEquals(circularEarthMoversDistance(onlyC, onlyB), 1);
 * ```
 *
 * @param p A histogram, in any unit: only its proportions count.
 * @param q Another with the same bins.
 * @returns NaN where a histogram is empty (has no bin above 0).
 * @throws {RangeError} If they have no bins or not equally many, or a bin is negative, NaN or infinite.
 */
export function earthMoversDistance(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const carried = carriedOver(p, q);
  return carried ? carried.reduce((sum, share) => sum + Math.abs(share), 0) : NaN;
}

/**
 * The earth mover's distance (Wasserstein-1) of two histograms whose bins stand
 * on a circle, one apart, the last beside the first: for the 12 pitch classes.
 *
 * `min over m of sum over i of |P(i) - Q(i) - m|` with the cumulative shares `P` and `Q`; the best `m` is their
 * differences' median (Werman, Peleg, Melter and Kong, "Bipartite graph matching for points on a line or a circle",
 * 1986; Rabin, Delon and Gousseau, "Transportation distances on the circle", 2011). In bins: semitones in chromatic
 * order, fifths if the bins go round the circle of fifths. From 0 to half the number of bins. A metric; it does not
 * change when both histograms are turned by the same number of bins.
 *
 * @param p A histogram, in any unit: only its proportions count.
 * @param q Another with the same bins.
 * @returns NaN where a histogram is empty.
 * @throws {RangeError} As {@linkcode earthMoversDistance}.
 */
export function circularEarthMoversDistance(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const carried = carriedOver(p, q);
  if (!carried) return NaN;
  const median = carried.toSorted()[carried.length >> 1];
  return carried.reduce((sum, share) => sum + Math.abs(share - median), 0);
}

/** What is carried from each bin to the next where nothing goes round. */
function carriedOver(p: ArrayLike<number>, q: ArrayLike<number>): Float64Array | undefined {
  const shares = sharesOf(p, q);
  if (!shares) return undefined;
  const [a, b] = shares;
  let carried = 0;
  const all = a.map((share, i) => carried += share - b[i]);
  // All is delivered in the last bin; a rounding error left there would be counted as a way.
  all[all.length - 1] = 0;
  return all;
}
