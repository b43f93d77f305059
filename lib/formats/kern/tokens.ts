import { KernError, type Place, quote } from "./kern_error.ts";

/** An exact number of quarter notes, in lowest terms. */
export interface Fraction {
  /** Numerator. */
  over: number;
  /** Denominator, positive. */
  under: number;
}

/** One note of a token. */
export interface WrittenNote {
  /** MIDI number. */
  pitch: number;
  /** A tie from an earlier note ends or goes on here: `]` or `_`. */
  tiedBefore: boolean;
  /** A tie to a later note begins or goes on here: `[` or `_`. */
  tiedAfter: boolean;
}

/** What a data token says: a note, a chord, or a rest (no notes). */
export interface Token {
  /** Sounds in no time of its own: `q`, `Q`. */
  grace: boolean;
  /** In quarter notes; 0 for a grace note. */
  duration: Fraction;
  /** From the first written to the last. */
  notes: WrittenNote[];
  /** `;` stands on it. */
  fermata: boolean;
}

const SEMITONES: Record<string, number> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 };
const ACCIDENTALS: Record<string, number> = { "": 0, n: 0, "#": 1, "##": 2, "-": -1, "--": -2 };

const RECIPROCAL = /(\d{1,4})(?:%(\d{1,4}))?(\.{0,4})/g;
const PITCH = /([a-gA-G])\1*([#n-]*)/g;
// Beams, stems, slurs, phrases, articulation, ornaments, editorial and user marks: they change neither pitch nor time.
const MARKS = /^[H-Zh-mo-qs-z()[\]{}_&;:,'"`~^/\\|<>?@+$]*$/;

/** The greatest common divisor of two whole numbers. */
export function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function readDuration(text: string, place: Place): Fraction | undefined {
  const found = [...text.matchAll(RECIPROCAL)];
  if (found.length === 0) return undefined;
  if (found.length > 1) {
    const hint = "a number has at most four digits and stands before its dots";
    throw new KernError(`${quote(text)} has more than one duration: ${hint}`, place);
  }
  const [, number, multiple, dots] = found[0];
  const isBreve = /^0{1,3}$/.test(number);
  if (isBreve ? multiple !== undefined : Number(number) === 0 || Number(multiple ?? 1) === 0) {
    throw new KernError(`${quote(text)} has no length: write 0 for a breve, 00 for a long, 3%2 for two thirds`, place);
  }
  // A reciprocal counts in whole notes: four quarters. Dots make it (2 - 1/2^dots) times as long.
  const whole = isBreve ? 2 ** number.length : Number(multiple ?? 1);
  const over = 4 * whole * (2 ** (dots.length + 1) - 1);
  const under = (isBreve ? 1 : Number(number)) * 2 ** dots.length;
  const divisor = commonDivisor(over, under);
  return { over: over / divisor, under: under / divisor };
}

function readPitch(undated: string, text: string, place: Place): number {
  const found = [...undated.matchAll(PITCH)];
  if (found.length !== 1) {
    const what = found.length === 0 ? "no pitch (a to g, or r for a rest)" : "more than one pitch";
    throw new KernError(`${quote(text)} has ${what}; the notes of a chord stand apart by one space`, place);
  }
  const [letters, letter, accidental] = found[0];
  const alteration = ACCIDENTALS[accidental];
  if (alteration === undefined) {
    throw new KernError(`${quote(text)} has the accidental ${quote(accidental)}: write #, ##, -, -- or n`, place);
  }
  const times = letters.length - accidental.length;
  const octave = letter >= "a" ? 60 + 12 * (times - 1) : 48 - 12 * (times - 1);
  const pitch = octave + SEMITONES[letter.toLowerCase()] + alteration;
  if (pitch < 0 || pitch > 127) {
    throw new KernError(`${quote(text)} is MIDI number ${pitch}: allowed is 0 (CCCCC) to 127 (gggggg)`, place);
  }
  return pitch;
}

/**
 * Reads one data token: subtokens apart by one space, each a duration, a pitch
 * or `r`, and marks. A chord's later notes may leave the duration out.
 *
 * @returns `undefined` for the null token `.`.
 * @throws {KernError} If the token cannot be understood.
 */
export function readToken(text: string, place: Place): Token | undefined {
  if (text === ".") return undefined;
  if (text === "") throw new KernError("The token is empty: write . where nothing new happens", place);
  const parts = text.split(" ");
  const grace = /[qQ]/.test(text);
  const token: Token = { grace, duration: { over: 0, under: 1 }, notes: [], fermata: text.includes(";") };
  for (const [index, part] of parts.entries()) {
    if (part === "") throw new KernError(`${quote(text)} has a space too many`, place);
    const isRest = part.includes("r");
    const undated = part.replace(RECIPROCAL, " ");
    const unread = undated.replace(PITCH, " ").replace(isRest ? "r" : "", "").replaceAll(" ", "");
    if (!MARKS.test(unread)) throw new KernError(`Cannot read ${quote(text)}: what is ${quote(unread)}?`, place);
    const duration = readDuration(part, place);
    if (!grace) {
      if (duration === undefined && index === 0) {
        throw new KernError(`${quote(text)} has no duration: write one first, such as 4 for a quarter`, place);
      }
      if (index === 0) token.duration = duration!;
      else if (duration && (duration.over !== token.duration.over || duration.under !== token.duration.under)) {
        throw new KernError(`The notes of the chord ${quote(text)} last differently: split the spine with *^`, place);
      }
    }
    const [tiedBefore, tiedAfter] = [/[\]_]/.test(part), /[[_]/.test(part)];
    if (!isRest) token.notes.push({ pitch: readPitch(undated, text, place), tiedBefore, tiedAfter });
    else if (tiedBefore || tiedAfter) throw new KernError(`The rest ${quote(text)} is tied: take the tie away`, place);
  }
  return token;
}
