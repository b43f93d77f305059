import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  compareSets,
  gaussianKde,
  jensenShannonDistance,
  klDivergence,
  overlappingArea,
  wassersteinDistance,
} from "../../../lib/metrics/mod.ts";
import { gaussian, seeded } from "../../../lib/random/mod.ts";

const A = [0.3, 1.7, 2.2, 5.1, 5.1, 8.4];
const B = [1.1, 2.2, 2.9, 9.5];

const normal = (count: number, seed: number, mean = 0, deviation = 1) => {
  const prng = seeded(seed);
  return Array.from({ length: count }, () => mean + deviation * gaussian(prng));
};

Deno.test("wassersteinDistance() is the area between the distribution functions", () => {
  // From 0 to 1 the functions are 1/2 and 0, from 1 to 2 they are 1/2 and 1, from 2 to 4 1/2 and 1.
  assertEquals(wassersteinDistance([0, 4], [1, 1]), 0.5 + 0.5 + 1);
  // One value in three against the same and others, unequally many.
  assertAlmostEquals(wassersteinDistance([2], [2, 2, 5]), 1, 1e-15);
});

Deno.test("wassersteinDistance() agrees with SciPy 1.17.1", () => {
  // a, b = [0.3, 1.7, 2.2, 5.1, 5.1, 8.4], [1.1, 2.2, 2.9, 9.5]; scipy.stats.wasserstein_distance(a, b)
  assertAlmostEquals(wassersteinDistance(A, B), 1.325, 1e-14);
});

Deno.test("wassersteinDistance() is a metric, moves with a shift and grows with the scale", () => {
  const sets = [A, B, [3], normal(7, 1), normal(20, 2, 3, 4)];
  for (const a of sets) {
    assertEquals(wassersteinDistance(a, a.toReversed()), 0);
    assertAlmostEquals(wassersteinDistance(a, a.map((value) => value + 2.5)), 2.5, 1e-12);
    for (const b of sets) {
      const distance = wassersteinDistance(a, b);
      assertAlmostEquals(distance, wassersteinDistance(b, a), 1e-12);
      assertAlmostEquals(3 * distance, wassersteinDistance(a.map((x) => -3 * x), b.map((x) => -3 * x)), 1e-10);
      for (const via of sets) {
        assert(distance <= wassersteinDistance(a, via) + wassersteinDistance(via, b) + 1e-12);
      }
    }
  }
});

Deno.test("gaussianKde() agrees with SciPy 1.17.1, far out too", () => {
  // k = scipy.stats.gaussian_kde(a)
  // np.sqrt(k.covariance[0, 0]), k.logpdf([-3, 0, 2.5, 6, 40])
  const kde = gaussianKde(A);
  assertAlmostEquals(kde.bandwidth, 2.067394727809979, 1e-14);
  assertEquals(kde.range, [0.3, 8.4]);
  const expected = [-4.35727834, -2.57578114, -2.21054781, -2.46207419, -120.25165032];
  [-3, 0, 2.5, 6, 40].forEach((at, i) => assertAlmostEquals(kde.logDensity(at), expected[i], 1e-8));
  assert(Number.isFinite(kde.logDensity(1e6)));
});

