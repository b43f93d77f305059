import { mean } from "../../metrics/mod.ts";
import { CHORALE_VOICES } from "../../score/mod.ts";
import type { FillingSystem } from "../../systems/mod.ts";
import type { CellSum } from "../scoring/grid_figures.ts";
import { figureOf } from "./figures.ts";
import { markdownTable, withInterval } from "./markdown_table.ts";
import type { Figure } from "./report.ts";

/** What some cells came to that were each named given all others. */
export interface FilledCells extends CellSum {
  /** In how many the likeliest class came. */
  hits: number;
}

/** What the cells of a chorale came to. */
export interface FilledPiece {
  /** All of them. */
  all: FilledCells;
  /** Those of soprano, alto, tenor and bass. */
  voices: FilledCells[];
  /** Those of all voices in which a note begins. */
  begun: FilledCells;
}

/** Figures of cells that are each named given all others, before and after. */
export interface FillingFigures {
  /** Nats per cell, mean over all cells: a pseudo-likelihood. */
  micro: number;
  /** The mean over pieces of their means. */
  macro: number;
  /** Nats per cell of soprano, alto, tenor and bass. */
  voices: number[];
  /** Nats per cell of those in which a note begins. */
  onset: number;
  /** Share of cells whose likeliest class came, from 0 to 1. */
  accuracy: number;
  /** The same of soprano, alto, tenor and bass. */
  voiceAccuracy: number[];
  /** The same of cells in which a note begins. */
  onsetAccuracy: number;
}

/** The figures of the side that is measured, and how far other chorales could move them. */
export interface MeasuredFilling extends FillingFigures {
  /** Nats per cell of the chorales that share a melody with one that was learned from; null if there are none. */
  shared: number | null;
  /** Nats per cell of all others; null if there are none. */
  others: number | null;
  /** Intervals over pieces, and the deviation over seeds; null where there is nothing to measure. */
  intervals:
    & Record<Exclude<keyof FillingFigures, "voices" | "voiceAccuracy">, Figure>
    & Record<"voices" | "voiceAccuracy", Figure[]>
    & Record<"shared" | "others", Figure | null>;
}

/** What came of a system that fills in, with one seed. */
export interface FillingRun {
  /** Each chorale of the side that chooses. */
  valid: FilledPiece[];
  /** Each chorale of the side that is measured. */
  test: FilledPiece[];
  /** Classes of a cell: pitches and a rest, or the hold beside them. */
  classes: number;
  /** Numbers learned. */
  parameters: number;
  /** Seconds of learning. */
  seconds: number;
}

/** A system that fills in: means over seeds. Nothing of it is to be set beside a row of the ladder. */
export interface FillingRow extends Pick<FillingRun, "classes" | "parameters" | "seconds"> {
  /** Its name. */
  name: string;
  /** The same for people. */
  title: string;
  /** Whose it is. */
  citation: string;
  /** Figures on the side that chooses. */
  valid: FillingFigures;
  /** Figures on the side that is measured. */
  test: MeasuredFilling;
  /** How many seeds. */
  seeds: number;
}

/** Where the resamples of intervals come from. */
const SEED = 42;

const sumOf = (cells: readonly FilledCells[], what: keyof FilledCells) =>
  cells.reduce((sum, each) => sum + each[what], 0);
const natsPerCell = (cells: readonly FilledCells[]) => sumOf(cells, "nats") / sumOf(cells, "cells");
const natsByPiece = (cells: readonly FilledCells[]) => mean(cells.map(({ nats, cells }) => nats / cells));
const shareOfHits = (cells: readonly FilledCells[]) => sumOf(cells, "hits") / sumOf(cells, "cells");

/** What a figure looks at in each piece, and what it makes of that. */
type Statistic = readonly [
  of: (piece: FilledPiece) => FilledCells,
  figure: (cells: readonly FilledCells[]) => number,
];
const all = (piece: FilledPiece) => piece.all, begun = (piece: FilledPiece) => piece.begun;
const ofVoices = (figure: Statistic[1]): Statistic[] =>
  CHORALE_VOICES.map((_, voice) => [({ voices }) => voices[voice], figure]);
const voiceNats = ofVoices(natsPerCell), voiceHits = ofVoices(shareOfHits);

