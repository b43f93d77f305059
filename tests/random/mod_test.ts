import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { gaussian, seeded, shuffle } from "../../lib/random/mod.ts";

Deno.test("seeded() gives the same numbers for the same seed", () => {
  const [a, b] = [seeded(42), seeded(42)];
  for (let i = 0; i < 1000; i++) assertEquals(a(), b());
  assertNotEquals(seeded(1)(), seeded(2)());
});

Deno.test("seeded() is uniform on [0, 1)", () => {
  const prng = seeded(7);
  const bins = new Array(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const x = prng();
    assert(x >= 0 && x < 1);
    bins[Math.floor(x * 10)]++;
  }
  const chiSquare = bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
  assert(chiSquare < 27.9, `chi-square with 9 degrees of freedom is ${chiSquare}`);
});

Deno.test("seeded() goes on from a stored state", () => {
  const prng = seeded(3);
  prng();
  const state = prng.getState();
  const expected = [prng(), prng(), prng()];
  const other = seeded(99);
  other.setState(state);
  assertEquals([other(), other(), other()], expected);
});

Deno.test("seeded() tells its seed, however many numbers it has drawn", () => {
  const prng = seeded(3);
  prng();
  assertEquals(prng.seed, 3);
});

Deno.test("seeded() refuses what is no seed and no state", () => {
  assertThrows(() => seeded(-1), RangeError, "current value is -1");
  assertThrows(() => seeded(1.5), RangeError);
  assertThrows(() => seeded(1).setState([1, 2, 3]), TypeError);
});

Deno.test("shuffle() permutes, and the prng decides how", () => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  const a = shuffle([...items], seeded(1));
  assertEquals(a, shuffle([...items], seeded(1)));
  assertNotEquals(a, items);
  assertEquals(a.toSorted((x, y) => x - y), items);
});

Deno.test("gaussian() has mean 0 and variance 1", () => {
  const prng = seeded(5);
  const draws = Array.from({ length: 50_000 }, () => gaussian(prng));
  const mean = draws.reduce((s, x) => s + x, 0) / draws.length;
  const variance = draws.reduce((s, x) => s + (x - mean) ** 2, 0) / draws.length;
  assertAlmostEquals(mean, 0, 0.02);
  assertAlmostEquals(variance, 1, 0.03);
});
