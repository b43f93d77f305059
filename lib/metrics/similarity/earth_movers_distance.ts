import { sharesOf } from "./shares.ts";

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
