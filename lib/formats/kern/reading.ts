import { Clock, mostFrequent } from "./clock.ts";
import { firstTranspositions, readInterpretations } from "./interpretations.ts";
import { quote } from "./kern_error.ts";
import type { Page } from "./page.ts";
import type { Repairs } from "./repairs.ts";
import { chooseResolution, roundTicks } from "./resolution.ts";
import { type Field, readSpines, type SpineRecord } from "./spines.ts";
import { type Fraction, isMeasured, readToken, type Token } from "./tokens.ts";

interface Line extends SpineRecord {
  /** The `**kern` fields, from the left. */
  kern: Field[];
  /** For data: what stands in each of `kern`. */
  tokens: (Token | undefined)[];
  /** For a barline that has one. */
  barNumber: number | undefined;
}

/**
 * Decides whether notes of a chord of grace notes that lack the `q` are real ones, as in `8qc 4g`. It was forgotten where
 * they are as long as the grace notes, or where other columns have nothing left to hold; not where one begins a note here.
 */
function decideGraces({ kern, tokens }: Line, clock: Clock, repairs: Repairs): void {
  for (const [i, token] of tokens.entries()) {
    if (!token?.besideGrace) continue;
    const { text, sameLength } = token.besideGrace;
    const what = `${quote(kern[i].text)} has grace notes and ${quote(text)}, which has no q`;
    const now = clock.position([kern[i]]);
    const begins = tokens.some((other) => other && !other.grace && !other.besideGrace);
    const isOver = kern.some((field, j) => tokens[j] === undefined && clock.position([field]) <= now);
    const forgotten = !begins && (sameLength || isOver);
    const done = forgotten ? "read as a grace note, too" : "that alone takes time";
    repairs.mend(kern[i], `${what}: write the notes in a line of their own, below`, `${what}: ${done}`);
    if (forgotten) tokens[i] = { ...token, grace: true, graceNotes: token.graceNotes + token.notes.length };
  }
}

/** Reads the data of one line; gives the number of grace notes. */
function readData(line: Line, clock: Clock, page: Page, repairs: Repairs): number {
  decideGraces(line, clock, repairs);
  const { kern, tokens } = line;
  const starting = kern.filter((_, i) => tokens[i]?.grace === false);
  const holding = kern.filter((_, i) => tokens[i] === undefined);
  const tick = starting.length > 0 ? clock.begin(starting, holding) : 0;
  let graceNotes = 0;
  for (const [i, token] of tokens.entries()) {
    if (!token) continue;
    graceNotes += token.graceNotes;
    if (token.grace) continue;
    const ticks = ({ over, under }: Fraction) => (over * page.ticksPerQuarter) / under;
    const otherTicks = token.otherDurations.map((other) => tick + ticks(other));
    clock.hold(kern[i], tick + ticks(token.duration), otherTicks);
    page.endTick = Math.max(page.endTick, tick + ticks(token.duration));
    for (const { duration, ...note } of token.notes) {
      page.endTick = Math.max(page.endTick, tick + ticks(duration));
      page.heads.push({ ...note, tick, length: ticks(duration), fermata: token.fermata, field: kern[i] });
    }
  }
  return graceNotes;
}

/** The number of a barline such as `=12:|!`, or nothing. */
function barNumber(fields: readonly Field[], repairs: Repairs): number | undefined {
  const numbers = fields.map((field) => /^==?(\d{1,6})/.exec(field.text)?.[1]);
  const known = numbers.filter((number) => number !== undefined);
  if (known.length === 0) return undefined;
  const number = mostFrequent(known);
  const odd = numbers.findIndex((other) => other !== number);
  if (odd >= 0) {
    const like = fields[numbers.indexOf(number)].text;
    const differing = numbers.findIndex((other) => other !== numbers[0]);
    repairs.mend(
      fields[differing],
      `The spines have different barlines: ${quote(fields[0].text)} and ${quote(fields[differing].text)}`,
      `The spines have different barlines: ${quote(like)} and ${
        quote(fields[odd].text)
      }; the bar's number is ${number}`,
    );
  }
  return Number(number);
}

