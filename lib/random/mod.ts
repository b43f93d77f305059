/**
 * Random numbers that a seed decides.
 *
 * Every function of this project that draws takes a `prng`, so that the same
 * seed on the same machine gives the same bits. A {@linkcode SeededPrng} can
 * also be stopped and gone on with: a checkpoint stores its state.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seeded } from "./mod.ts";
 *
 * const prng = seeded(42);
 * const state = prng.getState();
 * const first = prng();
 * prng.setState(state);
 * assertEquals(prng(), first);
 * ```
 *
 * @module
 */

export { normalCdf, normalQuantile } from "./normal.ts";

/** A source of uniform random numbers in [0, 1). `Math.random` is one. */
export type Prng = () => number;

/** A {@linkcode Prng} whose state can be read and put back. */
export interface SeededPrng extends Prng {
  /** What it was made from. */
  readonly seed: number;
  /** The four 32-bit words that decide all numbers to come. */
  getState(): number[];
  /**
   * Puts a state back.
   *
   * @throws {TypeError} If `state` is not four unsigned 32-bit integers.
   */
  setState(state: readonly number[]): void;
}

/**
 * Makes a generator from a seed: sfc32 (Chris Doty-Humphrey, PractRand), with
 * its state filled by splitmix32 so that neighbouring seeds share nothing.
 *
 * @param seed An unsigned 32-bit integer.
 * @throws {RangeError} If the seed is not an integer from 0 to 2^32 - 1.
 */
export function seeded(seed: number): SeededPrng {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`Cannot seed: a seed must be an integer from 0 to 4294967295, current value is ${seed}`);
  }
  let mixed = seed >>> 0;
  const splitmix = () => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let t = mixed ^ (mixed >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()];
  const prng = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  return Object.assign(prng, {
    seed,
    getState: () => [a, b, c, d].map((word) => word >>> 0),
    setState: (state: readonly number[]) => {
      if (state.length !== 4 || state.some((w) => !Number.isInteger(w) || w < 0 || w > 0xffffffff)) {
        throw new TypeError(`Cannot set the state: expected four unsigned 32-bit integers, got [${state}]`);
      }
      [a, b, c, d] = state as [number, number, number, number];
    },
  });
}

/**
 * Shuffles an array in place (Fisher and Yates, as in Knuth's Algorithm P) and
 * returns it.
 */
export function shuffle<T extends Int32Array | Uint32Array | unknown[]>(items: T, prng: Prng): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(prng() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}

/** A draw from the standard normal distribution (Box and Muller). */
export function gaussian(prng: Prng): number {
  return Math.sqrt(-2 * Math.log(1 - prng())) * Math.cos(2 * Math.PI * prng());
}
