import { mean } from "../../metrics/mod.ts";
import { SCORED } from "./likelihood_figures.ts";
import { markdownTable, markdownText, NOTHING, rounded, withInterval } from "./markdown_table.ts";
import type {
  EvaluationReport,
  EvaluationRow,
  EvaluationSection,
  LikelihoodFigures,
  SideReport,
  TimeHeadName,
} from "./report.ts";
import { sampleLines } from "./sample_markdown.ts";

const TIMES: readonly TimeHeadName[] = ["step", "duration"];

/** What the column "reads" means. */
const READS =
  'A model reads a "state" of fixed size, the piece\'s "own past", all of it, or the pieces that it learned from, ' +
  '"training", while it names a note. ';

/** How a time in seconds is scored beside one in classes. */
const NETWORKS =
  "The times that a network names in seconds count as normal distributions over the same classes, with " +
  "deviations fitted on the pieces to choose by, and a thousandth for all classes alike. ";

/**
 * A report as a text with tables, in GitHub's Markdown: likelihoods, what they
 * cost, and samples, section by section.
 *
 * @param report What `evaluateCorpus` returned, or what was read from its JSON.
 */
export function evaluationMarkdown(report: EvaluationReport): string {
  const { corpus, kernel, code, seeds, level, resamples, sections, leftOut } = report;
  const lines = [
    `# Evaluation on ${markdownText(corpus)}`,
    "",
    `Numbers in brackets are ${Math.round(100 * level)} % bootstrap intervals (BCa, ${resamples} resamples), of ` +
    "likelihoods over test pieces, of samples over samples. Likelihoods are natural logarithms: nats per note, lower is " +
    `better. ${READS}${
      seeds.length === 1 ? `Seed ${seeds[0]}.` : `Networks: means over the seeds ${seeds.join(", ")}.`
    } ` +
    `${kernel === null ? "" : NETWORKS + `Computed on ${kernel}. `}Code ${code.slice(0, 8)}.`,
    ...leftOutLines(leftOut),
  ];
  return [...lines, ...sections.flatMap(sectionLines)].join("\n") + "\n";
}

/** A line per reason, with all the pieces that it holds for. */
function leftOutLines(leftOut: EvaluationReport["leftOut"]): string[] {
  return [...Map.groupBy(leftOut, ({ reason }) => reason)].flatMap(([reason, pieces]) => [
    "",
    `Left out (${markdownText(reason)}): ${pieces.map(({ path }) => markdownText(path)).join(", ")}.`,
  ]);
}

function sectionLines(section: EvaluationSection): string[] {
  const { reading, rows, largest, failures } = section;
  const heldAgainst = largest === null ? "" : `, without the largest test piece, ${markdownText(largest)}`;
  return [
    "",
    `## ${reading}`,
    "",
    description(section),
    ...rows.length === 0 ? [] : [
      ...likelihoodLines("Nats per note, mean over notes", rows, ({ likelihood }) => likelihood, "micro"),
      ...likelihoodLines("Nats per note, mean over pieces", rows, ({ likelihood }) => likelihood, "macro"),
      ...likelihoodLines(`The mean over notes${heldAgainst}`, rows, ({ withoutLargest }) => withoutLargest, "micro"),
      ...repeatLines(section),
      ...costLines(rows),
      ...timeLines(rows),
      ...sampleLines(section),
    ],
    ...failures.flatMap((
      { contestant, seed, error },
    ) => ["", `Failed: ${markdownText(contestant)} with seed ${seed}: ${markdownText(error)}.`]),
  ];
}

function likelihoodLines(
  heading: string,
  rows: readonly EvaluationRow[],
  figuresOf: (row: EvaluationRow) => LikelihoodFigures | null,
  mean: "micro" | "macro",
): string[] {
  const known = rows.flatMap((row) => {
    const figures = figuresOf(row);
    return figures ? [[row.name, row.reads, ...SCORED.map((name) => withInterval(figures[name][mean], 2))]] : [];
  });
  return known.length === 0 ? [] : ["", `${heading}:`, "", ...markdownTable(["model", "reads", ...SCORED], known)];
}

