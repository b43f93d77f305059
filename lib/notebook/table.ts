import { checkOptions, kinds, optional } from "../options/mod.ts";
import pl, { type DataFrame } from "nodejs-polars";
import { display, escapeMarkup, plainText } from "../plots/mod.ts";
import { pitchName } from "../score/mod.ts";

/** What {@linkcode table} can be told. */
export interface TableOptions {
  /** Rows to show from the top. @default 10 of a data frame, all of a list */
  rows?: number;
}

/** Something that a notebook shows as HTML. */
export interface Shown {
  /** The HTML, all text in it escaped. */
  readonly html: string;
  /** What the kernel sends to the notebook, by media type. */
  [display](): Record<string, string>;
}

/** Rows at the end that are shown of every table. */
const LAST = 2;
/** Columns that hold MIDI numbers, where all that they hold can be one. */
const PITCHES = ["pitch", "lowest", "highest"];
/** Width of a notebook's cell in a window of 1280 pixels, in letters of its tables. */
const LETTERS = 118;
/** What the space between two columns takes of it. */
const GAP = 1.8;
/** A longer text can be broken into lines. */
const LONGEST = 16;
/** What stands for columns that are left out. */
const ELLIPSIS = "…";

interface Column {
  name: string;
  numeric: boolean;
  cells: string[];
  /** Whether its texts may be broken into lines. */
  breaks?: boolean;
  /** Names of the notes, beside their MIDI numbers. */
  pitches?: string[];
}

/**
 * The first and the last rows of a data frame, or of a list of rows, as a table, and how many rows and columns there are:
 * numbers to four decimals at most, the same in a column; the names of notes beside their MIDI numbers; empty cells as –. Where the
 * columns are more than a notebook's cell is wide, those in the middle are left out, by name.
 *
 * @param data A data frame, or rows: of each, what stands in its columns, by their names.
 * @throws {RangeError} If the number of rows is not a positive integer.
 */
