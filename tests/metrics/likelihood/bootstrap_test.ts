import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bootstrap, likelihood, type PieceScore } from "../../../lib/metrics/mod.ts";
import { gaussian, seeded } from "../../../lib/random/mod.ts";

const VALUES = [2.1374, 3.4412, 1.2093, 8.9171, 2.2238, 0.7645, 3.1189, 2.8307, 12.5516, 1.9922, 4.4763, 2.6051];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

Deno.test("bootstrap() takes the quantiles that SciPy takes of the same resampled means", () => {
  // The 999 means that this seed gives, handed to SciPy 1.17.1:
  // scipy.stats.bootstrap((values,), np.mean, n_resamples=0, method=method, confidence_level=level,
  //   bootstrap_result=types.SimpleNamespace(bootstrap_distribution=means)).confidence_interval
  const expected = [
    { method: "percentile", level: 0.95, low: 2.240863333333333, high: 5.81752625 },
    { method: "percentile", level: 0.8, low: 2.6561616666666668, high: 5.080961666666666 },
    { method: "bca", level: 0.95, low: 2.497288093180366, high: 6.4824996956176735 },
    { method: "bca", level: 0.8, low: 2.880462282337408, high: 5.557433912339796 },
  ] as const;
  for (const { method, level, low, high } of expected) {
    const interval = bootstrap(VALUES, mean, { prng: seeded(42), resamples: 999, method, level });
    assertAlmostEquals(interval.estimate, mean(VALUES), 1e-12);
    assertAlmostEquals(interval.low, low, 1e-12, method);
    assertAlmostEquals(interval.high, high, 1e-12, method);
  }
});

Deno.test("bootstrap() counts resamples that equal the estimate half, as SciPy does", () => {
  // 47 of the 999 means are 2 exactly; SciPy as above.
  const expected = { 0.6: [1.375, 3], 0.9: [1, 4.113221879626153], 0.98: [0.75, 5.329850514681809] };
  for (const [level, [low, high]] of Object.entries(expected)) {
    const interval = bootstrap([0, 1, 1, 3, 0, 8, 2, 1], mean, {
      prng: seeded(42),
      resamples: 999,
      level: Number(level),
    });
    assertAlmostEquals(interval.low, low, 1e-12);
    assertAlmostEquals(interval.high, high, 1e-12);
  }
});

Deno.test("bootstrap() with many resamples comes near SciPy's own draws", () => {
  // scipy.stats.bootstrap((values,), np.mean, n_resamples=200000, method=method, rng=1).confidence_interval
  const expected = { percentile: [2.2483, 5.9264], bca: [2.4776, 6.6133] };
  for (const method of ["percentile", "bca"] as const) {
    const { low, high } = bootstrap(VALUES, mean, { prng: seeded(7), resamples: 40_000, method });
    assertAlmostEquals(low, expected[method][0], 0.04, method);
    assertAlmostEquals(high, expected[method][1], 0.08, method);
  }
});

Deno.test("bootstrap() gives the same interval for the same seed, and another for another", () => {
  const run = (seed: number) => bootstrap(VALUES, mean, { prng: seeded(seed) });
  assertEquals(run(3), run(3));
  assert(run(3).low !== run(4).low);
});

Deno.test("bootstrap() contains the true mean about as often as it says", () => {
  const prng = seeded(11);
  let inside = 0;
  for (let i = 0; i < 400; i++) {
    const sample = Array.from({ length: 40 }, () => gaussian(prng));
    const { low, high } = bootstrap(sample, mean, { prng, resamples: 300, level: 0.9 });
    if (low <= 0 && 0 <= high) inside++;
  }
  // Of 400, 360 are expected, give or take 6; a bootstrap of 40 is a little too narrow.
  assert(inside > 335 && inside < 380, `${inside} of 400`);
});

Deno.test("bootstrap() resamples pieces, not notes", () => {
  // Two kinds of pieces: easy ones of 100 notes and hard ones. Notes would give an interval ten times narrower.
  const pieces = Array.from({ length: 10 }, (_, i): PieceScore => (
    { piece: `${i}`, notes: 100, nats: 100 * (i % 2 === 0 ? 1 : 3), hits: 0 }
  ));
  const { estimate, low, high } = bootstrap(pieces, (some) => likelihood(some).nats, {
    prng: seeded(1),
    method: "percentile",
  });
  assertEquals(estimate, 2);
  // The standard deviation of the mean of ten is 1 / sqrt(10).
  assertAlmostEquals(high - low, 2 * 1.96 / Math.sqrt(10), 0.15);
});

Deno.test("bootstrap() of equal items has no width, and of one item no interval", () => {
  for (const method of ["percentile", "bca"] as const) {
    assertEquals(bootstrap([4, 4, 4], mean, { prng: seeded(1), method }), { estimate: 4, low: 4, high: 4 });
    assertEquals(bootstrap([4], mean, { prng: seeded(1), method }), { estimate: 4, low: NaN, high: NaN });
  }
});

Deno.test("bootstrap() stays finite where all resampled values lie on one side", () => {
  // No resample has more different items than there are: the estimate is above nearly all of them.
  const different = (items: readonly number[]) => new Set(items).size;
  const { estimate, low, high } = bootstrap([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], different, {
    prng: seeded(2),
    resamples: 50,
  });
  assertEquals(estimate, 10);
  assert(low >= 1 && high <= 10 && low <= high);
});

Deno.test("bootstrap() refuses nothing, senseless options, and a statistic that is no number", () => {
  const prng = seeded(1);
  assertThrows(() => bootstrap([], mean, { prng }), RangeError, "there are no items");
  assertThrows(() => bootstrap([1, 2], mean, { prng, resamples: 0 }), RangeError, "current value is 0");
  assertThrows(() => bootstrap([1, 2], mean, { prng, level: 95 }), RangeError, "current value is 95");
  assertThrows(
    () => bootstrap([1, 2], mean, { prng, method: "t" as "bca" }),
    TypeError,
    'method must be "percentile" or "bca", current value is "t"',
  );
  assertThrows(() => bootstrap([1, 2], () => NaN, { prng }), RangeError, "must be a finite number, got NaN");
});
