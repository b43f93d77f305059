/**
 * What a batch run adds to its folder: the figures and the summary.
 *
 * @module
 */

import { join } from "node:path";
import { svgIn } from "../lib/plots/figure.ts";
import { loadRun } from "../lib/training/run_record.ts";
import type { Notebook } from "./kernel/notebook.ts";

/** A run in numbers: what `summary.json` holds. Losses are in nats (pitch) and squared seconds (step, duration). */
export interface Summary {
  /** Name or path of the corpus. */
  corpus: string;
  /** `published` or `corrected`. */
  reading: string;
  /** Where all random numbers came from. */
  seed: number;
  /** Pieces it learned from. */
  pieces: number;
  /** What lies in the corpus and was not used, and why. */
  left_out: { path: string; reason: string }[];
  /** Notes it learned from. */
  notes: number;
  /** Windows it learned from. */
  windows: number;
  /** Weights of the model. */
  parameters: number;
  /** Epochs it learned for. */
  epochs: number;
  /** Median seconds of a training step. */
  seconds_per_step: number;
  /** Losses on the training windows before the first step. */
  losses_untrained: Losses;
  /** Losses on the training windows in the first epoch. */
  losses_first: Losses;
  /** Losses on the training windows in the last epoch. */
  losses_last: Losses;
  /** Losses on the held-out windows after the last epoch; `null` where nothing was held out. */
  heldout_last: Losses | null;
  /** Paths of all files in the folder but the summary itself. */
  files: string[];
}

type Losses = Awaited<ReturnType<typeof loadRun>>["untrained"];

/** Writes every figure that a notebook's cells show as `TITLE-NN.svg`, in place of those of an earlier run. */
export async function writeFigures(notebook: Notebook, title: string, folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(`${title}-`) && name.endsWith(".svg")) await Deno.remove(join(folder, name));
  }
  let n = 0;
  for (const output of notebook.cells.flatMap((cell) => cell.outputs ?? [])) {
    const html = "data" in output ? output.data["text/html"] : undefined;
    const svg = typeof html === "string" ? svgIn(html) : undefined;
    if (svg === undefined) continue;
    await Deno.writeTextFile(join(folder, `${title}-${String(++n).padStart(2, "0")}.svg`), svg);
  }
}

/**
 * Writes `summary.json` from what notebook 05 left in the run's folder.
 *
 * @throws {Deno.errors.NotFound} If notebook 05 has not run to its end there.
 */
export async function writeSummary(folder: string): Promise<Summary> {
  const { corpus, settings, pieces, leftOut, notes, windows, parameters, untrained, history } = await loadRun(folder);
  const { epochs } = history;
  const summary: Summary = {
    corpus,
    reading: settings.reading,
    seed: settings.seed,
    pieces: pieces.length,
    left_out: leftOut,
    notes,
    windows,
    parameters,
    epochs: epochs.length,
    seconds_per_step: history.secondsPerStep,
    losses_untrained: untrained,
    losses_first: epochs[0].train,
    losses_last: epochs[epochs.length - 1].train,
    heldout_last: epochs[epochs.length - 1].heldOut ?? null,
    files: (await filesIn(folder)).filter((path) => path !== "summary.json").sort(),
  };
  await Deno.writeTextFile(join(folder, "summary.json"), JSON.stringify(summary, null, 2) + "\n");
  return summary;
}

async function filesIn(folder: string, prefix = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) paths.push(...await filesIn(join(folder, name), `${prefix}${name}/`));
    // A lock goes when its owner ends, so it is no part of the run.
    else if (!name.endsWith("lock")) paths.push(prefix + name);
  }
  return paths;
}
