import type { TimeClasses } from "../../notes/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { mean } from "../statistics.ts";

/** What a model said of one time before it came, and what came. Times are those that stand for their classes. */
export interface TimeForecast {
  /** Mean of what it expected, in seconds. */
  mean: number;
  /** Variance of what it expected, in seconds squared. */
  variance: number;
  /** What came, in seconds. */
  came: number;
  /** The probability that it gave to shorter classes than the one that came. */
  below: number;
  /** The same with the class that came. */
  upTo: number;
}

/** How often times fall below what a model gives a probability to, against that probability. */
export interface QuantileCalibration {
  /**
   * The curve: of each level from 0 to 1, the share of times that came below that quantile of their forecasts; the same
   * as the level where a model is calibrated.
   */
  levels: { level: number; share: number }[];
  /** Mean distance of share and level, from 0 to 0.5, the two ends aside. NaN where there are no times. */
  error: number;
}

/** How far times are from the mean that a model expected, against how far it expected them to be. */
export interface VarianceCalibration {
  /** Times in bins of equal size, the surest forecasts first. */
  bins: { count: number; variance: number; squaredError: number }[];
  /**
   * The expected normalised calibration error: mean over bins of `|sqrt(variance) - sqrt(squaredError)| /
   * sqrt(variance)`, 0 or more. NaN where there are no times, Infinity where a variance of 0 was wrong.
   */
  error: number;
}

/** Options of {@linkcode quantileCalibration}. */
export interface QuantileCalibrationOptions {
  /**
   * Levels above 0, the last of which is 1.
   *
   * @default {20}
   */
  levels?: number;
}

/** Options of {@linkcode varianceCalibration}. */
export interface VarianceCalibrationOptions {
  /**
   * How many bins; fewer where there are fewer times.
   *
   * @default {10}
   */
  bins?: number;
}

/**
 * One forecast, from what a head says of the classes of a time. Any head can be
 * asked: one that regresses, one that chooses a class, one that has a density.
 *
 * @param logs The natural log of the probability of each class.
 * @param classes The classes.
 * @param came Class of what came.
 */
export function timeForecast(logs: ArrayLike<number>, classes: TimeClasses, came: number): TimeForecast {
  let all = 0, mean = 0, below = 0;
  const shares = Float64Array.from(logs, Math.exp), times = shares.map((_, k) => classes.seconds(k));
  shares.forEach((share, k) => {
    all += share;
    mean += share * times[k];
    if (k < came) below += share;
  });
  mean /= all;
  const variance = shares.reduce((sum, share, k) => sum + share * (times[k] - mean) ** 2, 0) / all;
  return { mean, variance, came: times[came], below: below / all, upTo: (below + shares[came]) / all };
}

/**
 * Whether a model's probabilities of times are right: of times that it expects
 * with a probability of 0.3 to be shorter, three in ten should be. It is the
 * distribution of the probability integral transform; because times come in
 * classes, each time's is spread evenly over what its class was given.
 *
 * T. Gneiting, F. Balabdaoui and A. E. Raftery, "Probabilistic forecasts,
 * calibration and sharpness" (2007); C. Czado, T. Gneiting and L. Held,
 * "Predictive model assessment for count data" (2009), for classes.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quantileCalibration } from "../mod.ts";
 *
 * // Two times, each in the half that the model expected it in.
 * const time = { mean: 1, variance: 1, came: 1 };
 * const forecasts = [{ ...time, below: 0, upTo: 0.5 }, { ...time, below: 0.5, upTo: 1 }];
 * const { levels } = quantileCalibration(forecasts, { levels: 2 });
 * assertEquals(levels.map(({ share }) => share), [0, 0.5, 1]);
 * ```
 *
 * @throws {RangeError} If `levels` is not a positive integer.
 */
export function quantileCalibration(
  forecasts: readonly TimeForecast[],
  options: QuantileCalibrationOptions = {},
): QuantileCalibration {
  const { levels: count = 20 } = checkOptions("calibrate times", options, { levels: optional(kinds.positiveInteger) });
  const shareBelow = (level: number) =>
    mean(forecasts.map(({ below, upTo }) => {
      // A class that was given nothing at all is passed at once.
      const inside = upTo > below ? (level - below) / (upTo - below) : Number(level >= upTo);
      return Math.min(Math.max(inside, 0), 1);
    }));
  const levels = Array.from({ length: count + 1 }, (_, i) => ({ level: i / count, share: shareBelow(i / count) }));
  return { levels, error: mean(levels.slice(1, -1).map(({ level, share }) => Math.abs(share - level))) };
}

/**
 * Whether a model knows how sure it can be: the variance that it predicts of a
 * time, against the squared error of the mean that it predicts. This is what the
 * paper's "error-term regularizer" asks for: a model that says how wrong it may be.
 *
 * D. Levi, L. Gispan, N. Giladi and E. Fetaya, "Evaluating and calibrating
 * uncertainty prediction in regression tasks" (2020).
 *
 * @throws {RangeError} If `bins` is not a positive integer.
 */
export function varianceCalibration(
  forecasts: readonly TimeForecast[],
  options: VarianceCalibrationOptions = {},
): VarianceCalibration {
  const { bins: most = 10 } = checkOptions("calibrate times", options, { bins: optional(kinds.positiveInteger) });
  const sorted = forecasts.toSorted((a, b) => a.variance - b.variance);
  const count = Math.min(most, sorted.length);
  const bins = Array.from({ length: count }, (_, i) => {
    const some = sorted.slice(Math.round(i * sorted.length / count), Math.round((i + 1) * sorted.length / count));
    return {
      count: some.length,
      variance: mean(some.map(({ variance }) => variance)),
      squaredError: mean(some.map((forecast) => (forecast.mean - forecast.came) ** 2)),
    };
  });
  const errors = bins.map(({ variance, squaredError }) =>
    variance === squaredError ? 0 : Math.abs(Math.sqrt(variance) - Math.sqrt(squaredError)) / Math.sqrt(variance)
  );
  return { bins, error: mean(errors) };
}
