import { gaussian, type Prng } from "../../lib/random/mod.ts";
import type { Given, Sizes } from "./reference.ts";

/** Random numbers that float32 holds exactly, so that kernel and reference compute with the same. */
export function numbers(count: number, prng: Prng, scale = 0.5): Float64Array<ArrayBuffer> {
  return Float64Array.from(Float32Array.from({ length: count }, () => gaussian(prng) * scale));
}

/** A layer's inputs, weights and initial state. */
export function randomLayer({ batch, steps, inputs, units, cell }: Sizes, prng: Prng): Given {
  const columns = units * (cell === "lstm" ? 4 : 3);
  return {
    inputs: numbers(batch * steps * inputs, prng),
    kernel: numbers(inputs * columns, prng),
    recurrentKernel: numbers(units * columns, prng, 0.8 / Math.sqrt(units)),
    bias: numbers(columns, prng),
    h: numbers(batch * units, prng),
    c: numbers(batch * units, prng),
  };
}

/** The largest difference, as a share of the largest number that was expected (or of 1). */
export function worstError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new RangeError(`${actual.length} numbers instead of ${expected.length}`);
  let difference = 0, largest = 1;
  for (let i = 0; i < expected.length; i++) {
    // Not Math.max alone: it must not lose a NaN.
    const error = Math.abs(actual[i] - expected[i]);
    if (!(error <= difference)) difference = error;
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}
