import { checkOptions, kinds, optional } from "../options/mod.ts";
import * as Plot from "@observablehq/plot";
import pl, { type DataFrame } from "nodejs-polars";
import { pitchColumn, secondsColumn } from "../notes/mod.ts";
import { pitchName } from "../score/mod.ts";
import { type Figure, MARGIN } from "./figure.ts";
import { coloursOf, FAINT } from "./palette.ts";
import { chart, type Panel, sheet, WIDTH } from "./plot.ts";

/** What {@linkcode distributions} can be told. */
export interface DistributionsOptions {
  /** Heading of the figure. @default {"Pitch, step and duration"} */
  title?: string;
}

/** As the tutorial behind the paper draws them: 20 bins up to the 97.5th percentile. */
const BINS = 20;
const SHARE = 0.975;
/** How many Cs are named below the pitches. */
const MOST_OCTAVES = 6;

interface Column {
  name: string;
  unit: string;
  /** Bin edges, ascending, the same for every table. */
  edges: number[];
}

/**
 * The histograms of pitch, step and duration, as in the paper's notebook (its `plot_distributions`): one bar per semitone
 * for the pitch; 20 bins up to the 97.5th percentile for step and duration, with what lies beyond said in the corner.
 * Several tables stand under each other on the same axes, in percent, so that long and short ones compare.
 *
 * @param tables A table of notes, or several by name.
 * @throws {TypeError} If a table lacks a column, or it does not hold numbers.
 * @throws {RangeError} If there is no table, one without notes, or a value that is missing or out of range.
 */
export function distributions(
  tables: DataFrame | Record<string, DataFrame>,
  options: DistributionsOptions = {},
): Figure {
  const { title = "Pitch, step and duration" } = checkOptions("draw distributions", options, {
    title: optional(kinds.text),
  });
  const single = pl.DataFrame.isDataFrame(tables);
  const named: [string, DataFrame][] = single ? [["", tables]] : Object.entries(tables);
  if (named.length === 0) throw new RangeError("Cannot draw distributions: there is no table");
  for (const [name, table] of named) {
    if (table.height === 0) throw new RangeError(`Cannot draw distributions: the table "${name}" has no notes`);
  }
  const values = named.map(([, table]) => [
    Float64Array.from(pitchColumn(table)),
    secondsColumn(table, "step"),
    secondsColumn(table, "duration"),
  ]);
  const columns: Column[] = [
    { name: "pitch", unit: "C4 = 60", edges: semitones(values.map(([pitch]) => pitch)) },
    { name: "step", unit: "seconds", edges: seconds(values.map(([, step]) => step)) },
    { name: "duration", unit: "seconds", edges: seconds(values.map(([, , duration]) => duration)) },
  ];
  const histograms = values.map((ofTable) => ofTable.map((column, i) => histogram(column, columns[i].edges)));
  const scale = (counts: number[], total: number) => counts.map((count) => single ? count : (100 * count) / total);
  const tallest = columns.map((_, i) =>
    Math.max(...histograms.flatMap((ofTable, t) => scale(ofTable[i].counts, values[t][i].length)))
  );
  const colours = coloursOf(named.map(([name]) => name));
  const rows = histograms.map((ofTable, t) => ({
    heading: single ? undefined : `${named[t][0]} (${values[t][0].length} notes)`,
    panels: ofTable.map(({ counts, beyond }, i) =>
      histogramPanel(columns[i], scale(counts, values[t][i].length), {
        beyond,
        top: tallest[i],
        label: single ? "notes" : "% of the notes",
        colour: colours[t],
      })
    ),
  }));
  const notes = values.reduce((sum, [pitch]) => sum + pitch.length, 0);
  return sheet({
    title,
    subtitle: single ? `${notes} notes` : undefined,
    rows,
    description: `${title}: histograms of ${single ? `${notes} notes` : named.map(([name]) => name).join(", ")}`,
  });
}

function semitones(columns: Float64Array[]): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const column of columns) {
    for (const pitch of column) [low, high] = [Math.min(low, pitch), Math.max(high, pitch)];
  }
  return Array.from({ length: high - low + 2 }, (_, i) => low - 0.5 + i);
}

function seconds(columns: Float64Array[]): number[] {
  const last = Math.max(...columns.map((column) => percentile(column, SHARE)));
  // All steps of the published sample are 0: any width shows that.
  const width = (last > 0 ? last : 1) / BINS;
  return Array.from({ length: BINS + 1 }, (_, i) => i * width);
}

function percentile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function histogram(values: Float64Array, edges: number[]): { counts: number[]; beyond: Float64Array } {
  const [first, last, bins] = [edges[0], edges[edges.length - 1], edges.length - 1];
  const counts: number[] = Array(bins).fill(0);
  for (const value of values) {
    if (value <= last) counts[Math.max(0, Math.min(bins - 1, Math.floor(((value - first) / (last - first)) * bins)))]++;
  }
  return { counts, beyond: values.filter((value) => value > last) };
}

function histogramPanel(
  { name, unit, edges }: Column,
  heights: number[],
  options: { beyond: Float64Array; top: number; label: string; colour: string },
): Panel {
  const { beyond, top, label, colour } = options;
  const longest = beyond.reduce((a, b) => Math.max(a, b), 0);
  const note = beyond.length > 0 ? `${beyond.length} more up to ${longest.toPrecision(3)} s` : "";
  const octaves = edges.filter((edge) => Number.isInteger((edge + 0.5) / 12)).map((edge) => edge + 0.5);
  // More names than these would touch; C4 is always one of them.
  const every = Math.ceil(octaves.length / MOST_OCTAVES);
  const named = octaves.filter((pitch) => (pitch - 60) / 12 % every === 0);
  const ticks = name === "pitch" && octaves.length > 0
    ? { ticks: named, tickFormat: (pitch: number) => pitchName(pitch) }
    : { ticks: 4 };
  return chart({
    width: (WIDTH - 2 * MARGIN) / 3,
    height: 200,
    marginLeft: 48,
    marginRight: 12,
    marginTop: 26,
    x: { domain: [edges[0], edges[edges.length - 1]] },
    y: { domain: [0, top * 1.04] },
    marks: [
      Plot.rectY(heights.map((height, i) => ({ height, x1: edges[i], x2: edges[i + 1] })), {
        x1: "x1",
        x2: "x2",
        y: "height",
        fill: colour,
        insetLeft: name === "pitch" ? 0.3 : 0.6,
        insetRight: name === "pitch" ? 0.3 : 0.6,
      }),
      Plot.ruleY([0], { stroke: FAINT }),
      Plot.text(note ? [note] : [], { frameAnchor: "top-right", dy: -16, fontSize: 11, fill: FAINT }),
    ],
  }, { x: { label: `${name} (${unit})`, ...ticks }, y: { label, ticks: 4 } });
}
