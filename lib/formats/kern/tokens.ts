import { commonDivisor } from "../ticks.ts";
import { KernError, type Place, quote } from "./kern_error.ts";
import { pitchOf, type WrittenPitch } from "./pitch.ts";
import type { Repairs } from "./repairs.ts";

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
  /** In quarter notes. */
  duration: Fraction;
  /** The pitch is a place on the staff only: `R`, percussion. */
  unpitched: boolean;
  /** A tie from an earlier note ends or goes on here: `]` or `_`. */
  tiedBefore: boolean;
  /** A tie to a later note begins or goes on here: `[` or `_`. */
  tiedAfter: boolean;
}

/** What a data token says: a note, a chord, or a rest (no notes). */
export interface Token {
  /** Sounds in no time of its own: `q`, `Q`. */
  grace: boolean;
  /** How many notes have that sign. */
  graceNotes: number;
  /** What stands among them without it but has a length, and whether it is notes that are as long as they. */
  besideGrace?: { text: string; sameLength: boolean };
  /** In quarter notes; 0 for a grace note. */
  duration: Fraction;
  /** How long it may be instead, if the rhythm asks for it: where its notes last differently, or a dot stands apart. */
  otherDurations: Fraction[];
  /** From the first written to the last. */
  notes: WrittenNote[];
  /** `;` stands on it. */
  fermata: boolean;
}

