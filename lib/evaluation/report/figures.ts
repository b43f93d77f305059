import { bootstrap, mean, sampleSd } from "../../metrics/mod.ts";
import { seeded } from "../../random/mod.ts";
import type { Figure } from "./report.ts";

/** Resamples of each interval: the default of `bootstrap`. */
export const RESAMPLES = 2000;
/** How often an interval is to contain the true value. */
export const LEVEL = 0.95;
const UNDEFINED: Figure = { value: null, low: null, high: null, spread: null };

/**
 * A statistic of items, the mean over several runs, with the interval that
 * comes of drawing other items: the i-th item of every run is drawn together.
 * Every figure draws by the same seed, so that models are compared on the same resamples.
 *
 * @param runs One a seed, each with the same items in the same order.
 * @param statistic Of one run's items.
 * @param seed Where the resamples come from.
 */
export function figureOf<Item>(
  runs: readonly (readonly Item[])[],
  statistic: (items: readonly Item[]) => number,
  seed: number,
): Figure {
  const together = runs[0].map((_, i) => runs.map((run) => run[i]));
  const each = (items: readonly Item[][]) => runs.map((_, k) => statistic(items.map((item) => item[k])));
  const values = each(together);
  if (!values.every(Number.isFinite)) return UNDEFINED;
  const drawn = bootstrap(together, (items) => mean(each(items)), {
    prng: seeded(seed),
    resamples: RESAMPLES,
    level: LEVEL,
  });
  return { ...interval(drawn), spread: spreadOf(values) };
}

/**
 * The mean of numbers some of which may be undefined, with the interval that
 * comes of drawing others: the i-th number of every run is drawn together, because these samples go on from the same
 * beginning.
 *
 * @param runs One a seed, each with as many numbers.
 * @param seed Where the resamples come from.
 */
export function meanFigure(runs: readonly (readonly (number | null)[])[], seed: number): Figure {
  const defined = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const means = runs.map(defined).filter(({ length }) => length > 0).map(mean);
  if (means.length === 0) return UNDEFINED;
  const together = runs[0].map((_, i) => defined(runs.map((run) => run[i]))).filter(({ length }) => length > 0);
  const drawn = bootstrap(together, (items) => mean(items.flat()), {
    prng: seeded(seed),
    resamples: RESAMPLES,
    level: LEVEL,
  });
  return { ...interval(drawn), spread: spreadOf(means) };
}

/** The standard deviation over n - 1; null of a single number. */
function spreadOf(values: readonly number[]): number | null {
  return values.length < 2 ? null : sampleSd(values);
}

function interval({ estimate, low, high }: { estimate: number; low: number; high: number }): Omit<Figure, "spread"> {
  return { value: estimate, low: nullForNaN(low), high: nullForNaN(high) };
}

/** A number as JSON has it, which has no NaN. */
export function nullForNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
