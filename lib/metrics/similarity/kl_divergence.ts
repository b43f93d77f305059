import { densityIntegral } from "./density_integral.ts";

/**
 * The Kullback-Leibler divergence, in nats, of the density of `a` from that
 * of `b`, both estimated by {@linkcode gaussianKde}:
 * `integral of f_a(x) * ln(f_a(x) / f_b(x)) dx`.
 *
 * 0 for the same numbers, else more, without limit. Not symmetric: it is what a description made for `b` costs where
 * `a` is true. It does not change when all numbers are shifted or scaled alike.
 *
 * A kernel's tail falls fast, so a single number of `a` far from all of `b` weighs heavily.
 *
 * The KLD of Yang and Lerch, "On the evaluation of generative models in music" (2020), on one grid. Their program
 * MGEval takes 1000 points from the smallest to the largest of `a` for the one density and 1000 others from the
 * smallest to the largest of `b` for the other, and compares the first value with the first, the second with the
 * second: densities at different places. A set and the same set shifted have divergence 0 there.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { klDivergence } from "../mod.ts";
 *
 * assert(klDivergence([1, 2, 4], [11, 12, 14]) > 10);
 * ```
 *
 * @param a Numbers, such as the distances inside a set of pieces.
 * @param b Other numbers, not necessarily as many.
 * @returns NaN where `a` or `b` has fewer than two different numbers, rounding aside: no density then.
 * @throws {RangeError} If a number is NaN or infinite.
 */
export function klDivergence(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(densityIntegral(a, b, (logA, logB) => Math.exp(logA) * (logA - logB)), 0);
}