const RECIPROCAL = /(\d{1,4})(?:%(\d{1,4}))?(\.{0,4})/g;
const DECIMAL = /(\d{1,4})\.(\d{1,3})/;
const PITCH = /([a-g]+|[A-G]+)([#n-]*)/g;
// How fast a tremolo is: @32, @@16@32.
const TREMOLO = /@\d+/g;
// Beams, stems, slurs, phrases, articulation, ornaments, editorial and user marks: they change neither pitch nor time.
const NO_MARK = /[^H-Zh-mo-qs-z()[\]{}_&;:,'"`~^/\\|<>?@+$ ]/g;
// What may stand beside a duration whose note was lost; other letters are rather a note that is mistyped.
const LOST_NOTE = /^[yXLJKkqQ()[\]{}_&;:,'`~^/\\<>|]*$/;

// A trill or a turn: R beside it is how that ends.
const ORNAMENT = /[TtSs$MmWw]/;

/** How long a note is in a text without durations, and a rest that lacks its own. */
const UNMEASURED: Fraction = { over: 1, under: 1 };

/** The middle of the treble staff: where a note of percussion stands whose place is not said. */
const MIDDLE = 71;

/** A fraction in lowest terms. */
export function fraction(over: number, under: number): Fraction {
  const divisor = commonDivisor(over, under);
  return { over: over / divisor, under: under / divisor };
}

function isSame(a: Fraction, b: Fraction): boolean {
  return a.over === b.over && a.under === b.under;
}

function addNew(durations: Fraction[], duration: Fraction): void {
  if (!durations.some((known) => isSame(known, duration))) durations.push(duration);
}

/** One note of a chord, or all of another token, taken apart. */
interface Part extends WrittenPitch {
  /** Without its durations. */
  undated: string;
  duration: Fraction | undefined;
  /** The duration without dots that stand apart from it. */
  undotted: Fraction | undefined;
  rest: boolean;
}

function durationOf([, number, multiple]: RegExpExecArray, dots: number, text: string, place: Place): Fraction {
  const isBreve = /^0{1,3}$/.test(number);
  if (isBreve ? multiple !== undefined : Number(number) === 0 || Number(multiple ?? 1) === 0) {
    throw new KernError(`${quote(text)} has no length: write 0 for a breve, 00 for a long, 3%2 for two thirds`, place);
  }
  // A reciprocal counts in whole notes: four quarters. Dots make it (2 - 1/2^dots) times as long.
  const whole = isBreve ? 2 ** number.length : Number(multiple ?? 1);
  return fraction(4 * whole * (2 ** (dots + 1) - 1), (isBreve ? 1 : Number(number)) * 2 ** dots);
}

/** The length of `1.5a`: a whole note one and a half times as fast. */
function decimalDuration([, whole, part]: RegExpExecArray): Fraction {
  return fraction(4 * 10 ** part.length, Number(whole + part));
}

/** Takes a part of a token apart; what cannot be read of it is passed over, as far as `repairs` allow. */
function takeApart(text: string, place: Place, repairs: Repairs): Part {
  const plain = text.replace(TREMOLO, "@");
  const undated = plain.replace(RECIPROCAL, " ");
  const rest = plain.includes("r");
  const pitches = [...undated.matchAll(PITCH)];
  const unread = undated.replace(PITCH, " ").replace(rest ? "r" : "", "");
  const strays = unread.match(NO_MARK) ?? [];
  const accidental = rest ? "" : strays.filter((stray) => "#-n".includes(stray)).join("");
  const dots = strays.filter((stray) => stray === ".").length;
  const durations = [...plain.matchAll(RECIPROCAL)];
  if (strays.length > 0) {
    const kinds = [...new Set(strays)];
    const said = kinds.map((stray) => {
      if (!rest && "#-n".includes(stray)) return `${quote(stray)} is the note's accidental`;
      const isDot = stray === "." && durations.length > 0;
      return isDot ? "the dot is its duration's" : `${quote(stray)} is passed over`;
    });
    const what = quote(unread.replaceAll(" ", ""));
    repairs.mend(place, `Cannot read ${quote(text)}: what is ${what}?`, `${quote(text)}: ${said.join(", ")}`);
  }

  let duration: Fraction | undefined;
  let undotted: Fraction | undefined;
  const decimal = DECIMAL.exec(plain);
  if (durations.length > 1) {
    const hint = "a number has at most four digits and stands before its dots";
    const error = `${quote(text)} has more than one duration: ${hint}`;
    if (/[qQ]/.test(plain)) {
      repairs.mend(
        place,
        error,
        `${quote(text)} has more than one duration: passed over, for a grace note takes no time`,
      );
      return { text, undated, duration, undotted, rest, pitches, accidental };
    }
    if (/\d{5}/.test(plain) || decimal && Number(decimal[1] + decimal[2]) === 0) throw new KernError(error, place);
    const done = decimal
      ? `${quote(text)}: ${decimal[0]} is read as a decimal`
      : `${quote(text)} has more than one duration`;
    repairs.mend(place, error, decimal ? done : `${done}: kept is the first`);
    if (decimal) duration = undotted = decimalDuration(decimal);
  }
  if (durations.length > 0 && !duration) {
    const attached = durations[0][3].length;
    duration = durationOf(durations[0], Math.min(4, attached + dots), text, place);
    undotted = durationOf(durations[0], attached, text, place);
  }
  return { text, undated, duration, undotted, rest, pitches, accidental };
}

/** Whether a token says how long it is. */
export function isMeasured(text: string): boolean {
  return /\d/.test(text.replace(TREMOLO, ""));
}

/**
 * Reads one data token: subtokens apart by one space, each a duration, a pitch
 * or `r`, and marks. A chord's later notes may leave the duration out.
 *
 * @param unmeasured No token of the text has a duration: each lasts a quarter note.
 * @returns `undefined` for the null token `.`.
 * @throws {KernError} If the token cannot be understood, or not without `repairs` where the reading is strict.
 */
export function readToken(text: string, place: Place, repairs: Repairs, unmeasured = false): Token | undefined {
  if (text === ".") return undefined;
  if (text.trim() === "") {
    repairs.mend(place, "The token is empty: write . where nothing new happens", "The token is empty: read as .");
    return undefined;
  }
  const split = text.split(" ");
  let parts = split.filter((part) => part !== "").map((part) => takeApart(part, place, repairs));
  if (parts.length < split.length) {
    repairs.mend(place, `${quote(text)} has a space too many`, `${quote(text)} has a space too many: passed over`);
  }
  // A note without q that has a length of its own, though it stands among grace notes.
  const lasting = parts.filter((part) => !isGrace(part) && part.duration && (part.rest || part.pitches.length > 0));
  const graces = parts.filter(isGrace);
  const grace = graces.length > 0 && lasting.length === 0;
  const token: Token = {
    grace,
    graceNotes: 0,
    duration: { over: 0, under: 1 },
    otherDurations: [],
    notes: [],
    fermata: text.includes(";"),
  };
  parts = withoutLost(parts, text, place, repairs);
  if (parts.length === 0) return undefined;
  if (graces.length > 0 && !grace) {
    const sameLength = lasting.every(({ duration, rest }) =>
      !rest && graces.some((each) => each.duration && isSame(each.duration, duration!))
    );
    token.besideGrace = { text: lasting.map((part) => part.text).join(" "), sameLength };
    token.graceNotes = parts.filter((part) => isGrace(part) && !part.rest).length;
    parts = parts.filter((part) => !isGrace(part));
  }
  const first = parts.find(({ duration }) => duration);
  if (!grace) {
    if (!parts[0].duration) {
      const error = `${quote(text)} has no duration: write one first, such as 4 for a quarter`;
      const isRest = parts.every(({ rest }) => rest);
      if (first) repairs.mend(place, error, `${quote(text)}: the first note lasts as long as the one after it`);
      else if (!unmeasured && !isRest) throw new KernError(error, place);
      else if (!unmeasured) repairs.mend(place, error, `${quote(text)} has no duration: read as a quarter rest`);
    }
    token.duration = first?.duration ?? UNMEASURED;
    if (first && !isSame(first.undotted!, token.duration)) token.otherDurations.push(first.undotted!);
  }
  let differing = false;
  for (const part of parts) {
    let duration = part.duration ?? token.duration;
    if (!grace && !isSame(duration, token.duration)) {
      if (isSame(part.undotted!, token.duration)) duration = token.duration;
      else {
        differing = true;
        addNew(token.otherDurations, duration);
      }
    }
    const [tiedBefore, tiedAfter] = [/[\]_]/.test(part.text), /[[_]/.test(part.text)];
    if (isStruck(part)) {
      token.notes.push({ pitch: MIDDLE, duration, unpitched: true, tiedBefore, tiedAfter });
    } else if (!part.rest && part.pitches.length > 0) {
      const unpitched = part.text.includes("R") && !ORNAMENT.test(part.text);
      token.notes.push({ pitch: pitchOf(part, place, repairs), duration, unpitched, tiedBefore, tiedAfter });
    } else if (part.rest && (tiedBefore || tiedAfter)) {
      const what = `The rest ${quote(part.text)} is tied`;
      repairs.mend(place, `${what}: take the tie away`, `${what}: the tie is left out`);
    }
  }
  if (differing) {
    const what = `The notes of the chord ${quote(text)} last differently`;
    repairs.mend(place, `${what}: split the spine with *^`, `${what}: each has its own length`);
  }
  if (grace) token.graceNotes = token.notes.length;
  return token;
}

function isGrace({ text }: Part): boolean {
  return /[qQ]/.test(text);
}

/** A note of percussion that says nothing but how long it is and that it is struck: `8xL`, `4R`. */
function isStruck(part: Part): boolean {
  const { rest, pitches, duration, undated } = part;
  const hasSign = undated.includes("x") || undated.includes("R") && !ORNAMENT.test(undated);
  return !rest && pitches.length === 0 && (duration !== undefined || isGrace(part)) && hasSign;
}

/** Leaves out what has neither a pitch nor says that it is a rest; nothing is left where it has no duration either. */
function withoutLost(parts: Part[], text: string, place: Place, repairs: Repairs): Part[] {
  const isLost = ({ rest, pitches }: Part) => !rest && pitches.length === 0;
  const lost = parts.find(isLost);
  if (!lost) return parts;
  const error = `${
    quote(lost.text)
  } has no pitch (a to g, or r for a rest); the notes of a chord stand apart by one space`;
  if (parts.every(isStruck)) {
    repairs.mend(place, error, `${quote(text)} has no pitch: read as percussion`);
    return parts;
  }
  const kept = parts.filter((part) => !isLost(part));
  if (kept.length > 0) {
    repairs.mend(place, error, `${quote(text)}: ${quote(lost.text)} has no pitch and is left out`);
    return kept[0].duration
      ? kept
      : [{ ...kept[0], duration: lost.duration, undotted: lost.undotted }, ...kept.slice(1)];
  }
  if (!LOST_NOTE.test(lost.undated.replace(NO_MARK, "").replaceAll(" ", ""))) throw new KernError(error, place);
  const read = /[qQ]/.test(text) ? "no grace note" : lost.duration ? "a rest" : ".";
  repairs.mend(place, error, `${quote(text)} has no pitch: read as ${read}`);
  return lost.duration ? [lost] : [];
}
