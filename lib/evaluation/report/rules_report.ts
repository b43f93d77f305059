import type { RulesReport } from "../experiment/cost_of_rules.ts";
import type { RulesEvaluation } from "../experiment/evaluate_rules.ts";
import { markdownTable, markdownText, rounded } from "./markdown_table.ts";

/** A {@linkcode RulesReport} as a table in Markdown: breaches in each thousand sixteenths, the music's own first. */
export function rulesMarkdown({ music, rows }: RulesReport): string {
  const rates = (row: Readonly<Record<string, number>>) => Object.keys(music).map((kind) => rounded(row[kind], 2));
  return markdownTable(
    ["player", "rules", "nats per cell", "price", ...Object.keys(music), "seconds"],
    [
      ["the music", "", "", "", ...rates(music), ""],
      ...rows.map((row) => [
        row.player,
        row.rules,
        rounded(row.nats, 3),
        rounded(row.price, 3),
        ...rates(row.rates),
        row.seconds.toFixed(1),
      ]),
    ],
  ).join("\n");
}

/** A {@linkcode RulesEvaluation} in Markdown: what rules cost and avoid, and how strict calibration has made them. */
export function rulesEvaluationMarkdown(evaluation: RulesEvaluation): string {
  const { corpus, kernel, code, music, rows, calibrated } = evaluation, kinds = Object.keys(music);
  return [
    `# What rules cost: ${markdownText(corpus)}`,
    "",
    `${
      rows[0]?.samples ?? 0
    } samples per row, from the beginnings of test chorales. Breaches are counted per thousand sixteenths. ` +
    "Nats per cell are those of the samples, under the model without rules. The price is what the rules took away, in nats per cell " +
    `(Kullback-Leibler divergence). Kernel: ${kernel ?? "none"}; code ${code}.`,
    "",
    rulesMarkdown(evaluation),
    "",
    "What a breach costs, in nats, where the rules are calibrated to the training chorales:",
    "",
    ...markdownTable(
      ["player", ...kinds],
      Object.entries(calibrated).map(([player, nats]) => [player, ...kinds.map((kind) => rounded(nats[kind], 2))]),
    ),
    "",
  ].join("\n");
}
