import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  answersNeeded,
  type ConfidenceInterval,
  exactInterval,
  listeningTest,
  wilsonInterval,
} from "../../../lib/metrics/mod.ts";
import { readSharedJson, sharedTest } from "../../shared.ts";

function assertInterval(actual: ConfidenceInterval, expected: readonly number[], tolerance: number, message?: string) {
  assertAlmostEquals(actual[0], expected[0], tolerance, message);
  assertAlmostEquals(actual[1], expected[1], tolerance, message);
}

interface Reference {
  correct: number;
  total: number;
  proportion: number;
  ci95: { wilson: number[]; exact: number[] };
}
interface Answered {
  overall: Reference;
  bySkill: Record<string, Reference>;
}

sharedTest("listeningTest() agrees with SciPy on the JS Fakes listening test, in all and by skill", async () => {
  const reference = await readSharedJson<{
    all500: Answered;
    evenNumberedPieces: Answered;
    perPieceEven: { rows: Record<string, [correct: number, total: number]> };
    intervalEdgeCases: Reference[];
  }>("reference/metrics/listening.json");
  let compared = 0;
  const compare = (
    { correct, total, proportion, ci95 }: Reference,
    actual: ReturnType<typeof listeningTest>["overall"],
  ) => {
    assertEquals([actual.correct, actual.total], [correct, total]);
    assertAlmostEquals(actual.proportion, proportion, 1e-15);
    assertInterval(actual.wilson, ci95.wilson, 1e-12, `Wilson, ${correct} of ${total}`);
    assertInterval(actual.exact, ci95.exact, 1e-11, `exact, ${correct} of ${total}`);
    compared++;
  };
  for (const { overall, bySkill } of [reference.all500, reference.evenNumberedPieces]) {
    const answers = Object.entries(bySkill).map(([group, { correct, total }]) => ({ group, correct, total }));
    const test = listeningTest(answers);
    compare(overall, test.overall);
    for (const [skill, expected] of Object.entries(bySkill)) compare(expected, test.groups.get(skill)!);
  }
  const pieces = Object.entries(reference.perPieceEven.rows);
  const byPiece = listeningTest(pieces.map(([group, [correct, total]]) => ({ group, correct, total })));
  compare(reference.evenNumberedPieces.overall, byPiece.overall);
  assertEquals(byPiece.groups.size, 250);
  for (const edge of reference.intervalEdgeCases) {
    compare(edge, listeningTest([{ group: "", correct: edge.correct, total: edge.total }]).overall);
  }
  assert(compared > 20, `${compared} compared`);
});

Deno.test("exactInterval() agrees with SciPy's beta distribution", () => {
  // scipy.stats.beta.ppf(tail, correct, total - correct + 1), beta.ppf(1 - tail, correct + 1, total - correct)
  assertAlmostEquals(exactInterval(1, 10)[0], 0.0025285785444617848, 1e-12); // ppf(0.025, 1, 10)
  assertAlmostEquals(exactInterval(169, 171)[1], 0.9985804196782766, 1e-12); // ppf(0.975, 170, 2)
  assertAlmostEquals(exactInterval(7, 20, 0.99)[0], 0.11387976326673241, 1e-12); // ppf(0.005, 7, 14)
  assertAlmostEquals(exactInterval(500_000, 1_000_000)[0], 0.49901951919531184, 1e-10); // ppf(0.025, 500000, 500001)
  // ppf(0.0005, 3, 999998), ppf(0.9995, 4, 999997)
  const rare = exactInterval(3, 1_000_000, 0.999);
  assertInterval(rare, [1.4970398842157262e-7, 1.393394702444881e-5], 1e-15);
});

Deno.test("exactInterval() of none or all is worked out", () => {
  // (1 - p)^3 = 0.025
  assertInterval(exactInterval(0, 3), [0, 1 - 0.025 ** (1 / 3)], 1e-14);
  assertInterval(exactInterval(3, 3), [0.025 ** (1 / 3), 1], 1e-14);
});

