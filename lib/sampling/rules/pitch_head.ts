import { VOICES } from "../../formats/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";

/** Where a model says pitches. */
export interface PitchHead {
  /** The head. */
  readonly head: string;
  /** The MIDI number that a value of it stands for; nothing where it is none, a rest for instance. */
  pitchOf(value: number): number | undefined;
  /** Voices that take turns, event by event. */
  readonly voices: number;
}

/** Options of whatever looks at pitches. */
export interface PitchOptions {
  /**
   * Where the model says pitches.
   *
   * @default the head `pitch` of notes, as one voice, or `cell` of a grid of four voices
   */
  pitches?: PitchHead;
}

/**
 * Where a model says pitches.
 *
 * @throws {TypeError} If it has neither of the heads that are known to.
 */
export function pitchHead<Event>({ heads, decode }: SequenceModel<Event>): PitchHead {
  const names = heads.map(({ name }) => name);
  if (names.includes("pitch")) return { head: "pitch", pitchOf: (value) => value, voices: 1 };
  if (names.includes("cell")) {
    return {
      head: "cell",
      voices: VOICES,
      pitchOf(value) {
        // The start of a piece is no class, and a rest is below all pitches.
        const pitch = value < 0 ? -1 : Number(decode({ cell: value }));
        return pitch < 0 ? undefined : pitch;
      },
    };
  }
  throw new TypeError(`Cannot keep to a rule of pitches: the model says ${names.join(", ")}; give "pitches"`);
}
