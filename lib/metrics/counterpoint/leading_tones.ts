import { checkArgument } from "../../options/mod.ts";
import { type Key, KEY_KINDS } from "../../notes/mod.ts";
import { type Frame, REST, voiceCount } from "../../score/mod.ts";

/** A voice that leaves the leading tone. */
export interface LeadingTone {
  /** Index of the first frame without it. */
  frame: number;
  /** Index of the voice, from 0 at the top. */
  voice: number;
  /** The leading tone, as a MIDI number. */
  from: number;
  /** What follows, as a MIDI number; {@linkcode REST} for a rest. */
  to: number;
  /** The tonic follows, a semitone above. */
  resolved: boolean;
  /** The lowest voice goes from the dominant to the tonic at the same time: there the rule is strict. */
  authentic: boolean;
}

/**
 * Every place where a voice leaves the key's leading tone, a semitone below the tonic (in minor the raised seventh
 * degree), and whether it resolves.
 *
 * A textbook wants it to resolve where dominant harmony goes to the tonic, above all in the soprano; inner voices may
 * fall a third to the fifth instead, and Bach's often do. On the way down a scale, or in another key that the piece has
 * moved to, it need not. `authentic` marks the places where the bass shows a dominant going to the tonic. Frames
 * do not show a note that is struck again, so that a repeated leading tone is left once.
 *
 * @param frames Voices from the top, one frame after another.
 * @param key The key of the piece.
 * @returns By frame, then by voice.
 * @throws {RangeError} If the tonic is not a pitch class, frames differ in their voices, or a value is neither a
 * MIDI number nor a rest.
 */
export function leadingTones(frames: readonly Frame[], key: Pick<Key, "tonic">): LeadingTone[] {
  const { tonic } = key;
  checkArgument("follow the leading tone", "tonic", tonic, KEY_KINDS.tonic);
  const bass = voiceCount(frames) - 1;
  const degree = (pitch: number) => pitch === REST ? REST : (pitch - tonic + 12) % 12;
  return frames.flatMap((after, frame) => {
    const before = frames[frame - 1] ?? [];
    return before.flatMap((from, voice) => {
      const to = after[voice];
      if (degree(from) !== 11 || to === from) return [];
      const authentic = degree(before[bass]) === 7 && degree(after[bass]) === 0;
      return [{ frame, voice, from, to, resolved: to === from + 1, authentic }];
    });
  });
}

/**
 * The share of leading tones that resolve to the tonic, of all that go to another note: from 0 to 1, NaN where there is
 * none. A leading tone that a rest follows is not counted.
 *
 * @param places What {@linkcode leadingTones} found; filter it first for one voice, or for authentic cadences alone.
 */
export function resolutionRate(places: readonly Pick<LeadingTone, "resolved" | "to">[]): number {
  const left = places.filter(({ to }) => to !== REST);
  return left.filter(({ resolved }) => resolved).length / left.length;
}
