import { KernError, type Place, quote } from "./kern_error.ts";
import type { Repairs } from "./repairs.ts";

/** What a note says of its pitch. */
export interface WrittenPitch {
  /** The note as written, for messages. */
  text: string;
  /** Letters and accidental, of each pitch that stands there. */
  pitches: RegExpExecArray[];
  /** Accidentals that stand apart from a letter. */
  accidental: string;
}

const SEMITONES: Record<string, number> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 };
const ACCIDENTALS: Record<string, number> = { "": 0, n: 0, "#": 1, "##": 2, "-": -1, "--": -2 };

function alterationOf(written: string, text: string, place: Place, repairs: Repairs): number {
  const known = ACCIDENTALS[written];
  if (known !== undefined) return known;
  const read = /#+/.exec(written)?.[0] ?? /-+/.exec(written)?.[0] ?? "n";
  const error = `${quote(text)} has the accidental ${quote(written)}: write #, ##, -, -- or n`;
  const signs = `${written.length} ${read[0] === "#" ? "sharps" : "flats"}`;
  const done = read === written
    ? `${quote(text)} has ${signs}, where two are the most: all of them count`
    : `${quote(text)} has the accidental ${quote(written)}: read as ${quote(read)}`;
  repairs.mend(place, error, done);
  return read === "n" ? 0 : read.length * (read[0] === "#" ? 1 : -1);
}

/**
 * The MIDI number of a note: its letters say step and octave, its accidental alters it.
 *
 * @throws {KernError} If it is none that MIDI knows, or cannot be told without `repairs` where the reading is strict.
 */
export function pitchOf({ text, pitches, accidental }: WrittenPitch, place: Place, repairs: Repairs): number {
  const [, letters, attached] = pitches[0];
  const letter = letters[0];
  const error = `${quote(text)} has more than one pitch; the notes of a chord stand apart by one space`;
  if (letters !== letter.repeat(letters.length)) {
    // music21 and humlib do the same; most of those found are one note with a letter mistyped, such as "dad-".
    const read = quote(letter.repeat(letters.length) + attached);
    repairs.mend(place, error, `${quote(text)} has different letters: read as ${read}`);
  }
  if (pitches.length > 1) repairs.mend(place, error, `${quote(text)} has more than one pitch: kept is the first`);
  const alteration = alterationOf(accidental === attached ? attached : attached + accidental, text, place, repairs);
  const times = letters.length;
  const octave = letter >= "a" ? 60 + 12 * (times - 1) : 48 - 12 * (times - 1);
  const pitch = octave + SEMITONES[letter.toLowerCase()] + alteration;
  if (pitch < 0 || pitch > 127) {
    throw new KernError(`${quote(text)} is MIDI number ${pitch}: allowed is 0 (CCCCC) to 127 (gggggg)`, place);
  }
  return pitch;
}
