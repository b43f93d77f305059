import { type ConfidenceInterval, exactInterval, wilsonInterval } from "./proportion_intervals.ts";

/** Answers of a listening test: how many of so many were right. */
export interface Answers {
  /** Who answered, or what about: a skill, a model, a piece. */
  group: string;
  /** Right answers. */
  correct: number;
  /** All answers. */
  total: number;
}

/** A proportion of right answers and how sure it is. */
export interface Proportion {
  /** Right answers. */
  correct: number;
  /** All answers. */
  total: number;
  /** `correct / total`; NaN where there are no answers. */
  proportion: number;
  /** {@linkcode wilsonInterval}; from 0 to 1 where there are no answers. */
  wilson: ConfidenceInterval;
  /** {@linkcode exactInterval}; from 0 to 1 where there are no answers. */
  exact: ConfidenceInterval;
}

/** What {@linkcode listeningTest} says. */
export interface ListeningTest {
  /** All answers together. */
  overall: Proportion;
  /** The answers of each group, in the order in which the groups first come. */
  groups: Map<string, Proportion>;
}

/**
 * Adds up the answers of a listening test, in all and by group, with intervals
 * for the probability of a right answer.
 *
 * Can listeners tell? Not at this level, if the interval contains the probability of guessing. The answers
 * count as independent, though one listener gives several; where each listener's answers are known, a
 * {@linkcode bootstrap} over listeners says more. Groups are looked at one by one: of twenty, about one misses its true
 * probability.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { listeningTest } from "../mod.ts";
 *
 * const { overall, groups } = listeningTest([
 *   { group: "musicians", correct: 7, total: 9 },
 *   { group: "others", correct: 5, total: 11 },
 * ]);
 * assertEquals(overall.proportion, 0.6);
 * assertEquals(groups.get("musicians")?.correct, 7);
 * ```
 *
 * @param answers Counts of answers; those of one group are added.
 * @param level How often the intervals are to contain the true value.
 * @throws {RangeError} If a total is not an integer of 0 or more, a number of right answers not an integer from 0 to
 * it, or `level` not between 0 and 1.
 */
export function listeningTest(answers: readonly Answers[], level = 0.95): ListeningTest {
  const sums = new Map<string, { correct: number; total: number }>();
  const all = { correct: 0, total: 0 };
  for (const { group, correct, total } of answers) {
    if (!Number.isInteger(total) || total < 0 || !Number.isInteger(correct) || correct < 0 || correct > total) {
      throw new RangeError(`Cannot add up answers: "${group}" has ${correct} right answers of ${total}`);
    }
    const sum = sums.get(group) ?? { correct: 0, total: 0 };
    sums.set(group, sum);
    for (const counter of [sum, all]) {
      counter.correct += correct;
      counter.total += total;
    }
  }
  return {
    overall: estimated(all, level),
    groups: new Map([...sums].map(([group, sum]) => [group, estimated(sum, level)])),
  };
}

function estimated({ correct, total }: { correct: number; total: number }, level: number): Proportion {
  if (total === 0) return { correct, total, proportion: NaN, wilson: [0, 1], exact: [0, 1] };
  return {
    correct,
    total,
    proportion: correct / total,
    wilson: wilsonInterval(correct, total, level),
    exact: exactInterval(correct, total, level),
  };
}
