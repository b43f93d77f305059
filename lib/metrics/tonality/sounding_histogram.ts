import type { Sounding } from "./timeline.ts";

/** A note that reaches a window by so few seconds does so by rounding; in a silent window it would make a key. */
const ROUNDING = 1e-6;

/**
 * For how many seconds each pitch class sounds between two moments.
 *
 * @param notes Notes by onset.
 * @param from Seconds.
 * @param to Seconds.
 */
export function soundingHistogram(notes: readonly Sounding[], from = 0, to = Infinity): Float64Array {
  const histogram = new Float64Array(12);
  for (const { pitch, start, end } of notes) {
    if (start >= to) break;
    const seconds = Math.min(end, to) - Math.max(start, from);
    if (seconds > ROUNDING) histogram[pitch % 12] += seconds;
  }
  return histogram;
}
