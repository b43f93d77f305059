import type { Frame } from "../../score/mod.ts";
import { type PairPitches, type PairPlace, soundingPairs } from "./pairs.ts";

/** Two neighbouring voices at a place, and their pitches. */
export interface NeighbourPlace extends PairPlace {
  /** Their pitches. */
  pitches: PairPitches;
}

/**
 * Crossings: every frame and every pair of neighbouring voices where the upper one sounds below the lower one. A unison
 * is none.
 *
 * On JSB's 77 test chorales: in 373 of 18,900 frames.
 *
 * @param frames Voices from the top, one frame after another.
 * @returns By frame, then by pair.
 * @throws {RangeError} If frames differ in their voices, or a value is neither a MIDI number nor a rest.
 */
export function crossings(frames: readonly Frame[]): NeighbourPlace[] {
  return neighbourPlaces(frames).filter(({ pitches }) => isCrossed(pitches));
}

/**
 * Wide spacings: every frame and every pair of neighbouring voices, the lowest pair excepted, that is more than an
 * octave apart, with the upper voice above. Between tenor and bass textbooks allow it.
 *
 * On JSB's 77 test chorales: 301.
 *
 * @param frames Voices from the top, one frame after another.
 * @returns By frame, then by pair.
 * @throws {RangeError} If frames differ in their voices, or a value is neither a MIDI number nor a rest.
 */
export function wideSpacings(frames: readonly Frame[]): NeighbourPlace[] {
  return neighbourPlaces(frames).filter(({ frame, lower, pitches }) =>
    lower < frames[frame].length - 1 && isWide(pitches)
  );
}

/** Whether the upper one of two neighbours sounds below the lower one. */
export function isCrossed([upper, lower]: PairPitches): boolean {
  return upper < lower;
}

/** Whether two neighbours are more than an octave apart, the upper one above. */
export function isWide([upper, lower]: PairPitches): boolean {
  return upper - lower > 12;
}

function neighbourPlaces(frames: readonly Frame[]): NeighbourPlace[] {
  return soundingPairs(frames).filter(({ upper, lower }) => lower === upper + 1).map((place) => ({
    ...place,
    pitches: [frames[place.frame][place.upper], frames[place.frame][place.lower]],
  }));
}
