import { checkArgument, type Kind, kinds } from "../../options/mod.ts";
import { normalQuantile } from "../../random/mod.ts";

/** The ends of an interval. */
export type ConfidenceInterval = readonly [low: number, high: number];

/** Between nothing and all. */
const WITHIN: Kind<number> = kinds.number({ above: 0, below: 1 });

/**
 * Wilson's score interval for the probability behind a proportion:
 * `(p + z²/2n ± z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n)` with `p = correct / total`, without
 * continuity correction (Wilson, "Probable inference", 1927).
 *
 * On average over the probabilities it contains the true one about as often as `level` says, unlike the textbook
 * interval, which fails near 0 and 1. Agrees with SciPy's `binomtest(correct, total).proportion_ci(level, "wilson")`.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { exactInterval, wilsonInterval } from "../mod.ts";
 *
 * assertAlmostEquals(wilsonInterval(5, 10)[0], 0.236593, 1e-6);
 * assertAlmostEquals(exactInterval(5, 10)[0], 0.187086, 1e-6);
 * ```
 *
 * @param correct How many of the answers were right.
 * @param total How many answers.
 * @param level How often such an interval is to contain the true value.
 * @throws {RangeError} If `total` is not a positive integer, `correct` not an integer from 0 to it, or `level` not
 * between 0 and 1.
 */
export function wilsonInterval(correct: number, total: number, level = 0.95): ConfidenceInterval {
  check(correct, total, level);
  const z = normalQuantile((1 + level) / 2);
  const share = correct / total;
  const middle = share + z ** 2 / (2 * total);
  const half = z * Math.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2);
  const scale = 1 + z ** 2 / total;
  return [correct === 0 ? 0 : (middle - half) / scale, correct === total ? 1 : (middle + half) / scale];
}

/**
 * The exact interval for the probability behind a proportion (Clopper and
 * Pearson, "The use of confidence or fiducial limits", 1934): its ends are the
 * probabilities under which as many right answers or more, as few or less,
 * have the probability `(1 - level) / 2`.
 *
 * It contains the true probability at least as often as `level` says, mostly oftener: wider than Wilson's. Agrees
 * with SciPy's `binomtest(correct, total).proportion_ci(level, "exact")`.
 *
 * @param correct How many of the answers were right.
 * @param total How many answers.
 * @param level How often such an interval is to contain the true value.
 * @throws {RangeError} As {@linkcode wilsonInterval}.
 */
export function exactInterval(correct: number, total: number, level = 0.95): ConfidenceInterval {
  check(correct, total, level);
  const tail = (1 - level) / 2;
  return [lowerEnd(correct, total, tail), 1 - lowerEnd(total - correct, total, tail)];
}

/** The probability under which `correct` or more of `total` have the probability `tail`; 0 for none. */
function lowerEnd(correct: number, total: number, tail: number): number {
  if (correct === 0) return 0;
  const logWays = logBinomial(total, correct);
  // Below the proportion itself the terms from `correct` on shrink, so that their sum is short and exact.
  let [low, high] = [0, correct / total];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (upperTail(correct, total, middle, logWays) < tail) low = middle;
    else high = middle;
  }
}

/** The probability of `correct` or more right answers, if each is right with probability `share`. */
function upperTail(correct: number, total: number, share: number, logWays: number): number {
  let [term, sum] = [1, 1];
  for (let k = correct; k < total && term > 1e-17 * sum; k++) {
    term *= (total - k) / (k + 1) * share / (1 - share);
    sum += term;
  }
  return sum * Math.exp(logWays + correct * Math.log(share) + (total - correct) * Math.log1p(-share));
}

/** The natural logarithm of the number of ways to choose `k` of `n`. */
function logBinomial(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log((n - i + 1) / i);
  return sum;
}

/**
 * How many answers make Wilson's interval ({@linkcode wilsonInterval}) no wider
 * than wanted: the least `n` with
 * `2 z sqrt(p (1 - p) / n + z²/4n²) / (1 + z²/n) <= width`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { answersNeeded } from "../mod.ts";
 *
 * // Five points of a hundred to either side.
 * assertEquals(answersNeeded(0.1), 381);
 * ```
 *
 * @param width Wanted distance of the two ends, above 0 and below 1.
 * @param proportion The proportion that is expected; 1/2 needs the most answers.
 * @param level How often such an interval is to contain the true value.
 * @throws {RangeError} If `width` or `level` is not above 0 and below 1, or `proportion` is not from 0 to 1.
 */
export function answersNeeded(width: number, proportion = 0.5, level = 0.95): number {
  checkArgument("plan a listening test", "width", width, WITHIN);
  checkArgument("plan a listening test", "proportion", proportion, kinds.number({ from: 0, to: 1 }));
  checkArgument("plan a listening test", "level", level, WITHIN);
  // Squared, the condition is width² n² + 2 z² (width² - 2 p (1 - p)) n + z⁴ (width² - 1) >= 0.
  const squaredZ = normalQuantile((1 + level) / 2) ** 2;
  const half = squaredZ * (width ** 2 - 2 * proportion * (1 - proportion));
  const root = Math.sqrt(half ** 2 + width ** 2 * squaredZ ** 2 * (1 - width ** 2));
  return Math.max(Math.ceil((root - half) / width ** 2), 1);
}

function check(correct: number, total: number, level: number): void {
  checkArgument("estimate a proportion", "total", total, kinds.positiveInteger);
  checkArgument("estimate a proportion", "correct", correct, kinds.integer({ from: 0, to: total }));
  checkArgument("estimate a proportion", "level", level, WITHIN);
}
