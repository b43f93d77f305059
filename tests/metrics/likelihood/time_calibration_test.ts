import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { classLogs, logNormalClasses } from "../../../lib/heads/mod.ts";
import { quantileCalibration, type TimeForecast, timeForecast, varianceCalibration } from "../../../lib/metrics/mod.ts";
import { durationClasses, stepClasses } from "../../../lib/notes/mod.ts";
import { gaussian, normalCdf, seeded } from "../../../lib/random/mod.ts";

/**
 * Forecasts of log-normal times, each with a deviation of its own that the model knows; the truth has `wider` times that.
 */
function forecasts(wider: number, shift = 0): TimeForecast[] {
  const prng = seeded(21);
  return Array.from({ length: 6000 }, () => {
    const middle = Math.log(0.3), deviation = 0.15 + 0.6 * prng();
    const logs = classLogs((seconds) => normalCdf((Math.log(seconds) - middle) / deviation), durationClasses);
    const came = Math.exp(middle + shift + wider * deviation * gaussian(prng));
    return timeForecast(logs, durationClasses, durationClasses.of(came));
  });
}

Deno.test("timeForecast() is mean and variance over the classes' times, and what was given to shorter ones", () => {
  const logs = Array(65).fill(-Infinity).with(0, Math.log(0.5)).with(30, Math.log(0.25)).with(40, Math.log(0.25));
  const [a, b] = [stepClasses.seconds(30), stepClasses.seconds(40)];
  const forecast = timeForecast(logs, stepClasses, 30), mean = (a + b) / 4;
  assertAlmostEquals(forecast.mean, mean, 1e-12);
  assertAlmostEquals(forecast.variance, 0.5 * mean ** 2 + 0.25 * (a - mean) ** 2 + 0.25 * (b - mean) ** 2, 1e-12);
  assertEquals([forecast.came, forecast.below, forecast.upTo], [a, 0.5, 0.75]);
});

Deno.test("quantileCalibration() is the diagonal where the model is right, and bends where it is too sure or too long", () => {
  const right = quantileCalibration(forecasts(1));
  assertEquals(right.levels.length, 21);
  for (const { level, share } of right.levels) assertAlmostEquals(share, level, 0.025, `at ${level}`);
  assert(right.error < 0.015, `${right.error}`);
  const at = (forecasts: TimeForecast[], level: number) =>
    quantileCalibration(forecasts, { levels: 10 }).levels.find((each) => each.level === level)!.share;
  // Twice as wide as the model says: a tenth is where the model puts 26 %.
  assertAlmostEquals(at(forecasts(2), 0.1), normalCdf(-1.2816 / 2), 0.03);
  assertAlmostEquals(at(forecasts(2), 0.9), normalCdf(1.2816 / 2), 0.03);
  assert(at(forecasts(0.5), 0.1) < 0.05 && at(forecasts(0.5), 0.9) > 0.95);
  assert(at(forecasts(1, 0.5), 0.5) < 0.25, "times are longer than it says");
  assert(quantileCalibration(forecasts(2)).error > 0.08);
});

Deno.test("varianceCalibration() finds as much error as was predicted, bin by bin, where the model is right", () => {
  const { bins, error } = varianceCalibration(forecasts(1), { bins: 8 });
  assertEquals(bins.map(({ count }) => count), Array(8).fill(750));
  bins.forEach(({ variance, squaredError }, i) => {
    if (i > 0) assert(variance > bins[i - 1].variance);
    assert(Math.abs(Math.log(squaredError / variance)) < 0.3, `bin ${i}: ${variance}, ${squaredError}`);
  });
  assert(error < 0.08, `${error}`);
  const sure = varianceCalibration(forecasts(2));
  assert(sure.bins.every(({ variance, squaredError }) => squaredError > 2 * variance) && sure.error > 0.5);
  const unsure = varianceCalibration(forecasts(0.5));
  assert(unsure.bins.every(({ variance, squaredError }) => squaredError < 0.5 * variance));
});

Deno.test("varianceCalibration() shows that a regression with one sigma does not know when it is wrong", () => {
  const prng = seeded(2);
  const constant = Array.from({ length: 4000 }, () => {
    const deviation = prng() < 0.5 ? 0.02 : 0.4, came = Math.max(0.01, 1.5 + deviation * gaussian(prng));
    return timeForecast(logNormalClasses(1.5, 0.28, durationClasses), durationClasses, durationClasses.of(came));
  });
  const { bins, error } = varianceCalibration(constant, { bins: 2 });
  assertAlmostEquals(bins[0].variance, bins[1].variance, 1e-9);
  // On average it is right, and yet of every note it is wrong.
  assert(error < 0.1);
  assert(quantileCalibration(constant).error > 0.05);
});

Deno.test("calibration of times says little of few times, and refuses what is no number of bins", () => {
  assertEquals(quantileCalibration([]).error, NaN);
  assertEquals([varianceCalibration([]).bins, varianceCalibration([]).error], [[], NaN]);
  const one: TimeForecast = { mean: 1, variance: 0.25, came: 2, below: 0.5, upTo: 0.5 };
  assertEquals(varianceCalibration([one]), { bins: [{ count: 1, variance: 0.25, squaredError: 1 }], error: 1 });
  assertEquals(quantileCalibration([one], { levels: 4 }).levels.map(({ share }) => share), [0, 0, 1, 1, 1]);
  assertEquals(varianceCalibration([{ ...one, variance: 0 }]).error, Infinity);
  assertThrows(() => varianceCalibration([one], { bins: 0 }), RangeError, "bins must be a positive integer");
  assertThrows(() => quantileCalibration([one], { levels: 1.5 }), RangeError, "levels must be a positive integer");
});
