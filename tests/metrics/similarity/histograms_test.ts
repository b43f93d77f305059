import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  circularEarthMoversDistance,
  cosineSimilarity,
  earthMoversDistance,
  jensenShannonDistance,
  jensenShannonDivergence,
} from "../../../lib/metrics/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";

const DISTANCES = {
  jensenShannonDistance,
  jensenShannonDivergence,
  earthMoversDistance,
  circularEarthMoversDistance,
  cosine: (p: ArrayLike<number>, q: ArrayLike<number>) => 1 - cosineSimilarity(p, q),
};
const METRICS = { jensenShannonDistance, earthMoversDistance, circularEarthMoversDistance };

/** Histograms with empty bins, as seed 1 gives them. */
function* histograms(count: number, bins = 12): Generator<number[]> {
  const prng = seeded(1);
  for (let i = 0; i < count; i++) {
    yield Array.from({ length: bins }, (_, bin) => bin > 0 && prng() < 0.4 ? 0 : prng());
  }
}

const turned = (histogram: readonly number[], by: number) => [...histogram.slice(by), ...histogram.slice(0, by)];

Deno.test("jensenShannonDivergence() is 3/4 lb 4/3 where half of the one is elsewhere", () => {
  // p = (1, 0), q = (1/2, 1/2), m = (3/4, 1/4).
  // KL(p || m) = lb 4/3; KL(q || m) = 1/2 lb 2/3 + 1/2 lb 2 = 1 - 1/2 lb 3. Half their sum: 3/2 - 3/4 lb 3.
  assertAlmostEquals(jensenShannonDivergence([1, 0], [1, 1]), 1.5 - 0.75 * Math.log2(3), 1e-15);
  assertAlmostEquals(jensenShannonDistance([1, 0], [1, 1]), Math.sqrt(1.5 - 0.75 * Math.log2(3)), 1e-15);
});

Deno.test("earthMoversDistance() counts bins on the line, circularEarthMoversDistance() the shorter way round", () => {
  // A third goes from bin 0 to bin 2, a third from 1 to 3; the third in bin 3 stays.
  assertAlmostEquals(earthMoversDistance([1, 1, 0, 1], [0, 0, 1, 2]), 4 / 3, 1e-15);
  // On the circle of four, bin 0 and bin 3 are neighbours: a third goes from 0 to 3 (1), a third from 1 to 2 (1).
  assertAlmostEquals(circularEarthMoversDistance([1, 1, 0, 1], [0, 0, 1, 2]), 2 / 3, 1e-15);
  // Half a turn is the furthest: C to F sharp.
  assertEquals(circularEarthMoversDistance([1, ...Array(11).fill(0)], [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]), 6);
});

Deno.test("cosineSimilarity() is the cosine of the angle", () => {
  assertAlmostEquals(cosineSimilarity([1, 0], [1, 1]), Math.SQRT1_2, 1e-15);
  assertEquals(cosineSimilarity([1, 0, 0], [0, 2, 5]), 0);
});

Deno.test("Histogram distances agree with SciPy 1.17.1", () => {
  // p, q = [1, 2, 3, 4, 0], [4, 0, 3, 2, 1]
  // scipy.spatial.distance.jensenshannon(p, q, 2)             -> 0.49399314373968045
  // scipy.stats.wasserstein_distance(range(5), range(5), p, q) -> 0.6
  // 1 - scipy.spatial.distance.cosine(p, q)                    -> 0.7
  const [p, q] = [[1, 2, 3, 4, 0], [4, 0, 3, 2, 1]];
  assertAlmostEquals(jensenShannonDistance(p, q), 0.49399314373968045, 1e-14);
  assertAlmostEquals(earthMoversDistance(p, q), 0.6, 1e-14);
  assertAlmostEquals(cosineSimilarity(p, q), 0.7, 1e-14);
  // The transport problem itself, solved by scipy.optimize.linprog: minimise the sum of flow * way under the two
  // histograms' sums, with ways min((i - j) % 12, (j - i) % 12); the second with q turned by three.
  const onCircle = [5, 0, 3, 0, 4, 2, 0, 6, 0, 3, 0, 2];
  const other = [1, 4, 0, 3, 0, 0, 5, 0, 2, 0, 6, 0];
  assertAlmostEquals(circularEarthMoversDistance(onCircle, other), 1.059047619047619, 1e-14);
  assertAlmostEquals(circularEarthMoversDistance(onCircle, turned(other, 3)), 0.6190476190476191, 1e-14);
});

Deno.test("Histogram distances are symmetric, 0 for the same proportions, and see proportions alone", () => {
  const all = [...histograms(20)];
  for (const [name, distance] of Object.entries(DISTANCES)) {
    for (const [i, p] of all.entries()) {
      const q = all[(i + 1) % all.length];
      assertAlmostEquals(distance(p, q), distance(q, p), 1e-14, name);
      assertAlmostEquals(distance(p, p.map((count) => count * 7)), 0, 1e-7, name);
      assertAlmostEquals(distance(Float32Array.from(p), q), distance(p, q.map((count) => count / 3)), 1e-6, name);
      assert(distance(p, q) > 0, name);
    }
  }
});

Deno.test("The three metrics on histograms obey the triangle inequality", () => {
  const all = [...histograms(12)];
  for (const [name, distance] of Object.entries(METRICS)) {
    for (const p of all) {
      for (const q of all) {
        for (const via of all) assert(distance(p, q) <= distance(p, via) + distance(via, q) + 1e-12, name);
      }
    }
  }
});

Deno.test("circularEarthMoversDistance() does not change when both turn, and is never above the line's", () => {
  const all = [...histograms(12)];
  for (const [i, p] of all.entries()) {
    const q = all[(i + 5) % all.length];
    const distance = circularEarthMoversDistance(p, q);
    for (let by = 0; by < 12; by++) {
      assertAlmostEquals(circularEarthMoversDistance(turned(p, by), turned(q, by)), distance, 1e-12);
      assert(distance <= earthMoversDistance(turned(p, by), turned(q, by)) + 1e-12);
    }
  }
});

Deno.test("Distances of histograms are NaN where one is empty", () => {
  for (const distance of Object.values(DISTANCES)) {
    assertEquals(distance([0, 0], [1, 2]), NaN);
    assertEquals(distance([1, 2], [0, 0]), NaN);
  }
});

Deno.test("Distances of histograms refuse other bins and senseless counts", () => {
  for (const distance of Object.values(DISTANCES)) {
    assertThrows(() => distance([1, 2], [1, 2, 3]), RangeError, "equally many bins and at least one, got 2 and 3");
    assertThrows(() => distance([], []), RangeError, "got 0 and 0");
    assertThrows(
      () => distance([1, -1], [1, 1]),
      RangeError,
      "bin 1 of the first must be 0 or more and finite, got -1",
    );
    assertThrows(() => distance([1, 1], [NaN, 1]), RangeError, "bin 0 of the second");
    assertThrows(() => distance([1, Infinity], [1, 1]), RangeError, "got Infinity");
  }
});
