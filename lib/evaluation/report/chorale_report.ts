import { mean } from "../../metrics/mod.ts";
import { CHORALE_VOICES } from "../../score/mod.ts";
import type { ChoraleSystem } from "../../systems/mod.ts";
import type { CellSum, GridFigures } from "../scoring/grid_figures.ts";
import { fillingLines, type FillingRow } from "./filling_report.ts";
import { figureOf } from "./figures.ts";
import { markdownTable, markdownText, rounded } from "./markdown_table.ts";
import type { Figure } from "./report.ts";

/** The likelihood ladder of chorales, as plain JSON. */
export interface ChoraleReport {
  /** Name of the corpus. */
  corpus: string;
  /** What computed the networks, null where there were none. */
  kernel: string | null;
  /** Hash of the code, see `codeVersion`. */
  code: string;
  /** Pieces and sixteenths of each side, and how many test chorales share a melody with one that is learned from. */
  sizes: Record<"train" | "valid" | "test", { pieces: number; frames: number }> & { shared: number };
  /** Systems, in order. */
  ladder: LadderRow[];
  /** Systems that fill in, in a table of their own. */
  filling: FillingRow[];
}

/** A system in the ladder. All figures are nats by the natural logarithm, lower is better; means over seeds. */
export interface LadderRow extends Pick<ChoraleSystem, "kind"> {
  /** Its name. */
  name: string;
  /** The same for people. */
  title: string;
  /** Whose it is. */
  citation: string;
  /** On the test side. */
  test: CellFigures;
  /** On the side that choices were made by: nats per cell, mean over cells and over pieces. */
  valid: { micro: number; macro: number };
  /** Numbers learned. */
  parameters: number;
  /** Seconds of learning: of networks all epochs, held-out chorales included, without encoding. */
  seconds: number;
  /** How many seeds. */
  seeds: number;
  /** How much each member of a mixture counts, by head, with the first seed. */
  weights?: Record<string, number[]>;
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
  /** Share of all nats that lies in those. */
  holdShare: number;
  /** Nats per cell of soprano, alto, tenor and bass. */
  voices: number[];
  /** Nats per cell of the chorales that share a melody with one that was learned from; null if there are none. */
  shared: number | null;
  /** Nats per cell of all others; null if there are none. */
  others: number | null;
  /** Intervals over pieces, and the deviation over seeds; null where there is nothing to measure. */
  intervals: Record<"micro" | "macro" | "frame" | "onset" | "hold" | "shared" | "others", Figure | null> & {
    /** Of soprano, alto, tenor and bass. */
    voices: Figure[];
  };
  /** What was paid for what stands in no cell, in nats per cell, by what it is: in none of the other figures. */
  beside: Record<string, number>;
  /** Share of cells whose likeliest class came. */
  accuracy: number;
  /** Nats per cell of each piece. */
  perPiece: number[];
}

/** What came of a system with one seed. */
export interface ChoraleRun {
  /** Figures on the side that chooses. */
  valid: GridFigures & Pick<CellFigures, "beside">;
  /** Figures on the side that is measured. */
  test: GridFigures & Pick<CellFigures, "beside">;
  /** Numbers learned. */
  parameters: number;
  /** Seconds of learning. */
  seconds: number;
  /** How much each member of a mixture counts, by head. */
  weights?: Record<string, number[]>;
}

/** Where the resamples of intervals come from. */
const SEED = 42;

/**
 * The row of a system: means over its runs.
 *
 * @param runs One a seed.
 * @param shared Which test chorales share a melody with one that was learned from.
 * @param lengths Sixteenths of each test chorale.
 */