Deno.test("gaussianKde() gives the density of two kernels, worked out", () => {
  // s^2 = 2, h^2 = 2 * 2^(-2/5). In the middle, both kernels give N(1; 0, h).
  const variance = 2 ** 0.6;
  const middle = Math.exp(-1 / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  assertAlmostEquals(Math.exp(gaussianKde([-1, 1]).logDensity(0)), middle, 1e-15);
});

Deno.test("gaussianKde() refuses numbers without variance", () => {
  assertThrows(() => gaussianKde([]), RangeError, "there must be two different values, got 0 the same");
  assertThrows(() => gaussianKde([3, 3, 3]), RangeError, "got 3 the same");
  assertThrows(() => gaussianKde([3, NaN]), RangeError, "value 1 must be a finite number, got NaN");
});

Deno.test("overlappingArea() and klDivergence() agree with SciPy's densities and quadrature", () => {
  // ka, kb = scipy.stats.gaussian_kde(a), scipy.stats.gaussian_kde(b)
  // quad(lambda x: min(ka(x)[0], kb(x)[0]), -60, 70, limit=2000, epsabs=1e-12)  -> 0.8757263825877623 (error 6e-9)
  // kl = lambda u, v: quad(lambda x: u(x)[0] * (u.logpdf(x)[0] - v.logpdf(x)[0]), -60, 70, limit=2000, epsabs=1e-12)
  // kl(ka, kb), kl(kb, ka)  -> 0.07058206793746069, 0.1186640358461763
  assertAlmostEquals(overlappingArea(A, B), 0.8757263825877623, 5e-6);
  assertAlmostEquals(klDivergence(A, B), 0.07058206793746069, 1e-9);
  assertAlmostEquals(klDivergence(B, A), 0.1186640358461763, 1e-9);
  // The same for a narrow density inside a wide one, from 3.98 to 4.02 with points=[4, 4.001, 4.003].
  const [narrow, wide] = [[4, 4.001, 4.003], [0, 10, 30]];
  assertAlmostEquals(overlappingArea(narrow, wide), 0.00028856861468254706, 1e-8);
  assertAlmostEquals(klDivergence(narrow, wide), 8.799058948122347, 1e-9);
});

Deno.test("overlappingArea() is symmetric, 1 for the same numbers, 0 far apart, and blind to shift and scale", () => {
  const area = overlappingArea(A, B);
  assertAlmostEquals(overlappingArea(B, A), area, 1e-12);
  assertAlmostEquals(overlappingArea(A, A.toReversed()), 1, 1e-9);
  assertAlmostEquals(overlappingArea(A.map((x) => 100 - 20 * x), B.map((x) => 100 - 20 * x)), area, 1e-5);
  assertEquals(overlappingArea(A, A.map((x) => x + 1e6)), 0);
});

Deno.test("klDivergence() is 0 for the same numbers, else more, and does not fall for a shift as MGEval's does", () => {
  assertAlmostEquals(klDivergence(A, A.toReversed()), 0, 1e-12);
  const sets = [A, B, normal(10, 3), normal(30, 4, 2, 0.1), normal(5, 5, -8, 20)];
  for (const a of sets) {
    for (const b of sets) if (a !== b) assert(klDivergence(a, b) > 0);
  }
  // MGEval evaluates each density from its own least to its own greatest value: the same curve twice.
  assert(klDivergence(A, A.map((x) => x + 10)) > 1);
  // Two normal distributions of deviation 1, one apart, have divergence 1/2; many draws come near that.
  assertAlmostEquals(klDivergence(normal(4000, 6), normal(4000, 7, 1)), 0.5, 0.05);
  assert(Number.isFinite(klDivergence([0, 1], [1e6, 1e6 + 1])));
});

Deno.test("overlappingArea() takes rounding for no difference, and a real one for one however small", () => {
  const rounding = [0.3, 0.1 + 0.2, 0.3];
  assertEquals(overlappingArea(rounding, A), NaN);
  assertThrows(() => gaussianKde(rounding), RangeError, "got 3 the same");
  const tiny = A.map((x) => x * 1e-250);
  assertAlmostEquals(overlappingArea(tiny, B.map((x) => x * 1e-250)), overlappingArea(A, B), 1e-5);
});

Deno.test("overlappingArea() and klDivergence() are NaN without two different numbers", () => {
  for (const measure of [overlappingArea, klDivergence]) {
    for (const none of [[], [3], [3, 3, 3]]) {
      assertEquals(measure(none, A), NaN);
      assertEquals(measure(A, none), NaN);
    }
    assertThrows(() => measure([1, Infinity], A), RangeError, "value 1 must be a finite number, got Infinity");
  }
  assertEquals(wassersteinDistance([], A), NaN);
  assertThrows(() => wassersteinDistance([NaN], A), RangeError, "Cannot measure a Wasserstein distance: value 0");
});

Deno.test("compareSets() lists each pair once inside, and each with each between", () => {
  const { inter, reference, samples } = compareSets([1, 2, 4], [10, 20], (a, b) => Math.abs(a - b));
  assertEquals([...reference.intra], [1, 3, 2]);
  assertEquals([...samples.intra], [10]);
  assertEquals([...inter], [9, 19, 8, 18, 6, 16]);
  assertEquals(reference.overlap, overlappingArea([1, 3, 2], inter));
  assertEquals(reference.divergence, klDivergence([1, 3, 2], inter));
  assertEquals([samples.overlap, samples.divergence], [NaN, NaN]);
});

Deno.test("compareSets() tells a set like the reference from one elsewhere, and from one that repeats itself", () => {
  const histogram = (seed: number) => {
    const prng = seeded(seed);
    return Array.from({ length: 12 }, () => prng() ** 2);
  };
  const set = (first: number) => Array.from({ length: 12 }, (_, i) => histogram(first + i));
  const bach = set(1);
  const alike = compareSets(bach, set(100), jensenShannonDistance);
  assert(alike.reference.overlap > 0.8 && alike.samples.overlap > 0.8);
  const elsewhere = compareSets(bach, set(200).map((bins) => bins.with(3, 20)), jensenShannonDistance);
  assert(elsewhere.reference.overlap < 0.5 && elsewhere.samples.overlap < 0.01);
  assert(elsewhere.reference.divergence > alike.reference.divergence);
  const same = set(300)[0];
  const repeating = Array.from({ length: 12 }, (_, i) => same.with(0, same[0] + i / 100));
  const { samples } = compareSets(bach, repeating, jensenShannonDistance);
  assert(samples.overlap < 0.1);
});

Deno.test("compareSets() of empty sets has no distances", () => {
  const { inter, reference } = compareSets<number>([], [1, 2], (a, b) => a - b);
  assertEquals([inter.length, reference.intra.length, reference.overlap], [0, 0, NaN]);
});
