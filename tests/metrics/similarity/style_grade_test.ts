import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type FeatureCounts, rankWasserstein, styleGrade } from "../../../lib/metrics/mod.ts";

const counts = (entries: Record<string, number>): FeatureCounts => new Map(Object.entries(entries));

Deno.test("rankWasserstein() puts the commonest first and counts ranks", () => {
  // Ranks b, a, c. Reference 5/8, 2/8, 1/8; piece 1/8, 2/8, 5/8.
  // Carried after the first rank 1/2, after the second 1/2: 1 in all.
  const reference = counts({ a: 2, b: 5, c: 1 });
  assertEquals(rankWasserstein(counts({ a: 2, b: 1, c: 5 }), reference), 1);
  assertEquals(rankWasserstein(reference, reference), 0);
  assertAlmostEquals(rankWasserstein(counts({ a: 20, b: 50, c: 10 }), reference), 0, 1e-15);
});

Deno.test("rankWasserstein() puts what the reference lacks last, its rarest first", () => {
  // Ranks a (reference), then x (1/4 of the piece), then y (2/4): 1/4 * 1 + 2/4 * 2.
  assertEquals(rankWasserstein(counts({ y: 2, x: 1, a: 1 }), counts({ a: 3 })), 1.25);
  // A category counted 0 times is no category.
  assertEquals(rankWasserstein(counts({ y: 2, x: 1, a: 1, z: 0 }), counts({ a: 3, y: 0 })), 1.25);
});

Deno.test("rankWasserstein() breaks ties by the smaller category, whatever the order of counting", () => {
  const reference: FeatureCounts = new Map<string | number, number>([["a", 1], [10, 1], [2, 1]]);
  // Ranks 2, 10, "a".
  assertAlmostEquals(rankWasserstein(new Map([[2, 1]]), reference), 1, 1e-15);
  assertAlmostEquals(rankWasserstein(new Map([[10, 1]]), reference), 2 / 3, 1e-15);
  assertEquals(
    rankWasserstein(new Map([[2, 1]]), reference),
    rankWasserstein(new Map([[2, 1]]), new Map([...reference].reverse())),
  );
});

Deno.test("rankWasserstein() agrees with SciPy on ranks", () => {
  // scipy.stats.wasserstein_distance(range(5), range(5), [4, 0, 3, 2, 1], [40, 25, 20, 10, 5]) -> 0.45
  const piece = counts({ d: 2, a: 4, e: 1, c: 3 });
  assertAlmostEquals(rankWasserstein(piece, counts({ e: 5, c: 20, a: 40, d: 10, b: 25 })), 0.45, 1e-14);
});

Deno.test("rankWasserstein() is NaN where nothing was counted, and refuses senseless counts", () => {
  assertEquals(rankWasserstein(counts({}), counts({ a: 1 })), NaN);
  assertEquals(rankWasserstein(counts({ a: 1 }), counts({ a: 0 })), NaN);
  const message = '"a" must be counted 0 times or more, got -1';
  assertThrows(() => rankWasserstein(counts({ a: -1 }), counts({ a: 1 })), RangeError, message);
});

Deno.test("styleGrade() adds features, and weighs faults by how often they happen", () => {
  const durations = { piece: counts({ quarter: 1, eighth: 1 }), reference: counts({ quarter: 3, eighth: 1 }) };
  // 1/2 goes one rank from octave to fifth; 2 in 40 notes against 10 in 400 is twice as often.
  const parallels = {
    piece: counts({ octave: 1, fifth: 1 }),
    reference: counts({ octave: 10 }),
    notes: { piece: 40, reference: 400 },
  };
  assertEquals(styleGrade({ durations, parallels }), { grade: 1.25, features: { durations: 0.25, parallels: 1 } });
  const clean = { ...parallels, piece: counts({}) };
  assertEquals(styleGrade({ durations, parallels: clean }).features.parallels, 0);
});

Deno.test("styleGrade() refuses no features and no notes", () => {
  assertThrows(() => styleGrade({}), RangeError, "there are no features");
  const parallels = { piece: counts({ a: 1 }), reference: counts({ a: 1 }), notes: { piece: 0, reference: 9 } };
  assertThrows(
    () => styleGrade({ parallels }),
    RangeError,
    '"parallels" must be counted among more than 0 notes, got 0',
  );
  const rare = { ...parallels, reference: counts({}), notes: { piece: 9, reference: 9 } };
  assertEquals(styleGrade({ rare }).grade, NaN);
});
