import { checkArgument, kinds } from "../options/mod.ts";
import type { Prng } from "../random/mod.ts";

/**
 * Draws a class with the probabilities `softmax(logits / temperature)`. A low
 * temperature keeps to the likeliest class, a high one makes all alike.
 *
 * @param logits One a class, log-probabilities, normalised or not.
 * @param temperature Above 0.
 * @param prng Draws one number.
 * @returns Index of the class: of a pitch, its MIDI number.
 * @throws {RangeError} If the temperature is not a positive number, or a logit is not finite.
 */
export function sampleClass(logits: ArrayLike<number>, temperature: number, prng: Prng): number {
  checkArgument("sample", "the temperature", temperature, kinds.positiveNumber);
  const scaled = Float64Array.from(logits, (logit) => logit / temperature);
  const wrong = scaled.findIndex((logit) => !Number.isFinite(logit));
  if (wrong >= 0 || scaled.length === 0) {
    throw new RangeError(`Cannot sample: the logit of class ${Math.max(0, wrong)} is ${logits[Math.max(0, wrong)]}`);
  }
  const highest = scaled.reduce((a, b) => Math.max(a, b));
  return drawWeighted(scaled.map((logit) => Math.exp(logit - highest)), prng);
}

/**
 * Draws one of several things by their weights.
 *
 * @param weights 0 or more each, at least one above 0; they need not sum to 1.
 * @param prng Draws one number.
 * @returns Index of what is drawn; never of a weight of 0.
 */
export function drawWeighted(weights: Float64Array, prng: Prng): number {
  let left = prng() * weights.reduce((a, b) => a + b);
  const drawn = weights.findIndex((weight) => (left -= weight) < 0);
  // Rounding can leave a crumb after the last one.
  return drawn >= 0 ? drawn : weights.findLastIndex((weight) => weight > 0);
}
