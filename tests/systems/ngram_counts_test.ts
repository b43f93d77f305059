import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { NgramCounts } from "../../lib/systems/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

const say = (counts: NgramCounts, context: number[], smoothing: number) =>
  counts.probabilities(context, smoothing, new Float64Array(counts.classes));

Deno.test("NgramCounts backs off as its formula says", () => {
  // 0 1 0 2, and 1: three times 0 or 1 goes on, 1 ends.
  const counts = new NgramCounts([[0, 1, 0, 2], [1]], 4, 2), m = 3;
  const one = [2, 2, 1, 0].map((times) => (times + 1 / 4) / 6);
  const afterZero = [0, 1, 1, 0].map((times, x) => (times + m * one[x]) / (2 + m));
  say(counts, [], m).forEach((p, x) => assertAlmostEquals(p, one[x], 1e-15));
  say(counts, [3, 0], m).forEach((p, x) => assertAlmostEquals(p, afterZero[x], 1e-15));
  assertEquals(counts.size, 3 + 3);
});

Deno.test("NgramCounts knows no more than the longest context that it has heard", () => {
  const counts = new NgramCounts([[0, 1, 2, 3, 0, 1, 2]], 4, 4);
  // 3 1 never came, so that what follows 1 alone has to do; and what is not there is not missed.
  assertEquals(say(counts, [2, 3, 1], 5), say(counts, [1], 5));
  assertEquals(say(counts, [9, 9, 9, 0, 1, 2], 5), say(counts, [0, 1, 2], 5));
});

Deno.test("NgramCounts gives all symbols together the probability 1, and one alone what all together get", () => {
  const prng = seeded(4), drawn = Array.from({ length: 500 }, () => Math.floor(20 * prng() ** 2));
  for (let order = 1; order <= 6; order++) {
    const counts = new NgramCounts([drawn.slice(0, 200), drawn.slice(200)], 256, order);
    for (const at of [0, 1, 3, 50, 333]) {
      const context = drawn.slice(Math.max(0, at - order + 1), at), all = say(counts, context, 30);
      assertAlmostEquals(all.reduce((a, b) => a + b), 1, 1e-12);
      for (const symbol of [drawn[at], 255]) {
        assertAlmostEquals(counts.probability(context, symbol, 30), all[symbol], 1e-15);
      }
    }
  }
});

Deno.test("NgramCounts has all alike where it has heard nothing", () => {
  assertEquals([...say(new NgramCounts([], 4, 3), [1, 2], 1)], [0.25, 0.25, 0.25, 0.25]);
});

Deno.test("NgramCounts refuses orders that do not fit into its keys", () => {
  for (const order of [0, 7, 1.5, NaN]) {
    assertThrows(
      () => new NgramCounts([[0]], 4, order),
      RangeError,
      `Cannot count n-grams: the order must be from 1 to 6, got ${order}`,
    );
  }
});
