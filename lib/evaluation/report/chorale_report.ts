import { markdownTable, rounded } from "./markdown_table.ts";

/** The likelihood ladder of chorales, as plain JSON. */
export interface ChoraleReport {
  /** What computed the networks, null where there were none. */
  kernel: string | null;
  /** Hash of the code, see `codeVersion`. */
  code: string;
  /** Pieces and sixteenths of each side, and how many test chorales share a melody with one that is learned from. */
  sizes: Record<"train" | "valid" | "test", { pieces: number; frames: number }> & { shared: number };
  /** Systems, in order. */
  ladder: LadderRow[];
}

/** A system in the ladder. All figures are nats by the natural logarithm, lower is better; means over seeds. */
export interface LadderRow {
  /** Its name. */
  name: string;
  /** The same for people. */
  title: string;
  /** Whose it is. */
  citation: string;
  /** Whether it is one model, reads what it learned from while it predicts, or is a mixture. */
  kind: "single" | "retrieval" | "mixture";
  /** On the test side. */
  test: CellFigures;
  /** On the side that choices were made by: nats per cell, mean over cells and over pieces. */
  valid: { micro: number; macro: number };
  /** Numbers learned. */
  parameters: number;
  /** Seconds of learning. */
  seconds: number;
  /** How many seeds. */
  seeds: number;
}

/** Figures over the cells of one side. */
export interface CellFigures {
  /** Nats per cell, mean over all cells. */
  micro: number;
  /** The mean over pieces of their means. */
  macro: number;
  /** Nats per frame of four cells. */
  frame: number;
  /** Nats per cell of those that differ from what their voice had before. */
  onset: number;
  /** Nats per cell of those that do not. */
  hold: number;
  /** Nats per cell of soprano, alto, tenor and bass. */
  voices: number[];
  /** Nats per cell of the chorales that share a melody with one that was learned from; null if there are none. */
  shared: number | null;
  /** Nats per cell of all others; null if there are none. */
  others: number | null;
  /** Share of cells whose likeliest class came. */
  accuracy: number;
}

/** A ladder as text with a table, in GitHub's Markdown. */
export function choraleMarkdown({ kernel, code, sizes, ladder }: ChoraleReport): string {
  const { train, valid, test, shared } = sizes;
  const nats = (value: number | null) => rounded(value, 3);
  return [
    "# Chorales",
    "",
    "Nats per cell, by the natural logarithm, lower is better: every cell is scored, rests too, soprano, alto, tenor and " +
    `bass of one sixteenth after the other, each given all before it. Learned from ${train.pieces} chorales, chosen by ` +
    `${valid.pieces}, measured on ${test.pieces} (${test.frames} sixteenths), of which ${shared} share the beginning ` +
    `of their melody with one that was learned from. ${kernel === null ? "" : `Computed on ${kernel}. `}` +
    `Code ${code.slice(0, 8)}.`,
    "",
    ...markdownTable(
      ["model", "cell", "by piece", "frame", "changes", "S", "A", "T", "B", "shared", "others", "valid", "hit"],
      ladder.map(({ title, test, valid }) => [
        title,
        ...[test.micro, test.macro, test.frame, test.onset, ...test.voices, test.shared, test.others].map(nats),
        nats(valid.micro),
        `${(100 * test.accuracy).toFixed(1)} %`,
      ]),
    ),
    "",
    ...markdownTable(
      ["model", "numbers learned", "seconds", "seeds"],
      ladder.map(({ title, parameters, seconds, seeds }) => [
        title,
        String(parameters),
        seconds.toFixed(1),
        String(seeds),
      ]),
    ),
  ].join("\n") + "\n";
}
