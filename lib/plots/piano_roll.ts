import { checkOptions, type Kinds, kinds, optional } from "../options/mod.ts";
import * as Plot from "@observablehq/plot";
import type { DataFrame } from "nodejs-polars";
import { isBlackKey, pitchName } from "../score/mod.ts";
import { numberColumn, pitchColumn, stretchesOfTable } from "../notes/mod.ts";
import { type BarLine, barLines, numbered } from "./bar_lines.ts";
import { type Figure, MARGIN } from "./figure.ts";
import { coloursOf, FAINT, PAPER, RULE, SHADE } from "./palette.ts";
import { type LegendEntry, type Panel, panel, sheet, WIDTH } from "./plot.ts";

/** What {@linkcode pianoRoll} can be told. */
export interface PianoRollOptions {
  /** Heading of the figure. @default {"Piano roll"} */
  title?: string;
  /** Names of the parts, by part index, as in `score.parts`. @default {"part 1", "part 2", …} */
  names?: readonly string[];
  /** Draw the notes that begin before this time, in seconds. @default {Infinity} */
  seconds?: number;
  /** Draw the notes of these bars alone, first and last; the table must have the column `bar`. */
  bars?: readonly [first: number, last: number];
}

/** What each of these options must be. */
export const ROLL: Kinds<PianoRollOptions> = {
  title: optional(kinds.text),
  names: optional(kinds.list("names", kinds.text)),
  seconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  bars: optional(kinds.pair("numbers of bars", kinds.integer())),
};

interface Note {
  pitch: number;
  start: number;
  end: number;
  part: number;
  bar: number | null;
  beat: number | null;
}

/** Beyond this many notes a picture is a grey block, and its SVG megabytes long. */
const MOST_NOTES = 10_000;

/** Pixels: a note that lasts no longer is drawn as wide as this. */
const LEAST_WIDTH = 2.5;

/** Left and right of the time axis, in pixels; what stands under a piano roll has the same. */
export const SIDES = { left: 54, right: 8 };

/** A drawn piano roll, and what to say beside it. */
export interface Roll {
  /** The roll with its axes. */
  plot: Panel;
  /** First and last moment of its time axis, in seconds. */
  time: [from: number, to: number];
  /** Its bar lines. */
  lines: BarLine[];
  /** Colours of the parts, where there are several. */
  legend: LegendEntry[];
  /** How many notes it shows, from which pitch to which. */
  span: string;
  /** How many parts it shows. */
  parts: number;
}

/**
 * The notes as bars: time in seconds to the right, pitch upwards with the octaves named at their Cs, a colour for each
 * part. Rows of black keys are shaded. Where the table knows the metre, bar lines stand with their numbers above.
 *
 * @param table Notes of one piece, with the columns `pitch`, `start`, `end`; `part`, `bar` and `beat` where known.
 * @throws {TypeError} If a column is missing or does not hold numbers.
 * @throws {RangeError} If a value is missing or no number, no note is left to draw, more than 10,000 are, or the table
 * holds several pieces.
 */
export function pianoRoll(table: DataFrame, options: PianoRollOptions = {}): Figure {
  const { title = "Piano roll" } = checkOptions("draw a piano roll", options, ROLL);
  const { plot, lines, legend, span, parts } = drawRoll(table, options);
  return sheet({
    title,
    subtitle: span + (lines.length > 0 ? "; the numbers above are bars" : ""),
    legend,
    rows: [{ panels: [plot] }],
    description: `${title}: ${span}, in ${parts} ${parts === 1 ? "part" : "parts"}`,
  });
}

