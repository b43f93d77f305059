import { assert, assertAlmostEquals } from "@std/assert";
import { logNormalClass, logNormalClasses } from "../../lib/heads/mod.ts";
import { durationClasses, stepClasses } from "../../lib/notes/mod.ts";

const CASES = [-3, 0, 5e-5, 0.2, 0.51, 3.9, 4, 30].flatMap((mean) =>
  [0.005, 0.2, 20].flatMap((sigma) => [stepClasses, durationClasses].map((classes) => ({ mean, sigma, classes })))
);

Deno.test("logNormalClasses() sums to 1, tails included", () => {
  for (const { mean, sigma, classes } of CASES) {
    const logs = logNormalClasses(mean, sigma, classes);
    assertAlmostEquals(logs.reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-12, `${mean} with ${sigma}`);
    assert(logs.length === classes.count && logs.every((log) => log > -11.1 && log < 0));
  }
});

Deno.test("logNormalClasses() integrates the density over each class, and has a thousandth for all alike", () => {
  for (const { mean, sigma, classes } of CASES) {
    const logs = logNormalClasses(mean, sigma, classes), { edges, count } = classes;
    for (const k of [1, 20, 40, count - 2]) {
      const parts = 2000, width = (edges[k] - edges[k - 1]) / parts;
      let mass = 0;
      for (let i = 0; i < parts; i++) mass += Math.exp(-(((edges[k - 1] + (i + 0.5) * width - mean) / sigma) ** 2) / 2);
      const normal = mass * width / (sigma * Math.sqrt(2 * Math.PI));
      assertAlmostEquals(Math.exp(logs[k]), 0.999 * normal + 0.001 / count, 1e-6, `class ${k}`);
    }
  }
});

Deno.test("logNormalClasses() has the first class below its edge and the last above", () => {
  const logs = logNormalClasses(0, 1e-4, stepClasses);
  assertAlmostEquals(Math.exp(logs[0]), 0.999 * 0.8413447460685429 + 0.001 / 65, 1e-12);
  const high = logNormalClasses(durationClasses.edges[62], 1, durationClasses);
  assertAlmostEquals(Math.exp(high[63]), 0.999 * 0.5 + 0.001 / 64, 1e-12);
});

Deno.test("logNormalClass() is one of logNormalClasses()", () => {
  for (const { mean, sigma, classes } of CASES) {
    const logs = logNormalClasses(mean, sigma, classes);
    logs.forEach((log, k) => assert(logNormalClass(mean, sigma, classes, k) === log));
  }
});
