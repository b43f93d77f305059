import { type NoteFeature, pastFeature } from "./note_feature.ts";
import type { NotePast } from "./note_past.ts";
import { intervalClass, INTERVALS } from "./recent_notes.ts";

/** As many parts, and families of instruments, are told apart; one class more is for what nobody says. */
const MOST = 16;
/** Class of an interval from a note that is not there; it follows those of `intervalClass`. */
const NO_NOTE = INTERVALS;
/** As many notes are looked through for the one before in a part. */
const REACH = 64;

/**
 * The part, or voice, of the last note: its index in the score (0 to 15; 16
 * where the note does not say, as those that a model has drawn), and its interval from the
 * note before in the same part, as `intervalClass` has it, 51 for none. What part the
 * next note will be in is not known.
 */
export const voiceHeard: NoteFeature = pastFeature("voice", {
  hears: [{ name: "part", size: MOST + 1 }, { name: "partInterval", size: NO_NOTE + 1 }],
}, {
  hear(past) {
    const { part } = past.notes[past.length - 1];
    const before = part === undefined ? -1 : beforeIn(past, part);
    return {
      part: Math.min(part ?? MOST, part === undefined ? MOST : MOST - 1),
      partInterval: before < 0 ? NO_NOTE : intervalClass(past.pitches[past.length - 1] - past.pitches[before]),
    };
  },
});

/** The note before the last one in its part; -1 for none. */
function beforeIn({ notes }: NotePast, part: number): number {
  const last = notes.length - 1, first = Math.max(0, last - REACH);
  for (let i = last - 1; i >= first; i--) if (notes[i].part === part) return i;
  return -1;
}

/**
 * The family of the instrument that plays: General MIDI has 16 of eight programs each, from the pianos to the sound effects.
 * Notes that do not say, as those that a model has drawn, are played by whoever played before; 16 where nobody has said
 * yet.
 */
export const instrumentHeard: NoteFeature = pastFeature("instrument", { hears: [{ name: "family", size: MOST + 1 }] }, {
  hear({ notes }) {
    const program = notes.findLast(({ program }) => program !== undefined)?.program;
    return { family: program === undefined ? MOST : Math.floor(program / 8) };
  },
});
