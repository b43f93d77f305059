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

/** The clef in which most of a part's notes are on the staff; a tenor reads the treble clef, an octave lower. */
export function clefOf({ name, notes }: Part): Clef {
  if (/^tenor\b/i.test(name)) return { sign: "G", line: 2, octavesLower: 1 };
  return meanPitch(notes) < 60 ? { sign: "F", line: 4, octavesLower: 0 } : { sign: "G", line: 2, octavesLower: 0 };
}
