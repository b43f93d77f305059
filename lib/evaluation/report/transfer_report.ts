import type { LeftOut } from "../../corpus/mod.ts";
import { mean } from "../../metrics/mod.ts";
import type { Reading } from "../../settings/mod.ts";
import { markdownTable, markdownText, NOTHING, rounded } from "./markdown_table.ts";
import type { PlainSettings, SideReport } from "./report.ts";

/** What transfer from other music is worth, as plain JSON. All figures are nats per note, lower is better. */
export interface TransferReport {
  /** Name of the corpus. */
  corpus: string;
  /** How notes are made of it, learned and scored. */
  reading: Reading;
  /** Name of the network's system. */
  system: string;
  /** How it learns, its seed apart. */
  settings: PlainSettings;
  /** Notes that each training hears at most, one heard twice counts twice; pre-training hears twice as many. */
  notes: number;
  /** What computed the networks. */
  kernel: string;
  /** Hash of the code, see `codeVersion`. */
  code: string;
  /** A seed for each draw: it decides which pieces, their order, and the weights. */
  seeds: number[];
  /** What small corpora are drawn from, what epochs are chosen by, and what is measured once. */
  sides: { train: SideReport; heldOut: SideReport; test: SideReport };
  /** What networks have learned before: the first nothing. */
  starts: TransferStart[];
  /** How good they are after learning from so many pieces: the smallest number first, the starts in their order. */
  points: TransferPoint[];
}

/** What networks begin with. */
export interface TransferStart {
  /** What it is called. */
  name: string;
  /** What it has learned from; null where it has learned nothing. */
  learned: { pieces: number; notes: number } | null;
  /**
   * What was not learned from, because it has music of pieces that are held out or measured; of other music, what has any of
   * the corpus.
   */
  leftOut: LeftOut[];
  /** How good it is before it learns from any piece of the corpus itself; null where it knows nothing. */
  before: TransferRun | null;
}

/** Networks that have learned from so many pieces. */
export interface TransferPoint {
  /** What they began with. */
  start: string;
  /** Which pieces: so many of the training side, drawn for each seed; all of it; or the seven of the paper's run. */
  from: "draw" | "all" | "seven";
  /** How many pieces. */
  pieces: number;
  /** One a seed. */
  runs: TransferRun[];
}

/** One training. */
export interface TransferRun {
  /** Its seed. */
  seed: number;
  /** Paths of the pieces that it learned from. */
  pieces: string[];
  /** Their notes. */
  notes: number;
  /** The epoch with the lowest held-out loss, counted from 1; and how many there were. */
  epoch: [best: number, of: number];
  /** On held-out pieces, by which the epoch was chosen. */
  heldOut: HeadNats;
  /** On test pieces. */
  test: HeadNats;
}

/** Nats per note: of each head by its name, and of all together, means over notes; and the mean over pieces of these. */
export type HeadNats = Record<string, number> & Record<"total" | "macro", number>;

/** Words for which pieces were learned from. */
export function piecesOf({ from, pieces }: Pick<TransferPoint, "from" | "pieces">): string {
  if (from === "seven") return "the paper's seven";
  return from === "all" ? `all ${pieces}` : String(pieces);
}

/**
 * A report as `sizeCurves` of `lib/plots` draws it: nats per note of the test pieces, by how many pieces of the corpus
 * were learned from, a curve for each start.
 */
export function transferCurves(
  { starts, points }: TransferReport,
): { name: string; before?: number; points: { size: number; values: number[] }[] }[] {
  return starts.map(({ name, before }) => ({
    name,
    before: before?.test.total,
    points: points.filter(({ start, from }) => start === name && from !== "seven")
      .map(({ pieces, runs }) => ({ size: pieces, values: runs.map(({ test }) => test.total) })),
  }));
}

