/** A smooth density that numbers were perhaps drawn from. */
export interface GaussianKde {
  /** Standard deviation of each kernel, in the unit of the values. */
  readonly bandwidth: number;
  /** The smallest and the largest value. */
  readonly range: readonly [least: number, greatest: number];
  /** Natural logarithm of the density at a place; finite however far away that is. */
  logDensity(at: number): number;
}

/** A kernel this many nats below the nearest one, e^-45 of it, changes no digit of the sum. */
const NEGLIGIBLE = 45;

/**
 * Estimates a density with Gaussian kernels and Scott's bandwidth, as SciPy's
 * `gaussian_kde` does by default.
 *
 * `f(x) = 1/n * sum over i of N(x; x_i, h)` with the normal density `N` around each value, and `h = s * n^(-1/5)`,
 * where `s` is the standard deviation of the values with `n - 1` below (Scott, "Multivariate Density Estimation",
 * 1992).
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { gaussianKde } from "../mod.ts";
 *
 * // Two values, 2 apart: s = sqrt(2), h = sqrt(2) * 2^(-1/5).
 * assertAlmostEquals(gaussianKde([-1, 1]).bandwidth, 2 ** 0.3, 1e-12);
 * ```
 *
 * @param values The numbers.
 * @throws {RangeError} If there are fewer than two different numbers (they differ by more than a trillionth of the
 * largest), or one is NaN or infinite.
 */
export function gaussianKde(values: ArrayLike<number>): GaussianKde {
  const x = sortedValues(values, "estimate a density");
  const n = x.length;
  if (!varies(x)) {
    throw new RangeError(`Cannot estimate a density: there must be two different values, got ${n} the same`);
  }
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  const range = x[n - 1] - x[0];
  // In units of the range, so that no square of a small number becomes 0.
  const variance = x.reduce((sum, value) => sum + ((value - mean) / range) ** 2, 0) / (n - 1);
  const bandwidth = range * Math.sqrt(variance) * n ** -0.2;
  const scale = Math.log(n * bandwidth * Math.sqrt(2 * Math.PI));
  const { places, counts } = counted(x);
  const last = places.length;
  return {
    bandwidth,
    range: [x[0], x[n - 1]],
    logDensity(at) {
      const right = firstAtLeast(places, at);
      const exponent = (i: number) => ((at - places[i]) / bandwidth) ** 2 / 2;
      // The nearest kernel leads the sum, so that it never underflows to 0.
      const nearest = Math.min(right < last ? exponent(right) : Infinity, right > 0 ? exponent(right - 1) : Infinity);
      let sum = 0;
      for (let i = right; i < last && exponent(i) - nearest < NEGLIGIBLE; i++) {
        sum += counts[i] * Math.exp(nearest - exponent(i));
      }
      for (let i = right - 1; i >= 0 && exponent(i) - nearest < NEGLIGIBLE; i--) {
        sum += counts[i] * Math.exp(nearest - exponent(i));
      }
      return Math.log(sum) - nearest - scale;
    },
  };
}

/** Different values of an ascending list, and how often each is there: differences of counts are few, and many the same. */
function counted(values: Float64Array): { places: Float64Array; counts: Float64Array } {
  const places = values.filter((value, i) => i === 0 || value !== values[i - 1]);
  const counts = new Float64Array(places.length);
  let place = 0;
  for (const value of values) {
    if (value !== places[place]) place++;
    counts[place]++;
  }
  return { places, counts };
}

/** Whether ascending values differ by more than rounding: by a trillionth of the largest. */
export function varies(values: Float64Array): boolean {
  const [least, greatest] = [values[0], values[values.length - 1]];
  return greatest - least > 1e-12 * Math.max(Math.abs(least), Math.abs(greatest));
}

/** Index of the first of ascending values that is not below a limit; their number where all are. */
function firstAtLeast(values: Float64Array, limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Numbers in ascending order.
 *
 * @throws {RangeError} If one is NaN or infinite; the message begins with `task`.
 */
export function sortedValues(values: ArrayLike<number>, task: string): Float64Array {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`Cannot ${task}: value ${i} must be a finite number, got ${values[i]}`);
    }
  }
  return Float64Array.from(values).sort();
}
