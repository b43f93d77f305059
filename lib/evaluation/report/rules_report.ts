import type { RulesReport } from "../experiment/cost_of_rules.ts";
import type { RulesEvaluation } from "../experiment/evaluate_rules.ts";
import type { ChoraleRuleName } from "../../sampling/mod.ts";
import { markdownTable, markdownText, rounded } from "./markdown_table.ts";

/** The rule that only fermatas give a voice. */
const CADENCES: ChoraleRuleName = "imperfect cadence";

/** The rules that could be broken. */
function rulesThatSpeak({ music, cadences }: RulesReport): string[] {
  return Object.keys(music).filter((rule) => cadences || rule !== CADENCES);
}

/**
 * A {@linkcode RulesReport} as a table in Markdown: breaches in each thousand sixteenths, the music's own first. Cadences
 * have a column only where the music says where they are asked for.
 */
export function rulesMarkdown(report: RulesReport): string {
  const { music, rows } = report, kinds = rulesThatSpeak(report);
  const rates = (row: Readonly<Record<string, number>>) => kinds.map((kind) => rounded(row[kind], 2));
  return markdownTable(
    ["player", "rules", "nats per cell", "price", ...kinds, "seconds"],
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
  const { corpus, kernel, code, cadences, rows, calibrated } = evaluation, kinds = rulesThatSpeak(evaluation);
  return [
    `# What rules cost: ${markdownText(corpus)}`,
    "",
    `${
      rows[0]?.samples ?? 0
    } samples per row, from the beginnings of test chorales. Breaches are counted per thousand sixteenths. ` +
    "Nats per cell are those of the samples, under the model without rules. The price is what the rules took away, in nats per cell " +
    `(Kullback-Leibler divergence). Kernel: ${kernel ?? "none"}; code ${code}.`,
    "",
    cadences
      ? "Samples have the fermatas of the chorales that they go on from. Where one begins, a cadence is asked for: another " +
        "triad over its root is one breach, a chord that is no such triad is two, and a bass that rests is none."
      : "No cadence is asked for: these chorales have no fermatas, which would say where phrases close.",
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