function readLine(line: Line, clock: Clock, page: Page, repairs: Repairs): void {
  const { kind, kern } = line;
  if (kern.length === 0) return;
  if (kind === "data") {
    page.bars.at(-1)!.graceNotes += readData(line, clock, page, repairs);
  } else if (kind === "barline") {
    // An invisible barline (=5-) may stand inside a note.
    const visible = kern.filter((field) => !field.text.includes("-"));
    const tick = visible.length > 0 ? clock.crossing(visible, "the barline") : clock.position(kern);
    const number = line.barNumber;
    const sign = kern.find((field) => field.text.includes(":"));
    if (sign) page.repeatSigns.push({ tick, backward: /:[|!]/.test(sign.text) });
    if (number === undefined && page.numbered) return;
    const previous = page.bars.at(-1)!;
    const next = number ?? previous.number + 1;
    page.bars.push({ number: next, line: line.line, tick, graceNotes: 0 });
    clock.beginBar(next, tick);
  } else {
    const closing = kern.every((field) => field.text === "*-");
    const isLabel = kern.some((field) => /^\*>[^[]*$/.test(field.text));
    const tick = closing
      ? clock.meeting(kern, "the end")
      : isLabel
      ? clock.crossing(kern, "the label")
      : clock.position(kern);
    readInterpretations(kern, tick, page, repairs);
  }
}

/**
 * Reads a text as it stands on the page.
 *
 * @throws {KernError} If it cannot be read.
 * @throws {TypeError} If it is no text.
 */
export function readPage(text: string, repairs: Repairs): Page {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot read kern: expected a text, got ${text === null ? "null" : typeof text}`);
  }
  const { records, spines, references } = readSpines(text, repairs);
  const unmeasured = isUnmeasured(records, repairs);
  const lines = records.map((record): Line => {
    const kern = record.fields.filter((field) => field.sub.kern);
    return {
      ...record,
      kern,
      tokens: record.kind === "data" ? kern.map((field) => readToken(field.text, field, repairs, unmeasured)) : [],
      barNumber: record.kind === "barline" && kern.length > 0 ? barNumber(kern, repairs) : undefined,
    };
  });
  const { ticksPerQuarter, rounded } = chooseResolution(durationsOf(lines), repairs);
  const voices = new Set<number>();
  for (const { kern } of lines) for (const { sub } of kern) voices.add(sub.spine);
  const first = lines.find(({ barNumber }) => barNumber !== undefined)?.barNumber;
  const page: Page = {
    ticksPerQuarter,
    voices: spines.filter((spine) => voices.has(spine)),
    heads: [],
    repeatSigns: [],
    numbered: first !== undefined,
    bars: [{ number: (first ?? 1) - 1, line: records[0].line, tick: 0, graceNotes: 0 }],
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
    transpositions: firstTranspositions(lines),
  };
  const clock = new Clock(ticksPerQuarter, repairs);
  for (const line of lines) readLine(line, clock, page, repairs);
  clock.finish();
  if (rounded) roundTicks(page, rounded);
  const { heads, repeatSigns, tempos, metres, signatures, designations } = page;
  // A line of interpretations may stand inside a note.
  for (const events of [heads, repeatSigns, tempos, metres, signatures, designations]) {
    events.sort((a, b) => a.tick - b.tick);
  }
  return page;
}

/** Whether notes stand in the text, but no duration: chant, and music as a singer remembers it. */
function isUnmeasured(records: readonly SpineRecord[], repairs: Repairs): boolean {
  let first: Field | undefined;
  for (const { kind, fields } of records) {
    if (kind !== "data") continue;
    for (const field of fields) {
      if (!field.sub.kern || /[qQ]/.test(field.text)) continue;
      if (isMeasured(field.text)) return false;
      if (/[a-gA-Gr]/.test(field.text)) first ??= field;
    }
  }
  if (!first) return false;
  const error = `${quote(first.text)} has no duration: write one first, such as 4 for a quarter`;
  repairs.mend(first, error, "No note of the text has a duration: each is read as a quarter note");
  return true;
}

function* durationsOf(lines: readonly Line[]): Generator<[Fraction, Field]> {
  for (const { kern, tokens } of lines) {
    for (const [i, token] of tokens.entries()) {
      if (!token) continue;
      yield [token.duration, kern[i]];
      for (const other of token.otherDurations) yield [other, kern[i]];
      for (const { duration } of token.notes) yield [duration, kern[i]];
    }
  }
}
