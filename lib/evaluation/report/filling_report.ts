import { mean } from "../../metrics/mod.ts";
import type { FillingSystem } from "../../systems/mod.ts";
import { markdownTable } from "./markdown_table.ts";

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
  /** Share of cells whose likeliest class came. */
  accuracy: number;
  /** The same of soprano, alto, tenor and bass. */
  voiceAccuracy: number[];
  /** The same of cells in which a note begins. */
  onsetAccuracy: number;
}

/** What came of a system that fills in, with one seed. */
export interface FillingRun {
  /** Figures on the side that chooses. */
  valid: FillingFigures;
  /** Figures on the side that is measured. */
  test: FillingFigures;
  /** Classes of a cell: pitches and a rest, or the hold beside them. */
  classes: number;
  /** Numbers learned. */
  parameters: number;
  /** Seconds of learning. */
  seconds: number;
}

/** A system that fills in: means over seeds. Nothing of it is to be set beside a row of the ladder. */
export interface FillingRow extends FillingRun {
  /** Its name. */
  name: string;
  /** The same for people. */
  title: string;
  /** Whose it is. */
  citation: string;
  /** How many seeds. */
  seeds: number;
}

/** The row of a system that fills in, one run a seed. */
export function fillingRow(
  { name, title, citation }: Pick<FillingSystem, "name" | "title" | "citation">,
  runs: readonly FillingRun[],
): FillingRow {
  const [{ classes, parameters }] = runs;
  const over = (side: "valid" | "test"): FillingFigures => {
    const figure = (name: Exclude<keyof FillingFigures, "voices" | "voiceAccuracy">) =>
      mean(runs.map((run) => run[side][name]));
    const byVoice = (name: "voices" | "voiceAccuracy") =>
      [0, 1, 2, 3].map((voice) => mean(runs.map((run) => run[side][name][voice])));
    return {
      micro: figure("micro"),
      macro: figure("macro"),
      voices: byVoice("voices"),
      onset: figure("onset"),
      accuracy: figure("accuracy"),
      voiceAccuracy: byVoice("voiceAccuracy"),
      onsetAccuracy: figure("onsetAccuracy"),
    };
  };
  const seconds = mean(runs.map(({ seconds }) => seconds));
  return {
    name,
    title,
    citation,
    valid: over("valid"),
    test: over("test"),
    classes,
    parameters,
    seconds,
    seeds: runs.length,
  };
}

/** Those rows as text, with a table in GitHub's Markdown; no line where there are none. */
export function fillingLines(rows: readonly FillingRow[]): string[] {
  if (rows.length === 0) return [];
  const nats = (value: number) => value.toFixed(3), percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    "",
    "## Filling in",
    "",
    "Each cell given all others of its piece, before and after: terms of a pseudo-likelihood, in nats per cell, and how " +
    "often the likeliest class came. Not comparable with the ladder, whose systems know the past alone, and only among " +
    "themselves where the classes are as many: with a hold among them most cells are a hold, and on the raster without one " +
    "each cell is all but told by its neighbours.",
    "",
    ...markdownTable(
      ["model", "classes", "cell", "by piece", "S", "A", "T", "B", "begins", "valid", "parameters", "seconds", "seeds"],
      rows.map(({ title, classes, test, valid, parameters, seconds, seeds }) => [
        title,
        String(classes),
        ...[test.micro, test.macro, ...test.voices, test.onset, valid.micro].map(nats),
        String(parameters),
        seconds.toFixed(1),
        String(seeds),
      ]),
    ),
    "",
    ...markdownTable(
      ["hits", "cell", "S", "A", "T", "B", "begins"],
      rows.map((
        { title, test },
      ) => [title, ...[test.accuracy, ...test.voiceAccuracy, test.onsetAccuracy].map(percent)]),
    ),
  ];
}
