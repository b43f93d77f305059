import { sortedValues } from "./sorted_values.ts";

/**
 * The Wasserstein-1 distance of two sets of numbers, such as a metric of each
 * piece of two corpora: how far, on average, a value has to be moved to make
 * one distribution from the other.
 *
 * The area between the two empirical distribution functions. In the unit of the values; 0 or more, 0 for the same
 * distribution. A metric. Agrees with SciPy's `wasserstein_distance(a, b)`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { wassersteinDistance } from "../mod.ts";
 *
 * assertEquals(wassersteinDistance([0, 1, 3], [5, 6, 8]), 5);
 * ```
 *
 * @param a Numbers in any order.
 * @param b Other numbers, not necessarily as many.
 * @returns NaN where there are no numbers.
 * @throws {RangeError} If a number is NaN or infinite.
 */
export function wassersteinDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const task = "measure a Wasserstein distance";
  const [x, y] = [sortedValues(a, task), sortedValues(b, task)];
  if (x.length === 0 || y.length === 0) return NaN;
  let [i, j, area] = [0, 0, 0];
  let here = Math.min(x[0], y[0]);
  while (i < x.length || j < y.length) {
    const next = Math.min(x[i] ?? Infinity, y[j] ?? Infinity);
    area += Math.abs(i / x.length - j / y.length) * (next - here);
    here = next;
    while (x[i] === here) i++;
    while (y[j] === here) j++;
  }
  return area;
}
