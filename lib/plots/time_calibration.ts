import * as Plot from "@observablehq/plot";
import type { QuantileCalibration, VarianceCalibration } from "../metrics/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { type Figure, MARGIN } from "./figure.ts";
import { coloursOf, FAINT } from "./palette.ts";
import { chart, sheet, WIDTH } from "./plot.ts";

/** Whether what a model says of times is right. */
export interface CalibratedTimes {
  /** `quantileCalibration` of `lib/metrics`. */
  quantiles: QuantileCalibration;
  /** `varianceCalibration` of `lib/metrics`. */
  variances: VarianceCalibration;
}

/** Options of {@linkcode timeCalibration}. */
export interface TimeCalibrationOptions {
  /** Heading of the figure. @default {"Are times as uncertain as the model says?"} */
  title?: string;
}

/** The smallest deviation that is drawn, in seconds: a millisecond. */
const LEAST = 1e-3;
/** Seconds that stand on an axis. */
const TICKS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/**
 * Two pictures of each model's, or head's, times: how often they come below the quantiles that it gives, and how far
 * they are from what it expects, against how far it expects them to be. On the diagonal it is right; in the second
 * picture, above it, it is too sure of itself.
 *
 * @param models By their names.
 * @throws {RangeError} If there are none, or one has no times.
 */
export function timeCalibration(
  models: Readonly<Record<string, CalibratedTimes>>,
  options: TimeCalibrationOptions = {},
): Figure {
  const { title = "Are times as uncertain as the model says?" } = checkOptions("draw calibration", options, {
    title: optional(kinds.text),
  });
  const names = Object.keys(models), colours = coloursOf(names);
  if (names.length === 0) throw new RangeError("Cannot draw calibration: there are no models");
  const empty = names.find((name) => models[name].variances.bins.length === 0);
  if (empty !== undefined) throw new RangeError(`Cannot draw calibration: there are no times of "${empty}"`);
  const size = { width: (WIDTH - 2 * MARGIN) / 2, height: (WIDTH - 2 * MARGIN) / 2, marginLeft: 52, marginRight: 16 };
  const quantiles = chart({
    ...size,
    x: { domain: [0, 1] },
    y: { domain: [0, 1] },
    marks: [
      Plot.line([[0, 0], [1, 1]], { stroke: FAINT, strokeDasharray: "4 3" }),
      ...names.map((name, i) =>
        Plot.line(models[name].quantiles.levels, { x: "level", y: "share", stroke: colours[i], strokeWidth: 1.8 })
      ),
    ],
  }, {
    x: { label: "probability given to shorter times", ticks: 5 },
    y: { label: "share of times that were", ticks: 5 },
  });
  const points = names.map((name) =>
    models[name].variances.bins.map(({ variance, squaredError }) => ({
      expected: Math.max(Math.sqrt(variance), LEAST),
      found: Math.max(Math.sqrt(squaredError), LEAST),
    }))
  );
  const all = points.flat().flatMap(({ expected, found }) => [expected, found]);
  const domain = [Math.min(...all) / 1.25, Math.max(...all) * 1.25];
  const ticks = TICKS.filter((seconds) => seconds >= domain[0] && seconds <= domain[1]);
  const deviations = chart({
    ...size,
    x: { type: "log", domain },
    y: { type: "log", domain },
    marks: [
      Plot.line([[domain[0], domain[0]], [domain[1], domain[1]]], { stroke: FAINT, strokeDasharray: "4 3" }),
      ...points.flatMap((some, i) => [
        Plot.line(some, { x: "expected", y: "found", stroke: colours[i], strokeWidth: 1.4 }),
        Plot.dot(some, { x: "expected", y: "found", fill: colours[i], r: 3 }),
      ]),
    ],
  }, {
    x: { label: "deviation that it expects (seconds)", ticks, tickFormat: String },
    y: { label: "root of the mean squared error (seconds)", ticks, tickFormat: String },
  });
  return sheet({
    title,
    subtitle: "Left: calibration of quantiles. Right: predicted deviation against error, in bins of equal size",
    legend: names.map((label, i) => ({ label, color: colours[i] })),
    rows: [{ panels: [quantiles, deviations] }],
    description: `${title} ${names.map((name) => describe(name, models[name])).join("; ")}`,
  });
}

function describe(name: string, { quantiles, variances }: CalibratedTimes): string {
  const percent = (100 * quantiles.error).toFixed(1);
  return `${name}: quantiles off by ${percent} % on average, deviations by ${(100 * variances.error).toFixed(0)} %`;
}