export function ladderRow(
  { system: { name, title, citation }, kind }: ChoraleSystem,
  runs: readonly ChoraleRun[],
  shared: readonly boolean[],
  lengths: readonly number[],
): LadderRow {
  const over = (of: (run: ChoraleRun) => number) => mean(runs.map(of));
  const pieces = runs.map(({ test }) =>
    test.perPiece.map((nats, i) => ({ nats, frames: lengths[i], shared: shared[i], ...test.pieceCells[i] }))
  );
  type Piece = typeof pieces[number][number];
  const micro = (pieces: readonly Piece[]) =>
    pieces.reduce((sum, { nats, frames }) => sum + nats * frames, 0) /
    pieces.reduce((sum, { frames }) => sum + frames, 0);
  const some = (wanted: boolean) =>
    shared.includes(wanted)
      ? figureOf(pieces.map((run) => run.filter((piece) => piece.shared === wanted)), micro, SEED)
      : null;
  // A piece without such cells says nothing of them, and a resample of such pieces alone would have no mean.
  const ofSome = (cells: (piece: Piece) => CellSum) =>
    figureOf(
      pieces.map((run) => run.map(cells).filter(({ cells }) => cells > 0)),
      (sums) => sums.reduce((sum, { nats }) => sum + nats, 0) / sums.reduce((sum, { cells }) => sum + cells, 0),
      SEED,
    );
  const intervals = {
    micro: figureOf(pieces, micro, SEED),
    macro: figureOf(pieces, (pieces) => mean(pieces.map(({ nats }) => nats)), SEED),
    frame: figureOf(pieces, (pieces) => CHORALE_VOICES.length * micro(pieces), SEED),
    onset: ofSome(({ changed }) => changed),
    hold: ofSome(({ held }) => held),
    voices: CHORALE_VOICES.map((_, voice) => ofSome(({ voices }) => voices[voice])),
    shared: some(true),
    others: some(false),
  };
  const [{ test: first, weights }] = runs;
  return {
    name,
    title,
    citation,
    kind,
    test: {
      micro: over(({ test }) => test.micro),
      macro: over(({ test }) => test.macro),
      frame: over(({ test }) => test.frame),
      onset: over(({ test }) => test.changed.nats),
      hold: over(({ test }) => test.held.nats),
      holdShare: over(({ test }) => test.heldShare),
      voices: first.voices.map((_, voice) => over(({ test }) => test.voices[voice])),
      shared: intervals.shared?.value ?? null,
      others: intervals.others?.value ?? null,
      intervals,
      beside: Object.fromEntries(
        Object.keys(first.beside).map((what) => [what, over(({ test }) => test.beside[what])]),
      ),
      accuracy: over(({ test }) => test.accuracy),
      perPiece: first.perPiece.map((_, i) => over(({ test }) => test.perPiece[i])),
    },
    valid: { micro: over(({ valid }) => valid.micro), macro: over(({ valid }) => valid.macro) },
    parameters: runs[0].parameters,
    seconds: over(({ seconds }) => seconds),
    seeds: runs.length,
    ...weights && { weights },
  };
}

/** What the kinds of systems are called in tables. */
const KINDS = { single: "one model", retrieval: "one model, reads what it learned from", mixture: "mixture" };

/** A ladder as text with tables, in GitHub's Markdown. */
export function choraleMarkdown({ corpus, kernel, code, sizes, ladder, filling }: ChoraleReport): string {
  const { train, valid, test, shared } = sizes;
  return [
    `# Chorales: ${markdownText(corpus)}`,
    "",
    "Nats per cell, by the natural logarithm, lower is better: every cell is scored, rests too, soprano, alto, tenor and " +
    `bass of one moment after the other, each given all before it. Learned from ${train.pieces} chorales, chosen by ` +
    `${valid.pieces}, measured on ${test.pieces} (${test.frames} moments), of which ${shared} share the beginning ` +
    `of their melody with one that was learned from. In brackets 95 % intervals over chorales. Seconds are those of all epochs, held-out chorales included, without encoding. ${
      kernel === null ? "" : `Computed on ${kernel}. `
    }Code ${code.slice(0, 8)}.`,
    ...ladderLines(ladder),
    ...fillingLines(filling),
  ].join("\n") + "\n";
}

/** The rows as text, with tables; no line where there are none. */
function ladderLines(ladder: readonly LadderRow[]): string[] {
  if (ladder.length === 0) return [];
  const nats = (value: number | null) => rounded(value, 3);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const within = (figure: Figure | null) =>
    nats(figure?.value ?? null) + (figure?.low == null ? "" : ` [${nats(figure.low)}, ${nats(figure.high)}]`);
  const beside = (costs: CellFigures["beside"]) =>
    Object.entries(costs).map(([what, cost]) => `${what} ${nats(cost)}`).join(", ");
  return [
    "",
    ...markdownTable(
      ["model", "kind", "cell", "by piece", "shared", "others", "valid", "parameters", "seconds", "seeds"],
      ladder.map(({ title, kind, test: { intervals }, valid, parameters, seconds, seeds }) => [
        title,
        KINDS[kind],
        ...[intervals.micro, intervals.macro, intervals.shared, intervals.others].map(within),
        nats(valid.micro),
        String(parameters),
        seconds.toFixed(1),
        String(seeds),
      ]),
    ),
    "",
    "Held cells have what their voice had the moment before: on sixteenths three quarters of all. The last column is " +
    "what was paid for tokens that stand in no cell: no other figure includes it.",
    "",
    ...markdownTable(
      ["model", "frame", "changes", "held", "held share", "S", "A", "T", "B", "hit", "beside"],
      ladder.map(({ title, test }) => [
        title,
        ...[test.intervals.frame, test.intervals.onset, test.intervals.hold].map(within),
        percent(test.holdShare),
        ...test.intervals.voices.map(within),
        percent(test.accuracy),
        beside(test.beside),
      ]),
    ),
  ];
}