export function table(data: DataFrame | readonly object[], options: TableOptions = {}): Shown {
  const isList = Array.isArray(data);
  const frame = isList ? pl.DataFrame(data) : data as DataFrame;
  const { rows = isList ? Math.max(data.length, 1) : 10 } = checkOptions("show a table", options, {
    rows: optional(kinds.positiveInteger),
  });
  const whole = frame.height <= rows + LAST;
  const first = whole ? frame.height : rows;
  const last = whole ? 0 : LAST;
  const all = frame.columns.map((name) => {
    const series = frame.getColumn(name);
    const values = [...series.head(first).toArray(), ...series.tail(last).toArray()];
    return column(name, series.isNumeric(), values);
  });
  const { shown, left } = fitting(all);
  breakTheLongest(shown);
  const lines = [
    ...Array(first).keys(),
    ...(whole ? [] : [undefined]),
    ...Array.from({ length: last }, (_, i) => first + i),
  ];
  const size = `${count(frame.height, "row")} × ${count(all.length, "column")}` +
    (whole ? "" : `; here the first ${first} and the last ${last}`) +
    (left.length > 0 ? `; without ${left.join(", ")}` : "");
  const html = `<table>${markup(shown, lines)}</table><p>${escapeMarkup(size)}</p>`;
  return { html, [display]: () => ({ "text/html": html, "text/plain": `${plain(shown, lines)}\n${oneLine(size)}` }) };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function column(name: string, numeric: boolean, values: unknown[]): Column {
  const numbers = values.filter((value) => typeof value === "number");
  const decimals = decimalsOf(numbers);
  const cells = values.map((value) => typeof value === "number" ? numberText(value, decimals) : cellText(value));
  const isPitch = (value: number) => Number.isInteger(value) && value >= 0 && value <= 127;
  return numeric && PITCHES.includes(name) && numbers.length > 0 && numbers.every(isPitch)
    ? { name, numeric, cells, pitches: values.map((value) => typeof value === "number" ? pitchName(value) : "") }
    : { name, numeric, cells };
}

function cellText(value: unknown): string {
  return value === null || value === undefined ? "–" : String(value);
}

/** The fewest decimals that tell these numbers, to a millionth of themselves; four at most. */
function decimalsOf(numbers: number[]): number {
  const tells = (decimals: number) => (number: number) =>
    !Number.isFinite(number) || Math.abs(Number(number.toFixed(decimals)) - number) <= 1e-6 * Math.abs(number);
  return [0, 1, 2, 3].find((decimals) => numbers.every(tells(decimals))) ?? 4;
}

function numberText(number: number, decimals: number): string {
  // A decimal point too few would make a small number 0.
  if (decimals === 4 && number !== 0 && Math.abs(number) < 0.001) return `${Number(number.toPrecision(3))}`;
  return Number.isFinite(number) ? number.toFixed(decimals) : `${number}`;
}

const longest = (texts: string[]) => texts.reduce((length, text) => Math.max(length, text.length), 0);
const sum = (some: number[]) => some.reduce((a, b) => a + b, 0);

/** Letters that a column takes, and no more for its texts than `most`. */
function widthOf({ name, cells, pitches = [] }: Column, most = LONGEST): number {
  return Math.max(name.length, Math.min(most, longest(cells) + longest(pitches))) + GAP;
}

/** The columns that a notebook's cell is wide enough for, and the names of the others, which are those in the middle. */
function fitting(columns: Column[]): { shown: Column[]; left: string[] } {
  const widths = columns.map((column) => widthOf(column));
  let [from, to] = [columns.length, columns.length];
  while (sum(widths.slice(0, from)) + sum(widths.slice(to)) > LETTERS - (from < to ? GAP + 1 : 0) && from > 1) {
    if (to - from === 0) [from, to] = [Math.ceil(columns.length / 2) - 1, Math.ceil(columns.length / 2)];
    else if (columns.length - to > from) to++;
    else from--;
  }
  if (from === to) return { shown: columns, left: [] };
  const gap = { name: ELLIPSIS, numeric: false, cells: columns[0].cells.map(() => ELLIPSIS) };
  return {
    shown: [...columns.slice(0, from), gap, ...columns.slice(to)],
    left: columns.slice(from, to).map(({ name }) => name),
  };
}

/** Has the longest texts broken where not all fit into a line: beside one of them, names would be broken too. */
function breakTheLongest(columns: Column[]): void {
  let room = LETTERS - sum(columns.map((column) => widthOf(column)));
  const more = (column: Column) => widthOf(column, Infinity) - widthOf(column);
  for (const column of columns.toSorted((a, b) => more(a) - more(b))) {
    column.breaks = more(column) > room;
    room -= more(column);
  }
}

/** @param lines The rows by their place among the cells; `undefined` where some are left out. */
function markup(columns: Column[], lines: (number | undefined)[]): string {
  const cell = (tag: string, text: string, style: string, attributes = "") =>
    `<${tag}${attributes} style="padding: 0.2em 0.4em; ${style}">${escapeMarkup(text)}</${tag}>`;
  const side = ({ numeric, breaks }: Column) => {
    return numeric
      ? "text-align: right"
      : `text-align: left; ${breaks ? "overflow-wrap: anywhere" : "white-space: nowrap"}`;
  };
  const row = (line: number | undefined) =>
    columns.map((column) => {
      const { cells, pitches } = column;
      const text = line === undefined ? "⋮" : cells[line];
      return cell("td", text, side(column)) +
        (pitches ? cell("td", line === undefined ? "" : pitches[line], "text-align: left; padding-left: 0") : "");
    }).join("");
  const head = columns.map((column) => {
    const { name, pitches } = column;
    return pitches ? cell("th", name, "text-align: center", ` colspan="2"`) : cell("th", name, side(column));
  }).join("");
  const body = lines.map((line) => `<tr>${row(line)}</tr>`).join("");
  return `<thead><tr>${head}</tr></thead><tbody>${body}</tbody>`;
}

/** Without line breaks, which would make rows of a cell. */
function oneLine(text: string): string {
  return plainText(text).replace(/[\t\n\r\u2028\u2029]+/g, " ");
}

function plain(columns: Column[], lines: (number | undefined)[]): string {
  const padded = columns.map(({ name, numeric, cells, pitches }) => {
    const names = pitches && Math.max(...pitches.map((pitch) => pitch.length));
    const named = names ? cells.map((cell, i) => `${cell} ${pitches[i].padEnd(names)}`) : cells;
    const texts = [name, ...lines.map((line) => line === undefined ? "⋮" : named[line])].map(oneLine);
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text) => numeric ? text.padStart(width) : text.padEnd(width));
  });
  return Array.from({ length: lines.length + 1 }, (_, row) => padded.map((cells) => cells[row]).join("  ").trimEnd())
    .join("\n");
}