/** Draws a table as {@linkcode pianoRoll} does, for a sheet with more on it. */
export function drawRoll(table: DataFrame, options: PianoRollOptions): Roll {
  const { names = [] } = options;
  const notes = chosenNotes(table, options);
  const lines = linesAmong(notes, table, options);
  const low = notes.reduce((lowest, note) => Math.min(lowest, note.pitch), Infinity);
  const high = notes.reduce((highest, note) => Math.max(highest, note.pitch), -Infinity);
  // Bars are drawn from where they begin, be it with a rest, as a page has them.
  const from = notes.reduce(
    (first, note) => Math.min(first, note.start),
    options.bars ? lines[0]?.time ?? Infinity : 0,
  );
  // A tenth of a second at least, so that notes without length still have an axis.
  const to = notes.reduce((last, note) => Math.max(last, note.end), from + 0.1);
  const parts = [...new Set(notes.map((note) => note.part))].sort((a, b) => a - b);
  const labels = parts.map((part) => names[part] || `part ${part + 1}`);
  const colours = coloursOf(labels);

  // An octave at least, so that a single pitch is not a full-height block.
  const spare = Math.max(0, 12 - (high - low));
  const bottom = Math.floor(low - 1 - spare / 2);
  const rows = Array.from({ length: high - low + 3 + spare }, (_, i) => bottom + i);
  const top = bottom + rows.length - 1;
  const octaves = rows.filter((pitch) => pitch % 12 === 0);
  const secondsPerPixel = (to - from) / (WIDTH - 2 * MARGIN - SIDES.left - SIDES.right);
  const barOf = new Map(lines.map((line) => [line.time, line.bar]));
  // The paper's colour around a note keeps it apart from the next, but would leave nothing of a short one.
  const isNarrow = ({ start, end }: Note) => end - start < LEAST_WIDTH * secondsPerPixel;
  const note = {
    x1: "start",
    y1: ({ pitch }: Note) => pitch - 0.46,
    y2: ({ pitch }: Note) => pitch + 0.46,
    fill: ({ part }: Note) => colours[parts.indexOf(part)],
  };
  const { plot } = panel({
    width: WIDTH - 2 * MARGIN,
    height: Math.max(170, Math.min(420, rows.length * 8)) + (lines.length > 0 ? 70 : 50),
    marginLeft: SIDES.left,
    marginRight: SIDES.right,
    marginTop: lines.length > 0 ? 26 : 6,
    marginBottom: 44,
    x: { domain: [from, to] },
    y: { domain: [bottom - 0.5, top + 0.5] },
    marks: [
      Plot.rect(rows.filter(isBlackKey), {
        x1: from,
        x2: to,
        y1: (pitch: number) => pitch - 0.5,
        y2: (pitch: number) => pitch + 0.5,
        fill: SHADE,
      }),
      Plot.ruleY(octaves, { y: (pitch: number) => pitch - 0.5, stroke: RULE, strokeOpacity: 0.5 }),
      Plot.ruleX(lines, { x: "time", stroke: RULE }),
      Plot.rect(notes.filter((note) => !isNarrow(note)), {
        ...note,
        x2: "end",
        stroke: PAPER,
        strokeWidth: 0.6,
        rx: 1.5,
      }),
      Plot.rect(notes.filter(isNarrow), { ...note, x2: ({ start }: Note) => start + LEAST_WIDTH * secondsPerPixel }),
      Plot.frame({ stroke: RULE }),
      Plot.axisX({ label: "time (seconds)", labelAnchor: "center", labelArrow: "none", labelOffset: 38, ticks: 10 }),
      Plot.axisX(numbered(lines, 26 * secondsPerPixel).map((line) => line.time), {
        anchor: "top",
        label: null,
        tickSize: 0,
        color: FAINT,
        tickFormat: (time: number) => `${barOf.get(time)}`,
      }),
      Plot.axisY(octaves, {
        label: "pitch",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 50,
        tickSize: 0,
        tickFormat: pitchName,
      }),
    ],
  });

  const shown = notes.length === table.height ? `${notes.length}` : `${notes.length} of ${table.height}`;
  return {
    plot,
    time: [from, to],
    lines,
    legend: parts.length > 1 ? labels.map((label, i) => ({ label, color: colours[i] })) : [],
    span: `${shown} notes, ${pitchName(low)} to ${pitchName(high)}`,
    parts: parts.length,
  };
}

/** The bar lines of the bars that are drawn. */
function linesAmong(notes: readonly Note[], table: DataFrame, { bars = [-Infinity, Infinity] }: PianoRollOptions) {
  const last = notes.reduce((latest, { start }) => Math.max(latest, start), 0);
  return barLines(stretchesOfTable(table, numberColumn(table, "start")))
    .filter(({ bar, time }) => time <= last && bar >= bars[0] && bar <= bars[1]);
}

function chosenNotes(table: DataFrame, options: PianoRollOptions): Note[] {
  const { seconds = Infinity, bars } = options;
  if (bars && !table.columns.includes("bar")) {
    throw new TypeError(`Cannot draw bars ${bars[0]} to ${bars[1]}: the table has no column "bar"`);
  }
  const pieces = table.columns.includes("piece") ? table.getColumn("piece").nUnique() : 1;
  if (pieces > 1) {
    throw new RangeError(`Cannot draw a piano roll: the table holds ${pieces} pieces, filter one of them`);
  }
  const [pitch, start, end] = [pitchColumn(table), numberColumn(table, "start"), numberColumn(table, "end")];
  const [part, bar, beat] = ["part", "bar", "beat"].map((name) => cells(table, name));
  const notes = Array.from(pitch, (_, i) => ({
    pitch: pitch[i],
    start: start[i],
    end: end[i],
    part: part[i] ?? 0,
    bar: bar[i],
    beat: beat[i],
  })).filter((note) =>
    note.start < seconds && (!bars || (note.bar !== null && note.bar >= bars[0] && note.bar <= bars[1]))
  );
  if (notes.length === 0) {
    throw new RangeError(
      `Cannot draw a piano roll: none of the table's ${table.height} notes is in the range asked for`,
    );
  }
  if (notes.length > MOST_NOTES) {
    throw new RangeError(
      `Cannot draw a piano roll: ${notes.length} notes are more than ${MOST_NOTES}, ask for fewer seconds or bars`,
    );
  }
  return notes;
}

/** A column whose cells may be empty; all are where the table does not have it. */
function cells(table: DataFrame, name: string): (number | null)[] {
  return table.columns.includes(name)
    ? table.getColumn(name).toArray() as (number | null)[]
    : Array(table.height).fill(null);
}
