import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parallelCoordinates, type ParallelLine } from "../../lib/plots/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { assertSnapshot } from "./snapshot.ts";

const prng = seeded(7);
const SCHEDULES = ["constant", "cosine", "plateau"];

/** Trials of a made-up search, best where the learning rate is near 0.002 and the schedule falls. */
const LINES: ParallelLine[] = Array.from({ length: 16 }, (_, i) => {
  const learningRate = 0.0003 * 50 ** prng(), schedule = SCHEDULES[Math.floor(3 * prng())];
  const units = [64, 128, 256][Math.floor(3 * prng())], weightDecay = 0.4 * prng();
  const loss = 4 + Math.log(learningRate / 0.002) ** 2 / 4 + (schedule === "constant" ? 0.3 : 0) + 30 / units;
  return { name: `trial ${i + 1}`, values: { learningRate, units, weightDecay, schedule }, loss, early: i % 4 > 0 };
});
const AXES = [
  { name: "learningRate", scale: "log" },
  { name: "units", scale: "log" },
  { name: "weightDecay" },
  { name: "schedule" },
] as const;
const options = {
  axes: AXES,
  loss: "held-out total",
  title: "Sweep of a network",
  subtitle: "16 trials, 2 seeds each",
};

Deno.test("parallelCoordinates() draws a line for each trial through an axis for each setting and one for the loss", () => {
  const figure = parallelCoordinates(LINES, options);
  const finished = LINES.filter(({ early }) => !early).toSorted((a, b) => a.loss - b.loss);
  assertStringIncludes(
    figure.description,
    `16 lines over learningRate, units, weightDecay, schedule and held-out total`,
  );
  assertStringIncludes(figure.description, `the best is ${finished[0].name} with`);
  assertEquals(figure.width <= 860, true);
  assertSnapshot(figure, "parallel_coordinates");
});

Deno.test("parallelCoordinates() draws one trial alone, all of one value, and losses that are far apart", () => {
  const [one] = LINES;
  assertStringIncludes(parallelCoordinates([one], options).svg, "the best: trial 1");
  const far = [one, { ...one, name: "trial 2", loss: 1000 * one.loss }];
  assertStringIncludes(parallelCoordinates(far, options).svg, "logarithmic");
  const infinite = { ...one, values: { ...one.values, weightDecay: Infinity } };
  assertStringIncludes(parallelCoordinates([one, infinite], options).svg, "Infinity");
});

Deno.test("parallelCoordinates() refuses what it cannot draw", () => {
  assertThrows(() => parallelCoordinates([], options), RangeError, "there is no line");
  assertThrows(
    () => parallelCoordinates([{ ...LINES[0], loss: NaN }], options),
    RangeError,
    'the loss of "trial 1" is NaN',
  );
  assertThrows(
    () => parallelCoordinates(LINES, { ...options, axes: [{ name: "bias" }] }),
    RangeError,
    'line 1 has no "bias"',
  );
  const zero = { ...LINES[0], values: { ...LINES[0].values, learningRate: 0 } };
  assertThrows(() => parallelCoordinates([zero], options), RangeError, '"learningRate" is logarithmic, and has the');
});
