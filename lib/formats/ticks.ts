/** The largest resolution that a MIDI file can state, in ticks per quarter note. */
export const MOST_TICKS = 0x7fff;
/** Ticks that serve nearly all music, where no other resolution serves: 2⁵ · 3³ · 5 · 7. */
export const FINE_TICKS = 30_240;
/** Divisible by what is usual in music (1/128 notes, triplets, quintuplets), and what sequencers are used to. */
const USUAL_TICKS = 480;

/** The greatest common divisor of two whole numbers. */
export function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** The least common multiple of two whole numbers. */
export function commonMultiple(a: number, b: number): number {
  return (a / commonDivisor(a, b)) * b;
}

/** The resolution for music that needs so many ticks per quarter note: a multiple of 480, if MIDI can state it. */
export function usualTicks(least: number): number {
  const common = commonMultiple(least, USUAL_TICKS);
  return common <= MOST_TICKS ? common : least;
}
