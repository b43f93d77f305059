import type { Prng } from "../random/mod.ts";

/** Where windows begin, and how many events go into each. */
export interface Cuts {
  /** The event at which each begins. */
  starts: Int32Array;
  /** How many events each has. */
  counts: Int32Array;
}

/**
 * Cuts stretches into windows; with a prng each stretch at an offset drawn from those that leave their number as it is.
 * The event after each window is in its stretch.
 */
export function cutStretches(
  stretches: readonly { first: number; count: number }[],
  { length, shift, partial }: { length: number; shift: number; partial: boolean },
  prng?: Prng,
): Cuts {
  const starts: number[] = [], counts: number[] = [];
  for (const { first, count } of stretches) {
    // How many events can be named.
    const targets = count - 1;
    const behind = (targets - length) / shift;
    const windows = partial
      ? Math.min(1 + Math.max(0, Math.ceil(behind)), Math.ceil(targets / shift))
      : targets < length
      ? 0
      : 1 + Math.floor(behind);
    const end = (windows - 1) * shift + length;
    // What lies behind the last window, or what the last window lacks.
    const room = Math.max(0, partial ? end - targets : targets - end);
    const offset = prng && windows > 1 ? Math.floor(prng() * (room + 1)) : 0;
    for (let k = 0; k < windows; k++) {
      const from = k * shift + (partial ? -offset : offset);
      const start = Math.max(0, from);
      starts.push(first + start);
      counts.push(Math.min(targets, from + length) - start);
    }
  }
  return { starts: Int32Array.from(starts), counts: Int32Array.from(counts) };
}
