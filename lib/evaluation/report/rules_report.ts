import type { RulesReport } from "../experiment/cost_of_rules.ts";
import { markdownTable, rounded } from "./markdown_table.ts";

/** A {@linkcode RulesReport} as a table in Markdown: breaches in each thousand sixteenths, the music's own first. */
export function rulesMarkdown({ music, rows }: RulesReport): string {
  const kinds = Object.keys(music);
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