/** Every figure, each got from a statistic in the same way. */
function eachFigure<Value>(got: (statistic: Statistic) => Value) {
  return {
    micro: got([all, natsPerCell]),
    macro: got([all, natsByPiece]),
    voices: voiceNats.map(got),
    onset: got([begun, natsPerCell]),
    accuracy: got([all, shareOfHits]),
    voiceAccuracy: voiceHits.map(got),
    onsetAccuracy: got([begun, shareOfHits]),
  };
}

/** What a figure looks at. A piece without such cells says nothing of them, and a resample of such pieces has no mean. */
const cellsOf = (pieces: readonly FilledPiece[], [of]: Statistic) => pieces.map(of).filter(({ cells }) => cells > 0);

/**
 * The row of a system that fills in: means over its runs.
 *
 * @param runs One a seed.
 * @param shared Which test chorales share a melody with one that was learned from.
 */
export function fillingRow(
  { name, title, citation }: Pick<FillingSystem, "name" | "title" | "citation">,
  runs: readonly FillingRun[],
  shared: readonly boolean[],
): FillingRow {
  const over = (side: "valid" | "test") =>
    eachFigure((statistic) => mean(runs.map((run) => statistic[1](cellsOf(run[side], statistic)))));
  const within = (statistic: Statistic, pieces = runs.map(({ test }) => test)) =>
    figureOf(pieces.map((run) => cellsOf(run, statistic)), statistic[1], SEED);
  const some = (wanted: boolean) =>
    shared.includes(wanted)
      ? within([all, natsPerCell], runs.map(({ test }) => test.filter((_, i) => shared[i] === wanted)))
      : null;
  const intervals = { ...eachFigure((statistic) => within(statistic)), shared: some(true), others: some(false) };
  const [{ classes, parameters }] = runs, { shared: known, others } = intervals;
  return {
    name,
    title,
    citation,
    valid: over("valid"),
    test: { ...over("test"), shared: known?.value ?? null, others: others?.value ?? null, intervals },
    classes,
    parameters,
    seconds: mean(runs.map(({ seconds }) => seconds)),
    seeds: runs.length,
  };
}

/** Those rows as text, with tables in GitHub's Markdown; no line where there are none. */
export function fillingLines(rows: readonly FillingRow[]): string[] {
  if (rows.length === 0) return [];
  const nothing: Figure = { value: null, low: null, high: null, spread: null };
  const nats = (figure: Figure | null) => withInterval(figure ?? nothing, 3);
  const percent = ({ value, low, high, spread }: Figure) => {
    const times = (share: number | null) => share === null ? null : 100 * share;
    return withInterval({ value: times(value), low: times(low), high: times(high), spread }, 1);
  };
  return [
    "",
    "## Filling in",
    "",
    "Each cell given all others of its piece, before and after: terms of a pseudo-likelihood, in nats per cell, and how " +
    "often the likeliest class came. Not comparable with the ladder, whose systems know the past alone, and only among " +
    "themselves where the classes are as many: with a hold among them most cells are a hold, and on the raster without one " +
    "each cell is all but told by its neighbours. In brackets 95 % intervals over chorales.",
    "",
    ...markdownTable(
      ["model", "classes", "cell", "by piece", "shared", "others", "valid", "parameters", "seconds", "seeds"],
      rows.map(({ title, classes, test: { intervals }, valid, parameters, seconds, seeds }) => [
        title,
        String(classes),
        ...[intervals.micro, intervals.macro, intervals.shared, intervals.others].map(nats),
        valid.micro.toFixed(3),
        String(parameters),
        seconds.toFixed(1),
        String(seeds),
      ]),
    ),
    "",
    ...markdownTable(
      ["nats per cell", "S", "A", "T", "B", "begins"],
      rows.map(({ title, test: { intervals } }) => [title, ...[...intervals.voices, intervals.onset].map(nats)]),
    ),
    "",
    ...markdownTable(
      ["hits in %", "cell", "S", "A", "T", "B", "begins"],
      rows.map(({ title, test: { intervals: { accuracy, voiceAccuracy, onsetAccuracy } } }) => [
        title,
        ...[accuracy, ...voiceAccuracy, onsetAccuracy].map(percent),
      ]),
    ),
  ];
}
