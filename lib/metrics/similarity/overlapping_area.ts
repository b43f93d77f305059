import { densityIntegral } from "./density_integral.ts";

/**
 * The area under the lower of two densities, estimated from two sets of
 * numbers by `gaussianKde`: `integral of min(f_a(x), f_b(x)) dx`.
 *
 * From 0, nothing in common, to 1, the same numbers; computed to 1e-5. Symmetric; it does not change when all numbers
 * are shifted or scaled alike.
 *
 * The overlapping area (OA) of Yang and Lerch, "On the evaluation of generative models in music" (2020). Their program
 * MGEval integrates from the smallest to the largest of all numbers, which cuts off the tails of both densities: the
 * same numbers twice give it less than 1. Here the grid reaches 8 bandwidths further, and both densities share it.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { overlappingArea } from "../mod.ts";
 *
 * assertAlmostEquals(overlappingArea([1, 2, 4], [1, 2, 4]), 1, 1e-9);
 * ```
 *
 * @param a Numbers, such as the distances inside a set of pieces.
 * @param b Other numbers, not necessarily as many.
 * @returns NaN where `a` or `b` has fewer than two different numbers, rounding aside: no density then.
 * @throws {RangeError} If a number is NaN or infinite.
 */
export function overlappingArea(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.min(densityIntegral(a, b, (logA, logB) => Math.exp(Math.min(logA, logB))), 1);
}