Deno.test("wilsonInterval() is worked out for 5 of 10 with z = 1.96", () => {
  // Middle (1/2 + z²/20) / (1 + z²/10) = 1/2, half z sqrt(1/40 + z²/400) / (1 + z²/10) = z / (2 sqrt(10 + z²)).
  const z = 1.959963984540054;
  const half = z / (2 * Math.sqrt(10 + z ** 2));
  assertInterval(wilsonInterval(5, 10), [0.5 - half, 0.5 + half], 1e-13);
  assertEquals(wilsonInterval(0, 10)[0], 0);
  assertEquals(wilsonInterval(10, 10)[1], 1);
});

Deno.test("Both intervals contain the proportion, mirror wrong answers, and widen with the level", () => {
  for (const interval of [wilsonInterval, exactInterval]) {
    for (const [correct, total] of [[0, 1], [1, 1], [3, 17], [40, 41], [250, 1000]]) {
      const [low, high] = interval(correct, total);
      assert(0 <= low && low <= correct / total && correct / total <= high && high <= 1);
      assertInterval(interval(total - correct, total), [1 - high, 1 - low], 1e-12);
      const wider = interval(correct, total, 0.99);
      assert(wider[0] <= low && wider[1] >= high && wider[1] - wider[0] > high - low);
    }
  }
});

Deno.test("answersNeeded() is the least number whose Wilson interval is narrow enough", () => {
  for (const total of [1, 4, 10, 100, 1000]) {
    for (const share of [0, 0.25, 0.5]) {
      const correct = Math.round(share * total);
      const [low, high] = wilsonInterval(correct, total, 0.9);
      assertEquals(answersNeeded(high - low + 1e-9, correct / total, 0.9), total);
      assertEquals(answersNeeded(high - low - 1e-9, correct / total, 0.9), total + 1);
    }
  }
  assertEquals(answersNeeded(0.99), 1);
});

Deno.test("listeningTest() adds the answers of a group, in order, and knows nothing of one without answers", () => {
  const { overall, groups } = listeningTest([
    { group: "b", correct: 2, total: 3 },
    { group: "a", correct: 0, total: 0 },
    { group: "b", correct: 1, total: 4 },
  ], 0.9);
  assertEquals([...groups.keys()], ["b", "a"]);
  assertEquals([overall.correct, overall.total, overall.proportion], [3, 7, 3 / 7]);
  assertEquals(groups.get("b"), overall);
  assertEquals(overall.exact, exactInterval(3, 7, 0.9));
  assertEquals(groups.get("a"), { correct: 0, total: 0, proportion: NaN, wilson: [0, 1], exact: [0, 1] });
  assertEquals(listeningTest([]).overall.total, 0);
});

Deno.test("The intervals refuse senseless counts, levels and widths", () => {
  for (const interval of [wilsonInterval, exactInterval]) {
    assertThrows(() => interval(1, 0), RangeError, "total must be a positive integer, current value is 0");
    assertThrows(() => interval(4, 3), RangeError, "correct must be an integer from 0 to 3, current value is 4");
    assertThrows(() => interval(0.5, 3), RangeError, "current value is 0.5");
    assertThrows(() => interval(1, 3, 1), RangeError, "level must be a number above 0 and below 1, current value is 1");
  }
  assertThrows(() => answersNeeded(0), RangeError, "width must be a number above 0 and below 1, current value is 0");
  assertThrows(() => answersNeeded(0.1, 2), RangeError, "proportion must be a number from 0 to 1, current value is 2");
  assertThrows(() => answersNeeded(0.1, 0.5, NaN), RangeError, "current value is NaN");
  const answers = [{ group: "x", correct: 3, total: 2 }];
  assertThrows(() => listeningTest(answers), RangeError, '"x" has 3 right answers of 2');
});
