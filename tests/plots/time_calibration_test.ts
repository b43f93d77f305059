import { assertStringIncludes, assertThrows } from "@std/assert";
import { quantileCalibration, type TimeForecast, varianceCalibration } from "../../lib/metrics/mod.ts";
import { timeCalibration } from "../../lib/plots/mod.ts";
import { normalCdf, normalQuantile } from "../../lib/random/mod.ts";
import { assertSnapshot, assertWellFormed } from "./snapshot.ts";

/** Times whose deviation is as often as not `wider` times what a model says of it. */
function forecasts(wider: number): TimeForecast[] {
  return Array.from({ length: 200 }, (_, i) => {
    const deviation = 0.01 * 1.02 ** i, drawn = wider * normalQuantile((((i * 61) % 200) + 0.5) / 200);
    const below = normalCdf(drawn);
    return { mean: 1, variance: deviation ** 2, came: 1 + deviation * drawn, below, upTo: below };
  });
}

const calibrated = (wider: number) => ({
  quantiles: quantileCalibration(forecasts(wider)),
  variances: varianceCalibration(forecasts(wider)),
});

Deno.test("timeCalibration() draws quantiles and deviations against the diagonal", () => {
  const figure = timeCalibration({
    "a mixture that is right": calibrated(1),
    "a regression that is too sure": calibrated(2.5),
  });
  assertWellFormed(figure.svg);
  assertStringIncludes(figure.description!, "a mixture that is right: quantiles off by 0.");
  assertSnapshot(figure, "time_calibration");
});

Deno.test("timeCalibration() refuses to draw nothing", () => {
  assertThrows(() => timeCalibration({}), RangeError, "there are no models");
  const nothing = { quantiles: quantileCalibration([]), variances: varianceCalibration([]) };
  assertThrows(() => timeCalibration({ empty: nothing }), RangeError, 'there are no times of "empty"');
});
