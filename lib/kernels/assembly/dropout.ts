// Dropout: which numbers stay is counted out from a seed, so that the way back finds the same without a mask in memory.
import { Rows } from "./records";
import { place, share } from "./share";
import { storePart } from "./vector";

@unmanaged
export class Dropout extends Rows {
  seed: usize;
  salt: u32;
  threshold: i32;
  scale: f32;
  accumulate: i32;
}

/** A hash of 32 bits: lowbias32 by Chris Wellons. */
function mix(x: u32): u32 {
  x ^= x >> 16;
  x *= 0x7feb352d;
  x ^= x >> 15;
  x *= 0x846ca68b;
  return x ^ x >> 16;
}

function mixFour(x: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

export function dropout(d: Dropout, thread: i32, threads: i32): void {
  const end = share(d.batch, thread + 1, threads), key = mix(load<u32>(d.seed) ^ d.salt);
  const scale = f32x4.splat(d.scale), threshold = i32x4.splat(d.threshold), next = i32x4.splat(4 * 0x9e3779b9);
  for (let example = share(d.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < d.steps; step++) {
      let from = place(d.from, d.fromRow, d.fromStep, example, step);
      let to = place(d.to, d.toRow, d.toStep, example, step);
      let places = i32x4.add(
        i32x4.splat(mix(key + <u32> (example * d.steps + step))),
        i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(0x9e3779b9)),
      );
      for (let i = 0; i < d.width; i += 4) {
        const stays = i32x4.ge_s(i32x4.shr_u(mixFour(places), 8), threshold);
        const kept = v128.and(f32x4.mul(v128.load(from), scale), stays);
        storePart(to, d.accumulate ? f32x4.add(v128.load(to), kept) : kept, d.width - i);
        places = i32x4.add(places, next);
        from += 16;
        to += 16;
      }
    }
  }
}
