import { Clock } from "./clock.ts";
import { type Interpretations, readInterpretations } from "./interpretations.ts";
import { KernError, quote } from "./kern_error.ts";
import { type Field, readSpines, type SpineRecord } from "./spines.ts";
import type { Notehead } from "./ties.ts";
import { commonDivisor, readToken, type Token } from "./tokens.ts";

/** A barline with a repeat sign. */
export interface RepeatSign {
  /** When, in ticks. */
  tick: number;
  /** What is before it is repeated (`:|`); without, it only begins what will be (`|:`). */
  backward: boolean;
}

/** Where a bar begins. */
export interface BarStart {
  /** Its number; a pickup has the one before the first barline's. */
  number: number;
  /** Line of the barline that begins it, from 1; for a pickup, the text's first record. */
  line: number;
  /** When it begins, in ticks. */
  tick: number;
  /** Grace notes in it; they take no time. */
  graceNotes: number;
}

/** The music as it stands on the page, in ticks: ties not joined, repeats not played. */
export interface Page extends Interpretations {
  /** Ticks a quarter note. */
  ticksPerQuarter: number;
  /** The `**kern` spines from the left, as indices among all spines. */
  voices: number[];
  /** All noteheads but grace notes, by onset. */
  heads: Notehead[];
  /** Barlines with a repeat sign. */
  repeatSigns: RepeatSign[];
  /** The bars, from the first; a barline inside a bar begins none. */
  bars: BarStart[];
  /** End of the last note or rest, in ticks. */
  endTick: number;
  /** Reference records by name. */
  references: Map<string, string>;
}

/** The largest resolution that a MIDI file can state. */
const MOST_TICKS = 0x7fff;
/** Divisible by what is usual in music (1/128 notes, triplets, quintuplets), and what sequencers are used to. */
const USUAL_TICKS = 480;

interface Line extends SpineRecord {
  /** The `**kern` fields, from the left. */
  kern: Field[];
  /** For data: what stands in each of `kern`. */
  tokens: (Token | undefined)[];
}

function commonMultiple(a: number, b: number): number {
  return (a / commonDivisor(a, b)) * b;
}

/** The resolution in which every duration is a whole number of ticks. */
function resolution(lines: readonly Line[]): number {
  let least = 1;
  for (const { kern, tokens } of lines) {
    for (const [i, token] of tokens.entries()) {
      if (!token) continue;
      least = commonMultiple(least, token.duration.under);
      if (least > MOST_TICKS) {
        const what = `${quote(kern[i].text)}: the durations up to here have no common unit`;
        throw new KernError(`${what} of at least 1/${MOST_TICKS} quarter note, as MIDI needs`, kern[i]);
      }
    }
  }
  const usual = commonMultiple(least, USUAL_TICKS);
  return usual <= MOST_TICKS ? usual : least;
}

/** Reads the data of one line; gives the number of grace notes. */
function readData({ kern, tokens }: Line, clock: Clock, page: Page): number {
  const starting = kern.filter((_, i) => tokens[i]?.grace === false);
  const holding = kern.filter((_, i) => tokens[i] === undefined);
  const tick = starting.length > 0 ? clock.begin(starting, holding) : 0;
  let graceNotes = 0;
  for (const [i, token] of tokens.entries()) {
    if (!token) continue;
    if (token.grace) {
      graceNotes += token.notes.length;
      continue;
    }
    const length = (token.duration.over * page.ticksPerQuarter) / token.duration.under;
    clock.hold(kern[i], tick + length);
    page.endTick = Math.max(page.endTick, tick + length);
    for (const note of token.notes) {
      page.heads.push({ ...note, tick, length, fermata: token.fermata, field: kern[i] });
    }
  }
  return graceNotes;
}

/** The number of a barline such as `=12:|!`, or nothing. */
function barNumber(fields: readonly Field[]): number | undefined {
  const numbers = fields.map((field) => /^==?(\d{1,6})/.exec(field.text)?.[1]);
  const odd = numbers.findIndex((number) => number !== numbers[0]);
  if (odd >= 0) {
    throw new KernError(
      `The spines have different barlines: ${quote(fields[0].text)} and ${quote(fields[odd].text)}`,
      fields[odd],
    );
  }
  return numbers[0] === undefined ? undefined : Number(numbers[0]);
}

function readLine(line: Line, clock: Clock, page: Page, numbered: boolean): void {
  const { kind, kern } = line;
  if (kern.length === 0) return;
  if (kind === "data") {
    page.bars.at(-1)!.graceNotes += readData(line, clock, page);
  } else if (kind === "barline") {
    // An invisible barline (=5-) may stand inside a note.
    const visible = kern.filter((field) => !field.text.includes("-"));
    const tick = visible.length > 0 ? clock.meeting(visible, "the barline") : clock.position(kern);
    const number = barNumber(kern);
    const sign = kern.find((field) => field.text.includes(":"));
    if (sign) page.repeatSigns.push({ tick, backward: /:[|!]/.test(sign.text) });
    if (number === undefined && numbered) return;
    const previous = page.bars.at(-1)!;
    const next = number ?? previous.number + 1;
    page.bars.push({ number: next, line: line.line, tick, graceNotes: 0 });
    clock.beginBar(next, tick);
  } else {
    const closing = kern.every((field) => field.text === "*-");
    const isLabel = kern.some((field) => /^\*>[^[]*$/.test(field.text));
    const tick = closing || isLabel ? clock.meeting(kern, closing ? "the end" : "the label") : clock.position(kern);
    readInterpretations(kern, tick, page);
  }
}

/**
 * Reads a text as it stands on the page.
 *
 * @throws {KernError} If it cannot be read.
 * @throws {TypeError} If it is no text.
 */
export function readPage(text: string): Page {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot read kern: expected a text, got ${text === null ? "null" : typeof text}`);
  }
  const { records, spines, references } = readSpines(text);
  const lines = records.map((record): Line => {
    const kern = record.fields.filter((field) => field.sub.kern);
    return { ...record, kern, tokens: record.kind === "data" ? kern.map((field) => readToken(field.text, field)) : [] };
  });
  const ticksPerQuarter = resolution(lines);
  const voices = new Set(lines.flatMap(({ kern }) => kern.map((field) => field.sub.spine)));
  const page: Page = {
    ticksPerQuarter,
    voices: spines.filter((spine) => voices.has(spine)),
    heads: [],
    repeatSigns: [],
    bars: [],
    endTick: 0,
    references,
    tempos: [],
    metres: [],
    signatures: [],
    designations: [],
    labels: [],
    lists: new Map(),
    names: new Map(),
    instruments: new Map(),
    remarks: [],
  };
  const barlines = lines.filter(({ kind, kern }) => kind === "barline" && kern.length > 0);
  const first = barlines.map(({ kern }) => barNumber(kern)).find((number) => number !== undefined);
  page.bars.push({ number: (first ?? 1) - 1, line: records[0].line, tick: 0, graceNotes: 0 });
  const clock = new Clock(ticksPerQuarter);
  for (const line of lines) readLine(line, clock, page, first !== undefined);
  return page;
}
