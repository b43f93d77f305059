import { meanPitch, type Part } from "../../score/mod.ts";

/** A clef. */
export interface Clef {
  /** Its letter. */
  sign: "G" | "F";
  /** The line on which it stands, from below. */
  line: number;
  /** How many octaves lower the notes sound than they are written. */
  octavesLower: number;
}

const TREBLE: Clef = { sign: "G", line: 2, octavesLower: 0 };
const BASS: Clef = { sign: "F", line: 4, octavesLower: 0 };
/** The clefs of a choir, however low an alto is led. */
const VOICES: readonly [RegExp, Clef][] = [
  [/^(soprano|alto)\b/i, TREBLE],
  [/^tenor\b/i, { ...TREBLE, octavesLower: 1 }],
  [/^bass\b/i, BASS],
];

/** The clef that a voice of a choir reads, and otherwise the one in which most of a part's notes are on the staff. */
export function clefOf({ name, notes }: Part): Clef {
  const voice = VOICES.find(([pattern]) => pattern.test(name));
  return voice?.[1] ?? (meanPitch(notes) < 60 ? BASS : TREBLE);
}
