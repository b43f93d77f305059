import { type Frame, REST, voiceCount } from "../../score/mod.ts";

/** Lowest and highest pitch, as MIDI numbers. */
export type PitchRange = readonly [lowest: number, highest: number];

/**
 * What choirs are usually said to sing: soprano C4 to G5, alto G3 to D5, tenor C3 to G4, bass E2 to C4. A norm to
 * count breaches of, not what Bach wrote: all of his voices leave it now and then.
 */
export const CHOIR_RANGES: readonly PitchRange[] = [[60, 79], [55, 74], [48, 67], [40, 60]];

/** A voice at a place, and its pitch. */
export interface VoicePlace {
  /** Index of the frame. */
  frame: number;
  /** Index of the voice, from 0 at the top. */
  voice: number;
  /** Its pitch, as a MIDI number. */
  pitch: number;
}

/**
 * The range that each voice uses.
 *
 * @param frames Voices from the top, one frame after another.
 * @returns One range per voice, `undefined` for a voice that never sounds.
 * @throws {RangeError} If frames differ in their voices, or a value is neither a MIDI number nor a rest.
 */
export function voiceRanges(frames: readonly Frame[]): (PitchRange | undefined)[] {
  return Array.from(
    { length: voiceCount(frames) },
    (_, voice) =>
      frames.reduce<PitchRange | undefined>((range, { [voice]: pitch }) => {
        if (pitch === REST) return range;
        return range ? [Math.min(range[0], pitch), Math.max(range[1], pitch)] : [pitch, pitch];
      }, undefined),
  );
}

/**
 * Every frame and voice that sounds below or above the voice's range.
 *
 * @param frames Voices from the top, one frame after another.
 * @param ranges One a voice.
 * @returns By frame, then by voice.
 * @throws {RangeError} If there is not one range per voice, frames differ in their voices, or a value is neither a
 * MIDI number nor a rest.
 */
export function outOfRange(frames: readonly Frame[], ranges: readonly PitchRange[] = CHOIR_RANGES): VoicePlace[] {
  const voices = voiceCount(frames);
  if (frames.length > 0 && voices !== ranges.length) {
    throw new RangeError(`Cannot compare ranges: there are ${voices} voices, and ranges for ${ranges.length}`);
  }
  return frames.flatMap((pitches, frame) =>
    pitches.map((pitch, voice) => ({ frame, voice, pitch })).filter(({ pitch, voice }) =>
      pitch !== REST && (pitch < ranges[voice][0] || pitch > ranges[voice][1])
    )
  );
}
