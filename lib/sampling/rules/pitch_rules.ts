import type { PitchRange } from "../../encodings/mod.ts";
import { type Key, KEY_KINDS } from "../../notes/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../../options/mod.ts";
import { type PitchHead, pitchHead, type PitchOptions } from "./pitch_head.ts";
import { NATS, type Rule, type RuleListener, type Strictness } from "./rule.ts";

/** What every rule of pitches takes. */
export type PitchRuleOptions = Strictness & PitchOptions;

const COMMON: Kinds<PitchRuleOptions> = {
  nats: NATS,
  pitches: optional(kinds.object("a head that says pitches") as Kind<PitchHead>),
};
const MIDI_NUMBER = kinds.integer({ from: 0, to: 127 });

/** Degrees of a scale, in semitones above its tonic; minor has both its sixths and both its sevenths. */
const DEGREES = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 9, 10, 11] };

/** Options of {@linkcode withinRange}. */
export type WithinRangeOptions = PitchRange & PitchRuleOptions;

/**
 * Keeps to a range of pitches.
 *
 * @param options The lowest and the highest MIDI number.
 * @throws {RangeError} If an option is out of range, or the lowest pitch is above the highest.
 */
export function withinRange<Event>(options: WithinRangeOptions): Rule<Event> {
  const { lowest, highest } = checkOptions("keep to a range", options, {
    ...COMMON,
    lowest: MIDI_NUMBER,
    highest: MIDI_NUMBER,
  });
  if (lowest > highest) {
    throw new RangeError(`Cannot keep to a range: the lowest pitch, ${lowest}, is above the highest, ${highest}`);
  }
  return pitchRule("range", options, (pitch) => pitch < lowest || pitch > highest);
}

/** Options of {@linkcode withinScale}: `findKey` finds a tonic and a mode. */
export type WithinScaleOptions = Pick<Key, "tonic" | "mode"> & PitchRuleOptions;

/**
 * Keeps to the scale of a key; that of minor has the sixth and the seventh in
 * both their forms, as melodies need them.
 *
 * @param options The pitch class of the tonic, 0 for C, and the mode.
 * @throws {RangeError} If an option is out of range.
 */
export function withinScale<Event>(options: WithinScaleOptions): Rule<Event> {
  const { tonic, mode } = checkOptions("keep to a scale", options, { ...COMMON, ...KEY_KINDS });
  return pitchRule("scale", options, (pitch) => !DEGREES[mode].includes((pitch - tonic + 12) % 12));
}

/** Options of {@linkcode fewRepeats}. */
export interface FewRepeatsOptions extends PitchRuleOptions {
  /** How often a pitch may come in a row. */
  most: number;
}

/**
 * Keeps notes from being repeated: the same pitch at most so many times in a
 * row. In a grid, where a note that is held is one cell after another, this is no
 * rule to have.
 *
 * @param options How often.
 * @throws {RangeError} If an option is out of range.
 */
export function fewRepeats<Event>(options: FewRepeatsOptions): Rule<Event> {
  const { most } = checkOptions("keep from repeating notes", options, { ...COMMON, most: kinds.positiveInteger });
  return pitchRule("repeated notes", options, (pitch, { last, times }) => pitch === last && times >= most);
}

/** Options of {@linkcode noWideLeaps}. */
export interface NoWideLeapsOptions extends PitchRuleOptions {
  /** The largest leap, in semitones. */
  semitones: number;
}

/**
 * Keeps from leaps that are wider than some interval, from one note to the
 * next: of a grid within each voice, of notes in the one sequence that they are.
 *
 * @param options The interval.
 * @throws {RangeError} If an option is out of range.
 */
export function noWideLeaps<Event>(options: NoWideLeapsOptions): Rule<Event> {
  const { semitones } = checkOptions("keep from leaps", options, { ...COMMON, semitones: kinds.positiveInteger });
  return pitchRule("leaps", options, (pitch, { last = pitch }) => Math.abs(pitch - last) > semitones);
}

/** What a voice has just sung. */
interface Sung {
  /** Its last pitch, where there is one. */
  last?: number;
  /** How many times in a row. */
  times: number;
}

function pitchRule<Event>(
  name: string,
  { nats = Infinity, pitches }: PitchRuleOptions,
  breaks: (pitch: number, sung: Sung) => boolean,
): Rule<Event> {
  return {
    name,
    listen(model) {
      const { head, pitchOf, voices } = pitches ?? pitchHead(model);
      const listenerOf = (sung: readonly Sung[], before: number): RuleListener<Event> => {
        const now = [...sung];
        let turn = before;
        return {
          heads: [head],
          hear(event) {
            const value = model.say(event)[head];
            if (value < 0) return;
            const pitch = pitchOf(value), { last, times } = now[turn];
            now[turn] = pitch === undefined ? { times: 0 } : { last: pitch, times: pitch === last ? times + 1 : 1 };
            turn = (turn + 1) % voices;
          },
          weigh(_, value) {
            const pitch = pitchOf(value);
            return pitch !== undefined && breaks(pitch, now[turn]) ? -nats : 0;
          },
          fork: () => listenerOf(now, turn),
        };
      };
      return listenerOf(Array.from({ length: voices }, () => ({ times: 0 })), 0);
    },
  };
}