/** A report as text with tables, in GitHub's Markdown. */
export function transferMarkdown(report: TransferReport): string {
  const { corpus, reading, system, settings, notes, kernel, code, seeds, sides, starts, points } = report;
  const [afresh] = starts;
  const sizes = [...new Set(points.map(piecesOf))];
  const at = (size: string, start: string) =>
    points.find((point) => piecesOf(point) === size && point.start === start)!;
  const spread = (values: readonly number[], digits = 2) =>
    `${mean(values).toFixed(digits)}${
      values.length > 1 ? ` [${Math.min(...values).toFixed(digits)}, ${Math.max(...values).toFixed(digits)}]` : ""
    }`;
  const table = (side: "heldOut" | "test") =>
    markdownTable(
      ["begins with", "no piece", ...sizes],
      starts.map(({ name, before }) => [
        name,
        rounded(before && before[side].total, 2),
        ...sizes.map((size) => spread(at(size, name).runs.map((run) => run[side].total))),
      ]),
    );
  const gains = markdownTable(
    ["begins with", ...sizes],
    starts.slice(1).map(({ name }) => [
      name,
      ...sizes.map((size) => {
        const [bare, pre] = [afresh.name, name].map((start) => at(size, start).runs);
        return spread(pre.map(({ test }, i) => test.total - bare[i].test.total));
      }),
    ]),
  );
  const { heldOut, test } = sides;
  return [
    `# Transfer on ${markdownText(corpus)}`,
    "",
    `Nats per note, by the natural logarithm, lower is better: pitch, step and duration together, means over notes. The ` +
    `network is \`${system}\` with ${settings.units} units (${reading} reading). It learns from small corpora drawn from ` +
    `the ${sides.train.pieces.length} pieces of the training side, with and without having learned from other music ` +
    `before. Each training hears at most ${notes} notes, the same ones many times where there are few, and pre-training ` +
    `twice as many. Its epoch is chosen by the ${heldOut.pieces.length} held-out pieces (${heldOut.notes} notes), ` +
    `so that the figures for the ${test.pieces.length} test pieces (${test.notes} notes) are the ones that count. ` +
    `Networks that say classes are measured in windows of ${settings.length} notes, at whose beginnings they have ` +
    `forgotten the piece. ` +
    (seeds.length > 1
      ? `Means over ${seeds.length} draws of pieces, order and weights, with the lowest and the highest in brackets`
      : "One draw of pieces, order and weights") +
    `; the larger corpora of a draw contain its smaller ones. Computed on ${kernel}. Code ${code.slice(0, 8)}.`,
    "",
    "What networks begin with:",
    "",
    ...starts.map(({ name, learned, leftOut }) =>
      `- **${markdownText(name)}**: ${
        learned
          ? `${learned.pieces} pieces with ${learned.notes} notes` + (leftOut.length > 0
            ? `; ${leftOut.length} left out, because they share music with pieces that may not be in it: ` +
              leftOut.map(({ path }) =>
                markdownText(path)
              ).join(", ")
            : "")
          : "nothing learned before"
      }.`
    ),
    "",
    "Test pieces, after learning from so many pieces:",
    "",
    ...table("test"),
    "",
    "What pre-training changes there, draw by draw (below 0, it helps):",
    "",
    ...gains,
    "",
    "Held-out pieces:",
    "",
    ...table("heldOut"),
    "",
    "The best epoch, of how many, and the heads of the test side:",
    "",
    ...markdownTable(
      ["begins with", "pieces", "notes", "epochs", "pitch", "step", "duration", "total by piece"],
      points.map((point) => {
        const of = (name: string) =>
          point.runs.every(({ test }) => name in test)
            ? mean(point.runs.map(({ test }) => test[name])).toFixed(2)
            : NOTHING;
        return [
          point.start,
          piecesOf(point),
          mean(point.runs.map(({ notes }) => notes)).toFixed(0),
          point.runs.map(({ epoch: [best, of] }) => `${best} of ${of}`).join(", "),
          ...["pitch", "step", "duration", "macro"].map(of),
        ];
      }),
    ),
  ].join("\n") + "\n";
}
