import { type Frame, REST, voiceCount } from "../../score/mod.ts";

/** Two voices of a frame by index, from 0 at the top: `upper` is the one that is written above. */
export interface VoicePair {
  /** Index of the upper voice. */
  upper: number;
  /** Index of the lower voice. */
  lower: number;
}

/** A pair of voices at a place. */
export interface PairPlace extends VoicePair {
  /** Index of the frame. */
  frame: number;
}

/** The pitches of two voices at a moment, upper voice first. */
export type PairPitches = readonly [upper: number, lower: number];

/** Two voices that both move from one frame to the next. */
export interface PairMotion extends PairPlace {
  /** Their pitches in the frame before. */
  before: PairPitches;
  /** Their pitches in this frame. */
  after: PairPitches;
}

/** All pairs of so many voices, from the top: the first with each below it, the second with each below it, and so on. */
export function voicePairs(voices: number): VoicePair[] {
  return Array.from({ length: voices }, (_, upper) => upper).flatMap((upper) =>
    Array.from({ length: voices - upper - 1 }, (_, below) => ({ upper, lower: upper + 1 + below }))
  );
}

/**
 * The places where both voices of a pair sound, by frame, then by pair.
 *
 * @throws {RangeError} As {@linkcode voiceCount}.
 */
export function soundingPairs(frames: readonly Frame[]): PairPlace[] {
  voiceCount(frames);
  return frames.flatMap((pitches, frame) => {
    const sounding = [...pitches.keys()].filter((voice) => pitches[voice] !== REST);
    return sounding.flatMap((upper, i) => sounding.slice(i + 1).map((lower) => ({ frame, upper, lower })));
  });
}

/**
 * Every place where two voices both move: both sound in a frame and in the one before, and both have another pitch.
 * Frames do not show a note that is struck again, so that a repeated pitch is no motion; nor do they show
 * phrases, so that what stands across a fermata is motion like any other. By frame, then by pair.
 *
 * @param frames Voices from the top, one frame after another.
 * @throws {RangeError} If frames differ in their voices, or a value is neither a MIDI number nor a rest.
 */
export function pairMotions(frames: readonly Frame[]): PairMotion[] {
  return soundingPairs(frames).flatMap((place) => {
    const { frame, upper, lower } = place;
    const after = [frames[frame][upper], frames[frame][lower]] as const;
    const before = [frames[frame - 1]?.[upper] ?? REST, frames[frame - 1]?.[lower] ?? REST] as const;
    return bothMove(before, after) ? [{ ...place, before, after }] : [];
  });
}

/** Whether two voices both move, as `pairMotions` has it: both sound before and after, and both have another pitch. */
export function bothMove(before: PairPitches, after: PairPitches): boolean {
  return before[0] !== REST && before[1] !== REST && after[0] !== REST && after[1] !== REST &&
    before[0] !== after[0] && before[1] !== after[1];
}

/** Which perfect interval two pitches make, compound ones and unisons included, and whichever is above. */
export function perfectInterval([upper, lower]: PairPitches): "fifth" | "octave" | undefined {
  const semitones = Math.abs(upper - lower) % 12;
  return semitones === 7 ? "fifth" : semitones === 0 ? "octave" : undefined;
}

/** Whether both voices go up, or both go down. */
export function isSimilar({ before, after }: Pick<PairMotion, "before" | "after">): boolean {
  return (after[0] > before[0]) === (after[1] > before[1]);
}
