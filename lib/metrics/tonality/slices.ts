import type { Sounding } from "./timeline.ts";

/** Frames a second of pretty_midi's piano roll. */
const FRAMES = 100;

/**
 * Which pitches sound in each slice of time, as pretty_midi's piano roll has them: in frames of a hundredth of a
 * second. A slice begins and ends on the nearest frame and has one at least, a note begins and ends on the frame that
 * it falls in; a release that comes less than a frame late does not reach the next slice.
 *
 * @param notes Notes in any order.
 * @param edges Seconds: where the slices begin, and where the last one ends.
 * @returns MIDI numbers, each once, ascending; one array a slice.
 */
export function soundingSlices(notes: readonly Sounding[], edges: readonly number[]): number[][] {
  const frames = edges.map((seconds) => toEven(seconds * FRAMES));
  const sets = Array.from({ length: Math.max(0, edges.length - 1) }, () => new Set<number>());
  for (const { pitch, start, end } of notes) {
    const [first, last] = [Math.trunc(start * FRAMES), Math.trunc(end * FRAMES)];
    if (last === first) continue;
    for (let slice = sliceAt(frames, first); slice < sets.length && frames[slice] < last; slice++) {
      if (Math.max(frames[slice + 1], frames[slice] + 1) > first) sets[slice].add(pitch);
    }
  }
  return sets.map((set) => [...set].sort((a, b) => a - b));
}

/** The first slice that may hold a frame: those of one frame share it with the next. */
function sliceAt(frames: readonly number[], frame: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle] < frame) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The nearest whole number, the even one of two: NumPy's rounding. */
function toEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
