import { relative } from "node:path";
import { clockTime } from "../../lib/notebook/terminal_progress.ts";
import { type SweepPlan, type SweepReport, sweepTable, type Trial } from "../../lib/sweeps/mod.ts";
import { textTable, visible } from "../terminal_text.ts";
import type { SweepFolder } from "./folder.ts";
import type { Found } from "./messages.ts";

/** What is said before trials are trained. */
export function firstWords(
  { kernel, notes }: Found,
  { plan, trials }: { plan: SweepPlan; trials: readonly Trial[] },
  { path, results }: Pick<SweepFolder, "path" | "results">,
  spent: number,
): string {
  const { system, corpus, reading, seeds, rungs, minutes, workers = navigator.hardwareConcurrency } = plan;
  const each = seeds.length === 1 ? `with seed ${seeds[0]}` : `with ${seeds.length} seeds each`;
  const halving = rungs.length > 1 ? `, compared after ${rungs.join(", ")} epochs` : "";
  return [
    `${trials.length} trials of ${system} on ${visible(corpus)} (${reading}), ${each}${halving}`,
    `Losses are means over ${notes} held-out notes; ${kernel}, ${workers} at a time; into ${relative(".", path)}/`,
    ...kernel.includes("native") ? [] : ["deno task native builds a kernel for this machine, several times as fast"],
    ...results.length > 0 ? [`Going on after ${results.length} trainings and ${clockTime(spent)}`] : [],
    ...minutes < Infinity ? [`It stops after ${clockTime(60 * minutes)} in all`] : [],
  ].join("\n");
}

/** The trials as a table. */
export function tableOf(report: SweepReport): string {
  const { heading, rows } = sweepTable(report);
  return textTable(heading, rows).join("\n");
}

/**
 * What is printed at the end.
 *
 * @param stopped Whether somebody has stopped it; otherwise what is left to do was left for want of time.
 */
export function lastWords(report: SweepReport, { path }: Pick<SweepFolder, "path">, stopped: boolean): string {
  const place = relative(".", path), { best, finished, plan: { corpus, minutes, search } } = report;
  const source = visible(/\s/.test(corpus) ? JSON.stringify(corpus) : corpus);
  const more = stopped ? "" : `; with more than ${minutes} minutes the same command goes on`;
  return [
    tableOf(report),
    "",
    ...finished ? [] : [`It is not over${more}.`],
    ...best === null ? [`No trial has a loss; ${place}/ has what there is.`] : [
      search === "random" && best === 1
        ? `The best is trial 1, which changes nothing: nothing that was drawn is better. All settings are in ${place}/best.json. To train with them:`
        : `The best is trial ${best}: its settings are in ${place}/best.json. To train with them:`,
      `  deno task reproduce --corpus ${source} --settings ${place}/best.json`,
      "Also there: trials.svg, table.md, table.csv, report.json, and a run for each trial and seed.",
    ],
  ].join("\n");
}
