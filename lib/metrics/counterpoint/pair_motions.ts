import { type Frame, REST } from "../../score/mod.ts";
import { type PairMotion, soundingPairs } from "./frames.ts";

/**
 * Every place where two voices both move: both sound in a frame and in the one before, and both have another pitch.
 * Frames do not show a note that is struck again, so that a repeated pitch is no motion; nor do they show
 * phrases, so that what stands across a fermata is motion like any other. By frame, then by pair.
 *
 * @param frames Voices from the top, one frame after another.
 * @throws {RangeError} If frames have not all the same voices, or a value is neither a MIDI number nor a rest.
 */
export function pairMotions(frames: readonly Frame[]): PairMotion[] {
  return soundingPairs(frames).flatMap((place) => {
    const { frame, upper, lower } = place;
    const after = [frames[frame][upper], frames[frame][lower]] as const;
    const before = [frames[frame - 1]?.[upper] ?? REST, frames[frame - 1]?.[lower] ?? REST] as const;
    const moves = [0, 1].every((voice) => before[voice] !== REST && before[voice] !== after[voice]);
    return moves ? [{ ...place, before, after }] : [];
  });
}

/** Which perfect interval two pitches make, compound ones and unisons included, and whichever is above. */
export function perfectInterval([upper, lower]: readonly [number, number]): "fifth" | "octave" | undefined {
  const semitones = Math.abs(upper - lower) % 12;
  return semitones === 7 ? "fifth" : semitones === 0 ? "octave" : undefined;
}

/** Whether both voices go up, or both go down. */
export function isSimilar({ before, after }: PairMotion): boolean {
  return (after[0] > before[0]) === (after[1] > before[1]);
}
