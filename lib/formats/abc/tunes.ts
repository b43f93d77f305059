import { FormatError } from "../format_error.ts";

/** A tune of a text in ABC, which may hold many. */
export interface Tune {
  /** Its lines, from `X:` on; what the head of the text says of all tunes stands behind that line. */
  lines: string[];
  /** The line of the text in which each of them stands, from 1. */
  lineNumbers: number[];
  /** Lines that look like music, but stand behind the blank line that ends the tune; from 1. */
  beyond: number[];
}

/** A text in ABC: its lines, which of them begin a tune, and which say something of all tunes. */
interface Book {
  lines: string[];
  starts: number[];
  head: number[];
}

const FIELD = /^[A-Za-z]:/;
const BLANK = /^[ \t]*$/;
/** Notes and a barline: no word, and no sign that ABC has no use for. */
const MUSIC = /^(?=[^%]*\|)(?=[^%]*[A-Ga-g][^%]*[A-Ga-g])(?!.*[a-z]{6})[^%@;?]*$/;
/** Characters that the head of a text may come to when each tune has it. */
const MOST_OF_HEAD = 2 ** 25;
/** Tunes of a text that is taken apart. */
const MOST_TUNES = 20_000;

/**
 * The first tune of a text in ABC, and how many there are. What stands before the first `X:` is said of every tune that does
 * not say it itself. A text without any `X:` is one tune.
 */
export function firstTune(text: string): { tune: Tune; count: number } {
  const book = bookOf(text), { lines, lineNumbers } = stretch(book, 0);
  const count = Math.max(1, book.starts.length), end = lines.findIndex((line) => BLANK.test(line));
  if (end < 0) return { tune: { lines, lineNumbers, beyond: [] }, count };
  const beyond = lineNumbers.filter((_, i) => i > end && MUSIC.test(lines[i]) && !FIELD.test(lines[i]));
  return { tune: { lines: lines.slice(0, end), lineNumbers: lineNumbers.slice(0, end), beyond }, count };
}

/**
 * The tunes of a text in ABC, each as a text of its own, with what the head of the text says of all tunes.
 *
 * @returns Nothing where the text holds a single tune, or a head that is too long to stand in every tune.
 * @throws {FormatError} If it has more than 20,000 tunes.
 */
export function splitAbc(text: string): string[] | undefined {
  if (hasMoreTunes(text, MOST_TUNES)) {
    throw new FormatError(
      `Cannot take a book apart: it has more than ${MOST_TUNES} tunes; divide it into smaller books`,
    );
  }
  const book = bookOf(text), { lines, starts, head } = book;
  const headLength = head.reduce((sum, i) => sum + lines[i].length + 1, 0);
  if (starts.length < 2 || headLength * starts.length > MOST_OF_HEAD) return undefined;
  return starts.map((_, tune) => `${stretch(book, tune).lines.join("\n").trimEnd()}\n`);
}

/** Whether a line of a tune is none of its fields (`+:` goes on with one), comments and directives. */
export function isMusic(line: string): boolean {
  return !/^([A-Za-z+]:|%)/.test(line);
}

/** Counts the lines that begin a tune before any of them is made a string of its own: a small file may have millions. */
function hasMoreTunes(text: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf("X:"); at >= 0 && count <= most; at = text.indexOf("X:", at + 2)) {
    if (at === 0 || /[\r\n\uFEFF]/.test(text[at - 1])) count++;
  }
  return count > most;
}

function bookOf(text: string): Book {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const starts = lines.flatMap((line, i) => line.startsWith("X:") ? [i] : []);
  const above = lines.slice(0, starts[0] ?? 0);
  return { lines, starts, head: above.flatMap((line, i) => FIELD.test(line) || line.startsWith("%%") ? [i] : []) };
}

/** The lines from one `X:` to the next. */
function stretch({ lines, starts, head }: Book, tune: number): Pick<Tune, "lines" | "lineNumbers"> {
  if (starts.length === 0) {
    const first = Math.max(0, lines.findIndex((line) => !BLANK.test(line) && !/^%(?!%)/.test(line)));
    const numbers = lines.slice(first).map((_, i) => first + i + 1);
    return { lines: ["X:1", ...lines.slice(first)], lineNumbers: [numbers[0], ...numbers] };
  }
  const own = lines.slice(starts[tune], starts[tune + 1]);
  const header = own.slice(0, own.findIndex((line) => line.startsWith("K:")) + 1);
  const said = new Set(header.map(subjectOf));
  const common = head.filter((i) => !said.has(subjectOf(lines[i])));
  const start = starts[tune];
  return {
    lines: [own[0], ...common.map((i) => lines[i]), ...own.slice(1)],
    lineNumbers: [start, ...common, ...own.slice(1).map((_, i) => start + 1 + i)].map((i) => i + 1),
  };
}

/**
 * What a field or directive is about, which the tune says in place of the head: its name; with it the sign that `U:` or `m:`
 * explains, the voice of `V:`, the command of `%%MIDI`, and the note of its `drummap`.
 */
function subjectOf(line: string): string {
  const [, directive] = /^(?:%%|I:)\s*(MIDI\s+drummap\s+\S+|MIDI\s+\S+|\S+)/i.exec(line) ?? [];
  // The case of a note's letter is its octave.
  if (directive !== undefined) {
    return `%%${directive.replace(/^MIDI\s+\w+|^\S+/i, (name) => name.toLowerCase())}`.replaceAll(/\s+/g, " ");
  }
  return /^[UmV]:\s*[^\s=]+/.exec(line)?.[0].replace(/\s+/, "") ?? line.slice(0, 2);
}
