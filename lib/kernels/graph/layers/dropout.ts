import type { Block } from "../../layer_buffers.ts";
import { type NodeOf, type Operation, refuse, type Surroundings } from "../operation.ts";
import { fromWords, Tensor, toWords } from "../tensor.ts";

/** Sets a share of the numbers to 0, anew in every batch, and enlarges the rest: Srivastava et al. (2014). */
export function dropout(node: NodeOf<"dropout">, { signals: [{ width }] }: Surroundings): Operation {
  const { name, rate } = node;
  if (!(rate >= 0 && rate < 1)) refuse(node, `must have a rate from 0 to below 1, got ${rate}`);
  return {
    width,
    lower(plan, [x]) {
      if (!plan.extent.training || rate === 0) return x;
      const { steps } = x;
      const said = new Tensor(plan.rows(width, steps), width, steps, x.learns, x.reversed);
      const words = (from: Block, to: Block, accumulate: 0 | 1) => ({
        ...fromWords(from),
        ...toWords(to),
        ...{ width, steps, batch: plan.extent.size },
        ...{ seed: plan.seed, salt: saltOf(name), threshold: thresholdOf(rate), scale: 1 / (1 - rate), accumulate },
      });
      plan.add("dropout", words(x.block, said.block, 0));
      plan.whenGoingBack(() => {
        if (!said.touched || !x.learns) return;
        const { to, accumulate } = plan.contribute(x);
        plan.add("dropout", words(said.gradient!, to, accumulate));
      });
      return said;
    },
  };
}

/** A number for a name: FNV-1a. */
function saltOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** What the upper 24 bits of a hash must reach for a number to stay. */
function thresholdOf(rate: number): number {
  return Math.round(rate * 2 ** 24);
}

/** lowbias32 by Chris Wellons: `mix` of assembly/dropout.ts. */
function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return (x ^ x >>> 16) >>> 0;
}

/**
 * The masks by which a graph's `train` multiplies, so that other code can compute the same.
 *
 * @param name The node.
 * @param rate Its rate.
 * @param seed `dropoutSeed` of the batch.
 * @param shape [size, steps, width].
 * @returns 0, or 1 / (1 - rate).
 */
export function dropoutMask(
  name: string,
  rate: number,
  seed: number,
  [size, steps, width]: readonly [size: number, steps: number, width: number],
): Float32Array {
  const key = mix(seed ^ saltOf(name));
  const mask = new Float32Array(size * steps * width);
  for (let row = 0; row < size * steps; row++) {
    const places = mix(key + row | 0);
    for (let column = 0; column < width; column++) {
      const stays = mix(places + Math.imul(column, 0x9e3779b9) | 0) >>> 8 >= thresholdOf(rate);
      mask[row * width + column] = stays ? 1 / (1 - rate) : 0;
    }
  }
  return mask;
}
