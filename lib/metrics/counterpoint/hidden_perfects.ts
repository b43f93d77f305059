import type { Frame } from "../../score/mod.ts";
import type { PairMotion } from "./frames.ts";
import { isSimilar, pairMotions, perfectInterval } from "./pair_motions.ts";

/** Two voices that reach a perfect interval in similar motion, from another interval. */
export interface HiddenPerfect extends PairMotion {
  /** A fifth, or an octave or unison. */
  interval: "fifth" | "octave";
  /** What textbooks advise against: the outer voices do it, and the upper one leaps. */
  exposed: boolean;
}

/** The widest step: a whole tone. */
const STEP = 2;

/**
 * Hidden (direct) fifths and octaves: two voices move in the same direction into a perfect fifth, octave or unison,
 * from an interval that is another one.
 *
 * Textbooks advise against them where the outer voices do it and the upper one leaps (Kostka and Payne, "Tonal Harmony",
 * on direct fifths and octaves); these are `exposed`. A leap is more than a whole tone. The outer voices are the first
 * and the last of the frame, crossed or not.
 *
 * Intervals are counted as in `parallels`. All of them together agree with music21 10.5 (`VoiceLeadingQuartet`'s
 * `hiddenFifth` and `hiddenOctave`, which ask for no leap) on 129 of 130 stored movements of chorales. It differs where
 * a diminished fifth goes to a perfect one, which to music21 is parallel motion and hides nothing, and where its
 * spelling makes a parallel fifth or octave a hidden one.
 *
 * On JSB's 77 test chorales: 1350, of which 36 are exposed.
 *
 * @param frames Voices from the top, one frame after another.
 * @returns By frame, then by pair; `frame` is the second one.
 * @throws {RangeError} If frames have not all the same voices, or a value is neither a MIDI number nor a rest.
 */
export function hiddenPerfects(frames: readonly Frame[]): HiddenPerfect[] {
  return pairMotions(frames).flatMap((motion) => {
    const { upper, lower, before, after, frame } = motion;
    const interval = perfectInterval(after);
    if (!interval || perfectInterval(before) === interval || !isSimilar(motion)) return [];
    const outer = upper === 0 && lower === frames[frame].length - 1;
    return [{ ...motion, interval, exposed: outer && Math.abs(after[0] - before[0]) > STEP }];
  });
}
