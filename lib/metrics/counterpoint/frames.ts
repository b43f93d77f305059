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

/** Two voices that both move from one frame to the next. */
export interface PairMotion extends PairPlace {
  /** Their pitches in the frame before, upper voice first. */
  before: readonly [upper: number, lower: number];
  /** Their pitches in this frame. */
  after: readonly [upper: number, lower: number];
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
