import { join } from "node:path";
import { markdownTable, markdownText } from "../../lib/evaluation/report/markdown_table.ts";
import { parallelCoordinates, type ParallelLine } from "../../lib/plots/parallel_coordinates.ts";
import { type Settings, settingsJson } from "../../lib/settings/mod.ts";
import { settingText, sweepCsv, type SweepReport, sweepTable } from "../../lib/sweeps/mod.ts";
import { replaceFile } from "../../lib/files/mod.ts";

/**
 * Writes what is known of a sweep into its folder: `report.json`, `table.md`, `table.csv`, `best.json` and `trials.svg`,
 * the last two as soon as a trial has a loss.
 *
 * @param best All settings of the best trial.
 */
export async function writeSweep(folder: string, report: SweepReport, best: Settings | undefined): Promise<void> {
  const write = (name: string, text: string) => replaceFile(join(folder, name), text);
  await write("report.json", `${settingsJson.stringify(report)}\n`);
  await write("table.md", markdownOf(report));
  await write("table.csv", sweepCsv(report));
  if (!best) return;
  await write("best.json", `${settingsJson.stringify(best)}\n`);
  await write("trials.svg", figureOf(report).svg);
}

function markdownOf(report: SweepReport): string {
  const { name, plan, kernel, notes, finished } = report;
  const { system, corpus, reading, seeds, rungs, keep, minimise, search } = plan;
  const { heading, rows } = sweepTable(report);
  return [
    `# Sweep ${markdownText(name)}`,
    "",
    `${system} on ${
      markdownText(corpus)
    }, ${reading}: the lowest held-out ${minimise} up to the rung, as the mean over ` +
    `${seeds.length === 1 ? `seed ${seeds[0]}` : `the seeds ${seeds.join(", ")} and its standard deviation`}, ` +
    `of ${notes} notes of held-out pieces; no test piece was looked at.` +
    (rungs.length > 1
      ? ` After ${rungs.slice(0, -1).join(", ")} epochs the best ${100 * keep} % went on to ${rungs.at(-1)}.`
      : "") +
    `${search === "random" ? " Trial 1 changes nothing, and went on in any case." : ""} ${kernel}.${
      finished ? "" : " The sweep is not over."
    }`,
    "",
    ...markdownTable(heading, rows),
    "",
  ].join("\n");
}

function figureOf({ name, plan, rungs, rows }: SweepReport): { svg: string } {
  const shown = rows.filter(({ mean }) => mean !== null);
  const lines = shown.map(({ trial, settings, mean, rung }): ParallelLine => ({
    name: `trial ${trial}`,
    values: Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, typeof value === "number" ? value : settingText(value)]),
    ),
    loss: mean!,
    early: rung < rungs,
  }));
  const axes = Object.entries(plan.sweep).map(([name, values]) => ({ name, scale: scaleOf(values) }));
  const { system, corpus, seeds, minimise } = plan;
  const lost = rows.length - shown.length;
  return parallelCoordinates(lines, {
    axes,
    loss: `held-out ${minimise}`,
    title: `Sweep ${name}`,
    subtitle:
      `${system} on ${corpus}: ${rows.length} trials, ${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"} each` +
      (lost > 0 ? `; ${lost} without a loss are not drawn` : ""),
  });
}

/** A range has its scale; numbers of a list that each are a multiple of the one before are far apart. */
function scaleOf(values: SweepReport["plan"]["sweep"][string]): "linear" | "log" {
  if (!Array.isArray(values)) return (values as { scale?: "linear" | "log" }).scale ?? "linear";
  const numbers = values.filter((value): value is number => typeof value === "number" && value > 0);
  return numbers.length === values.length && Math.max(...numbers) >= 4 * Math.min(...numbers) ? "log" : "linear";
}
