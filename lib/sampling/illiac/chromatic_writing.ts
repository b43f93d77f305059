import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { type Prng, shuffle } from "../../random/mod.ts";
import { REST, type Score } from "../../score/mod.ts";
import { EXPERIMENT_THREE } from "./strict_rules.ts";
import { scoreOfLines, type WrittenNote } from "./written_lines.ts";

/** A tone row: all twelve pitch classes, each once. */
export type ToneRow = readonly number[];

/** A way in which a row is played: as it is, upside down, backwards, or both. */
export type RowForm = "prime" | "inversion" | "retrograde" | "retrograde inversion";

/** The ways in which a row is played. */
export const ROW_FORMS: Readonly<Record<RowForm, (row: ToneRow) => ToneRow>> = Object.freeze({
  prime: (row) => row,
  inversion: (row) => row.map((tone) => (2 * row[0] - tone + 12) % 12),
  retrograde: (row) => row.toReversed(),
  "retrograde inversion": (row) => ROW_FORMS.inversion(row).toReversed(),
});

/** Draws a tone row; all 12! are equally likely. */
export function toneRow(prng: Prng): ToneRow {
  return shuffle(Array.from({ length: 12 }, (_, tone) => tone), prng);
}

/** Options of {@linkcode chromaticWriting}. */
export interface ChromaticWritingOptions {
  /** Draws everything: the same state gives the same music. */
  prng: Prng;
  /**
   * Bars of 4/8.
   *
   * @default 12
   */
  bars?: number;
  /**
   * What notes come from: `"chance"` draws among all twelve; `"rules"` rejects what breaks {@linkcode EXPERIMENT_THREE};
   * `"row"` plays one tone row in its four forms, each drawn anew at one of twelve pitches.
   *
   * @default "row"
   */
  notes?: "chance" | "rules" | "row";
  /**
   * How likely a voice keeps the rhythm of its bar before.
   *
   * @default 0.5
   */
  keeps?: number;
  /**
   * How likely a voice has the rhythm of the voice above it.
   *
   * @default 0.25
   */
  shares?: number;
}

/** What {@linkcode chromaticWriting} wrote. */
export interface ChromaticWriting {
  /** Four strings, in 4/8. */
  readonly score: Score;
  /** The row, if there is one. */
  readonly row?: ToneRow;
  /** Of each rule, how many notes it rejected. */
  readonly rejected: Readonly<Record<string, number>>;
}

/** Lowest and highest note of each string, from the top; what one plays stays within two octaves. */
const COMPASSES = [[60, 84], [57, 81], [50, 74], [38, 62]] as const;
/** Loudness from pp to ff. */
const DYNAMICS = [32, 48, 60, 72, 88, 104];
/** Eighths of a bar; each of the 2⁴ ways in which notes can begin on them is a rhythm. */
const EIGHTHS = 4;
/** Draws for one note before a voice begins its range anew. */
const TRIES = 50;

/**
 * Chromatic writing as in the third experiment of the Illiac Suite: each bar of each string has one of sixteen rhythms,
 * drawn as a number of four binary digits (1 begins a note, 0 holds it, a bar of four is a rest), kept for some
 * bars and shared by some voices, and a loudness; its notes are drawn among all twelve, or come from a tone row.
 *
 * Hiller and Isaacson, "Experimental Music" (1959), chapter 5. The code of rhythms is the book's; how long it kept them
 * and shared them is an option here, its fifteen ways of bowing and plucking are left out, and so are loudness that
 * grows and notes that go on across a barline.
 *
 * @throws {TypeError} If an option is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range.
 */
export function chromaticWriting(options: ChromaticWritingOptions): ChromaticWriting {
  const { prng, bars = 12, notes = "row", keeps = 0.5, shares = 0.25 } = checkOptions("write chromatically", options, {
    prng: kinds.prng as Kind<Prng>,
    bars: optional(kinds.positiveInteger),
    notes: optional(kinds.oneOf("chance", "rules", "row")),
    keeps: optional(kinds.number({ from: 0, to: 1 })),
    shares: optional(kinds.number({ from: 0, to: 1 })),
  });
  const rejected: Record<string, number> = {};
  const row = notes === "row" ? toneRow(prng) : undefined;
  const next = COMPASSES.map((compass) =>
    row ? rowNotes(row, compass, prng) : chromaticNotes(compass, notes === "rules", rejected, prng)
  );
  const rhythms: number[] = [];
  const lines: WrittenNote[][] = COMPASSES.map(() => []);
  for (let bar = 0; bar < bars; bar++) {
    for (const [voice, line] of lines.entries()) {
      const drawn = Math.floor(prng() * 2 ** EIGHTHS), kept = prng() < keeps && bar > 0;
      if (voice > 0 && prng() < shares) rhythms[voice] = rhythms[voice - 1];
      else if (!kept) rhythms[voice] = drawn;
      const velocity = DYNAMICS[Math.floor(prng() * DYNAMICS.length)];
      for (const { begins, eighths } of notesOfRhythm(rhythms[voice])) {
        const pitch = begins ? next[voice].next().value : REST;
        line.push({ pitch, quarters: eighths / 2, ...begins && { velocity } });
      }
    }
  }
  return { score: scoreOfLines(lines, { numerator: 4, denominator: 8 }), ...row && { row }, rejected };
}

/** What a number of four binary digits says: notes, and a rest before the first. */
function notesOfRhythm(rhythm: number): { begins: boolean; eighths: number }[] {
  const notes: { begins: boolean; eighths: number }[] = [];
  for (let i = EIGHTHS - 1; i >= 0; i--) {
    const begins = (rhythm >> i & 1) === 1;
    if (begins || notes.length === 0) notes.push({ begins, eighths: 1 });
    else notes.at(-1)!.eighths++;
  }
  return notes;
}

/** Forms of a row without end, each tone as near to the one before as the compass allows. */
function* rowNotes(row: ToneRow, [lowest, highest]: readonly [number, number], prng: Prng): Generator<number, never> {
  let last = Math.round((lowest + highest) / 2);
  const forms = Object.values(ROW_FORMS);
  while (true) {
    const form = forms[Math.floor(prng() * forms.length)](row), up = Math.floor(prng() * 12);
    for (const tone of form) {
      const places = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i)
        .filter((pitch) => (pitch - tone - up + 24) % 12 === 0);
      last = places.reduce((a, b) => Math.abs(b - last) < Math.abs(a - last) ? b : a);
      yield last;
    }
  }
}

/** Notes by chance, with or without rules that reject some. */
function* chromaticNotes(
  [lowest, highest]: readonly [number, number],
  ruled: boolean,
  rejected: Record<string, number>,
  prng: Prng,
): Generator<number, never> {
  let line: number[] = [];
  while (true) {
    let found: number | undefined;
    for (let i = 0; i < TRIES && found === undefined; i++) {
      const pitch = lowest + Math.floor(prng() * (highest - lowest + 1));
      const place = { lines: [line], voice: 0, at: line.length, length: Infinity, pitch };
      const broken = ruled ? EXPERIMENT_THREE.find(({ breaks }) => breaks(place)) : undefined;
      if (broken) rejected[broken.name] = (rejected[broken.name] ?? 0) + 1;
      else found = pitch;
    }
    // What is stuck begins anew, as if nothing had come before.
    if (found === undefined) line = [];
    else {
      line.push(found);
      yield found;
    }
  }
}
