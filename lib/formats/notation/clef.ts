import { meanPitch, type Part } from "../../score/mod.ts";

/** A clef. */
export interface Clef {
  /** Its letter. */
  sign: "G" | "C" | "F";
  /** The line on which it stands, from below. */
  line: number;
  /** How many octaves lower the notes sound than they are written. */
  octavesLower: number;
}

const TREBLE: Clef = { sign: "G", line: 2, octavesLower: 0 };
const BASS: Clef = { sign: "F", line: 4, octavesLower: 0 };
/** What choirs and strings read, however low an alto is led. */
const NAMED: readonly [RegExp, Clef][] = [
  [/^(soprano|alto|violin)\b/i, TREBLE],
  [/^tenor\b/i, { ...TREBLE, octavesLower: 1 }],
  [/^viola\b/i, { sign: "C", line: 3, octavesLower: 0 }],
  [/^(bass|(violon)?cello)\b/i, BASS],
];

/** The clef that goes with a part's name, or else the one in which most of its notes are on the staff. */
export function clefOf({ name, notes }: Part): Clef {
  const named = NAMED.find(([pattern]) => pattern.test(name));
  return named?.[1] ?? (meanPitch(notes) < 60 ? BASS : TREBLE);
}
