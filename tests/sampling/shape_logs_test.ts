import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { seeded } from "../../lib/random/mod.ts";
import { shapeLogs, type ShapeOptions } from "../../lib/sampling/mod.ts";

const LOGS = [0.1, 0.4, 0.05, 0.25, 0.2].map(Math.log);

function shares(options: ShapeOptions): number[] {
  return [...shapeLogs(LOGS, options)].map((log) => Number(Math.exp(log).toFixed(9)));
}

Deno.test("shapeLogs() leaves probabilities alone by default", () => {
  assertEquals(shares({}), [0.1, 0.4, 0.05, 0.25, 0.2]);
});

Deno.test("shapeLogs() gives probabilities that sum to 1, whatever is asked", () => {
  const prng = seeded(1);
  for (let trial = 0; trial < 200; trial++) {
    const logs = Array.from({ length: 30 }, () => 5 * prng());
    const weights = logs.map(() => prng() < 0.3 ? -Infinity : 4 * prng() - 2);
    const shaped = shapeLogs(logs, {
      temperature: 0.2 + 3 * prng(),
      weights,
      topK: 1 + Math.floor(40 * prng()),
      topP: 1 - prng(),
      minP: prng(),
    });
    assertAlmostEquals(shaped.reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-12);
    shaped.forEach((log, i) => assert(weights[i] > -Infinity || log === -Infinity, "a forbidden class"));
  }
});

Deno.test("shapeLogs() divides by the temperature", () => {
  const roots = [0.1, 0.4, 0.05, 0.25, 0.2].map(Math.sqrt), sum = roots.reduce((a, b) => a + b);
  shapeLogs(LOGS, { temperature: 2 }).forEach((log, i) => assertAlmostEquals(Math.exp(log), roots[i] / sum));
});

Deno.test("shapeLogs() keeps the likeliest class at almost no temperature", () => {
  const shape = { temperature: 5e-324 };
  assertEquals([...shapeLogs([-2, -1, -3], shape)], [-Infinity, 0, -Infinity]);
  assertEquals([...shapeLogs([-2, -1, -3], { ...shape, weights: [0, -Infinity, 0] })], [0, -Infinity, -Infinity]);
  assertEquals([...shapeLogs([0, 1], shape)], [-Infinity, 0]);
  assertEquals([...shapeLogs([1e308, -1e308], { temperature: 1e-3 })], [0, -Infinity]);
  assertEquals([...shapeLogs([3, -Infinity], { ...shape, weights: [-Infinity, 0] })], [-Infinity, -Infinity]);
});

Deno.test("shapeLogs() keeps the likeliest k", () => {
  assertEquals(shares({ topK: 2 }), [0, Number((0.4 / 0.65).toFixed(9)), 0, Number((0.25 / 0.65).toFixed(9)), 0]);
  assertEquals(shares({ topK: 1 }), [0, 1, 0, 0, 0]);
  assertEquals([...shapeLogs([0, 0, 0], { topK: 1 })], [0, -Infinity, -Infinity]);
});

Deno.test("shapeLogs() keeps the fewest classes that have the nucleus's probability", () => {
  const kept = (topP: number) => shares({ topP }).map((p, i) => p > 0 ? i : -1).filter((i) => i >= 0);
  assertEquals([0.01, 0.39, 0.41, 0.64, 0.66, 0.86, 0.96, 1].map((topP) => kept(topP).length), [
    1,
    1,
    2,
    2,
    3,
    4,
    5,
    5,
  ]);
  assertEquals(kept(0.66), [1, 3, 4]);
});

Deno.test("shapeLogs() keeps what has a share of the likeliest class's probability", () => {
  assertEquals(shares({ minP: 0.5 }).map((p) => p > 0), [false, true, false, true, true]);
  assertEquals(shares({ minP: 1 }), [0, 1, 0, 0, 0]);
});

Deno.test("shapeLogs() adds rules after the temperature, and filters what they leave", () => {
  // Halved by the temperature, then made e times rarer.
  const [one, other] = shapeLogs([0, 0], { temperature: 2, weights: [-1, 0] });
  assertAlmostEquals(other - one, 1);
  assertEquals(shares({ weights: [0, -Infinity, 0, 0, 0], topK: 1 }), [0, 0, 0, 1, 0]);
  // Of what k leaves, the likelier of two has 0.4 / 0.65 = 0.62 of it.
  assertEquals(shares({ topK: 2, topP: 0.6 }), [0, 1, 0, 0, 0]);
});

Deno.test("shapeLogs() says by nothing but -Infinity that nothing is left", () => {
  const all = LOGS.map(() => -Infinity);
  assertEquals([...shapeLogs(LOGS, { weights: all, topK: 2, topP: 0.5, minP: 0.1 })], all);
});

Deno.test("shapeLogs() refuses what is out of range, and logs that are no numbers", () => {
  for (const options of [{ temperature: 0 }, { topK: 0 }, { topK: 1.5 }, { topP: 0 }, { topP: 1.1 }, { minP: -0.1 }]) {
    assertThrows(() => shapeLogs(LOGS, options), RangeError, "Cannot sample: ");
  }
  assertThrows(() => shapeLogs([0, NaN]), RangeError, "the logit of class 1 is NaN");
  assertThrows(() => shapeLogs([0, 0], { weights: [0, NaN] }), RangeError, "its weight NaN");
});
