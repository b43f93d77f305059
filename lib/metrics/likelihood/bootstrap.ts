import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { normalCdf, normalQuantile, type Prng } from "../../random/mod.ts";

/** Options for {@linkcode bootstrap}. */
export interface BootstrapOptions {
  /** Draws the resamples. */
  prng: Prng;
  /**
   * How many resamples.
   *
   * @default 2000
   */
  resamples?: number;
  /**
   * How often such an interval is to contain the true value, above 0 and below 1.
   *
   * @default 0.95
   */
  level?: number;
  /**
   * `"percentile"` takes the quantiles of the resampled statistic as they are; `"bca"` corrects them for bias and
   * for a spread that changes with the value.
   *
   * @default "bca"
   */
  method?: "percentile" | "bca";
}

/** A statistic with its interval. */
export interface BootstrapInterval {
  /** The statistic of the items themselves. */
  estimate: number;
  /** Lower end; NaN where there is one item only, which says nothing of the others. */
  low: number;
  /** Upper end; NaN as `low`. */
  high: number;
}

/**
 * The bootstrap interval of a statistic over items drawn at random: pieces,
 * because the notes of one piece are not independent of one another.
 *
 * Draws as many items, with replacement, again and again, and looks at how the statistic varies. Efron and Tibshirani,
 * "An Introduction to the Bootstrap" (1993), chapters 13 and 14. `bca`: with `z0`, the normal quantile of the share of
 * resampled values below the estimate (equal ones count half), and the acceleration `a = sum d^3 / (6 (sum
 * d^2)^(3/2))`, where `d` is the mean of the statistics without one item less the statistic without that item, the ends
 * are the quantiles at `Phi(z0 + (z0 + z) / (1 - a (z0 + z)))`. Quantiles are interpolated linearly. Given the same
 * resampled values, the ends agree with SciPy's `scipy.stats.bootstrap`; where all of them lie on one side of the
 * estimate, the share counts as half a resample (SciPy: NaN), and where the items all give the same statistic, `a` is 0
 * (SciPy: NaN).
 *
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { seeded } from "../../random/mod.ts";
 * import { bootstrap } from "../mod.ts";
 *
 * const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
 * const { estimate, low, high } = bootstrap([2, 3, 3, 4, 8], mean, { prng: seeded(1) });
 *
 * assertEquals(estimate, 4);
 * assert(low < estimate && estimate < high);
 * ```
 *
 * @param items What is resampled.
 * @param statistic A number of such items, whatever their order; given as many as there are, and for `bca` one less.
 * @param options Randomness, number of resamples, level and method.
 * @throws {RangeError} If there are no items, an option is out of range, or the statistic is NaN or infinite.
 * @throws {TypeError} If the method has another name.
 */
export function bootstrap<T>(
  items: readonly T[],
  statistic: (items: readonly T[]) => number,
  options: BootstrapOptions,
): BootstrapInterval {
  const { prng, resamples = 2000, level = 0.95, method = "bca" } = checkOptions("bootstrap", options, {
    prng: kinds.prng,
    resamples: optional(kinds.positiveInteger),
    level: optional(kinds.number({ above: 0, below: 1 })),
    method: optional(kinds.oneOf("percentile", "bca")),
  });
  if (items.length === 0) throw new RangeError("Cannot bootstrap: there are no items");
  const measure = (chosen: readonly T[]) => {
    const value = statistic(chosen);
    if (Number.isFinite(value)) return value;
    throw new RangeError(`Cannot bootstrap: the statistic must be a finite number, got ${value}`);
  };

  const estimate = measure(items);
  if (items.length === 1) return { estimate, low: NaN, high: NaN };
  const draw = () => items[Math.floor(prng() * items.length)];
  const resampled = Float64Array.from({ length: resamples }, () => measure(items.map(draw))).sort();
  const tails = [(1 - level) / 2, (1 + level) / 2];
  const ends = method === "percentile"
    ? tails
    : correctedTails(tails, resampled, estimate, withoutEach(items, measure));
  const [low, high] = ends.map((end) => quantile(resampled, end));
  return { estimate, low, high };
}

function withoutEach<T>(items: readonly T[], measure: (items: readonly T[]) => number): number[] {
  return items.map((_, i) => measure(items.toSpliced(i, 1)));
}

/** Which quantiles to take instead of `tails`: bias-corrected and accelerated. */
function correctedTails(
  tails: readonly number[],
  resampled: Float64Array,
  estimate: number,
  jackknife: readonly number[],
): number[] {
  const count = resampled.length;
  let below = 0;
  for (const value of resampled) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const bias = normalQuantile(Math.min(Math.max(below, 0.5), count - 0.5) / count);
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  const [squares, cubes] = [2, 3].map((power) => jackknife.reduce((sum, value) => sum + (mean - value) ** power, 0));
  const acceleration = squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
  return tails.map((tail) => {
    const z = bias + normalQuantile(tail);
    return normalCdf(bias + z / (1 - acceleration * z));
  });
}

function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