/** Notes that have been heard before in their piece, and the others: of the pitch, and of all together. */
function repeatLines({ rows, repeats: { passage, notes, of } }: EvaluationSection): string[] {
  if (notes === 0) return [];
  const shown = ["pitch", "total"] as const;
  return [
    "",
    `A repeat is cheap: ${notes} of the ${of} notes (${
      Math.round(100 * notes / of)
    } %) stand in a passage heard before ` +
    `in the piece. The ${passage} notes before such a note have stood in a row before, at whatever pitch, with the same ` +
    "intervals and the same classes of steps and durations. Nats per note of these and of the others, mean over notes:",
    "",
    ...markdownTable(
      ["model", "reads", ...shown.flatMap((name) => [`${name}, heard before`, `${name}, others`])],
      rows.map(({ name, reads, repeats, others }) => [
        name,
        reads,
        ...shown.flatMap((name) => [repeats, others].map((of) => of ? withInterval(of[name].micro, 2) : NOTHING)),
      ]),
    ),
  ];
}

/** Whether times are as uncertain as the models say. */
function timeLines(rows: readonly EvaluationRow[]): string[] {
  const meanOf = (values: readonly (number | null)[]) =>
    values.some((value) => value === null) ? null : mean(values as number[]);
  return [
    "",
    "Whether times are as uncertain as each model says; 0 is right. Quantiles: how far the share of times below each is " +
    "from it, on average. Deviations: how far the one that it expects is from the root of the mean squared error, as a " +
    "share of it, in ten bins of rising variance:",
    "",
    ...markdownTable(
      ["model", ...TIMES.flatMap((name) => [`${name}: quantiles`, "deviations"])],
      rows.map(({ name, runs }) => [
        name,
        ...TIMES.flatMap((time) => [
          rounded(meanOf(runs.map(({ times }) => times[time].quantiles.error)), 3),
          rounded(meanOf(runs.map(({ times }) => times[time].variances.error)), 2),
        ]),
      ]),
    ),
  ];
}

function costLines(rows: readonly EvaluationRow[]): string[] {
  const several = rows.some(({ runs }) => runs.length > 1);
  return [
    "",
    `Share of pitches named right, and what it costs${several ? "; ± is the spread over seeds" : ""}:`,
    "",
    ...markdownTable(
      ["model", "right", ...several ? ["total ±"] : [], "epoch", "parameters", "seconds"],
      rows.map(({ name, likelihood: { accuracy, total }, runs, parameters, seconds }) => [
        name,
        withInterval(accuracy, 3),
        ...several ? [rounded(total.micro.spread, 3)] : [],
        epochsOf(runs),
        String(parameters),
        seconds.toFixed(1),
      ]),
    ),
  ];
}

function description(
  { reading, transposed, flattening, sides, leftOut, strict, voices, alike, rows }: EvaluationSection,
): string {
  const { train, heldOut, test } = sides;
  const sideOf = (path: string) => Object.values(sides).findIndex(({ pieces }) => pieces.includes(path));
  const apart = alike.filter((group) => new Set(group.map(sideOf)).size > 1);
  const listed = (groups: readonly string[][]) => groups.map((group) => group.join(" + ")).join("; ");
  const others = new Map(rows.filter((row) => row.train.hash !== train.hash).map((row) => [row.train.hash, row]));
  return [
    reading === "published"
      ? "As the paper's run did it: networks listen to windows, seconds are as they are."
      : "As the paper's text says: networks carry their state.",
    flattening === "first" ? "Of each piece, the first instrument." : "Of each piece, all voices in one sequence.",
    ...transposed
      ? ["Pieces are brought to C major or A minor, each by the key that is estimated from all of it."]
      : [],
    ...voices ? ["Only pieces whose parts are voices."] : [],
    `To learn from: ${sizeOf(train)}; to choose by: ${sizeOf(heldOut)}; to measure on: ${sizeOf(test)} ` +
    `(${test.hash.slice(0, 8)}).`,
    ...[...others.values()].map(({ name, train }) =>
      `${name.replace(/, (last|best) epoch$/, "")}, learns from ${sizeOf(train)}.`
    ),
    ...test.pieces.length === 1 ? ["One test piece gives no interval."] : [],
    ...leftOut.length > 0 ? [`Doubles left out: ${leftOut.length}.`] : [],
    ...strict && alike.length > 0 ? [`Kept on one side, because they share passages: ${listed(alike)}.`] : [],
    ...apart.length > 0 ? [`On different sides, though they share passages: ${listed(apart)}.`] : [],
  ].join(" ");
}

function sizeOf({ pieces, notes }: SideReport): string {
  return `${pieces.length} ${pieces.length === 1 ? "piece" : "pieces"} with ${notes} notes`;
}

/** The epochs whose weights a row has, of how many. */
function epochsOf(runs: EvaluationRow["runs"]): string {
  const epochs = runs.flatMap(({ epoch, history }) => epoch === null ? [] : [`${epoch} of ${history?.epochs.length}`]);
  return epochs.length === 0 ? NOTHING : epochs.join(", ");
}
