import type { Frame } from "../../score/mod.ts";
import { isSimilar, type PairMotion, pairMotions, perfectInterval } from "./pairs.ts";

/** Two voices that go from a perfect interval to the same one. */
export interface Parallel extends PairMotion {
  /** A fifth, or an octave or unison. */
  interval: "fifth" | "octave";
  /** The voices move in opposite directions: from a fifth to a twelfth, say. */
  antiparallel: boolean;
}

/**
 * Parallel fifths and octaves: two voices both move, and are a perfect fifth apart before and after, or an octave or
 * unison. In the same direction they are parallel; in opposite ones antiparallel, which textbooks treat more mildly:
 * count them apart.
 *
 * Intervals are counted in semitones modulo 12, whichever voice is above: a fifth to a twelfth counts, and so does a
 * unison to an octave. Spelling is not known: a diminished sixth counts as a fifth.
 *
 * On JSB's 77 test chorales: 15 parallel fifths, 6 parallel octaves. Agrees with music21 10.5
 * (`VoiceLeadingQuartet.parallelFifth`, `parallelUnisonOrOctave`, which include antiparallels) on every place of the 52
 * chorales compared; it differs where music21's default spelling makes a fifth a diminished sixth, and where a unison
 * goes to an octave in similar motion, which music21 does not call parallel.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parallels } from "../mod.ts";
 *
 * const [fifths] = parallels([[67, 60], [69, 62]]);
 * assertEquals([fifths.frame, fifths.interval, fifths.antiparallel], [1, "fifth", false]);
 * ```
 *
 * @param frames Voices from the top, one frame after another.
 * @returns By frame, then by pair; `frame` is the second one.
 * @throws {RangeError} If frames differ in their voices, or a value is neither a MIDI number nor a rest.
 */
export function parallels(frames: readonly Frame[]): Parallel[] {
  return pairMotions(frames).flatMap((motion) => {
    const interval = keptPerfect(motion);
    return interval ? [{ ...motion, interval, antiparallel: !isSimilar(motion) }] : [];
  });
}

/** The perfect interval that two voices have before and after, if it is the same, as `parallels` counts it. */
export function keptPerfect({ before, after }: Pick<PairMotion, "before" | "after">): Parallel["interval"] | undefined {
  const interval = perfectInterval(after);
  return interval && perfectInterval(before) === interval ? interval : undefined;
}

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
 * @throws {RangeError} If frames differ in their voices, or a value is neither a MIDI number nor a rest.
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
