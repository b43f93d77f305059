/**
 * What a run came to, in words and a small table.
 *
 * @module
 */

import { join, relative } from "node:path";
import { settings as published } from "../lib/settings/mod.ts";
import { loadRun } from "../lib/training/run_record.ts";

/** What the published run printed, by epoch; 0 is before training. */
const PAPER: Record<number, { pitch: number; step: number; duration: number }> = {
  0: { pitch: 4.8088, step: 0.6999, duration: 0.0439 },
  2: { pitch: 3.0084, step: 0.0137, duration: 0.0255 },
  100: { pitch: 1.0242, step: 0.0039, duration: 0.0053 },
};

/** How many files that were left out are named. */
const MOST_LEFT_OUT = 5;

/**
 * Says what is in a run's folder: what it learned from, its losses beside the
 * paper's, and where to look next.
 *
 * @param folder The run's folder, as `reproduce` leaves it.
 * @param notebook The notebook to open next.
 * @throws {Deno.errors.NotFound} If notebook 05 has not run to its end there.
 */
export async function runWords(folder: string, notebook: string): Promise<string> {
  const { corpus, settings, pieces, leftOut, notes, windows, untrained, history } = await loadRun(folder);
  const { epochs, secondsPerStep } = history;
  const last = epochs[epochs.length - 1];
  // Another network has other losses.
  const paper = settings.system === published("published").system ? PAPER : {};
  const heads = Object.keys(untrained).filter((name) => name !== "total");
  const rows: [name: string, ours: typeof untrained | undefined, paper?: Record<string, number>][] = [
    ["before training", untrained, paper[0]],
    ...Object.keys(paper).map(Number).filter((epoch) => epoch > 0 && epoch < last.epoch).map((epoch) =>
      [`after epoch ${epoch}`, epochs.find((record) => record.epoch === epoch)?.train, paper[epoch]] as typeof rows[0]
    ),
    [`after epoch ${last.epoch}`, last.train, paper[last.epoch]],
    ["  on held-out music", last.heldOut],
  ];
  const itself = corpus === "bachcentral" && settings.reading === "published" && paper === PAPER;
  const place = relative(".", folder) || ".";
  const played = await Deno.stat(join(folder, "samples")).then(() => true, () => false);
  return [
    `The network learned from ${count(pieces.length, "piece")} of ${corpus} (${settings.reading}): ` +
    `${count(notes, "note")}, ${count(windows, "window")}, ${count(epochs.length, "epoch")}, ` +
    `${(1000 * secondsPerStep).toFixed(0)} ms per step.`,
    ...leftOut.slice(0, MOST_LEFT_OUT).map(({ path, reason }) => `Left out: ${path} (${reason}).`),
    ...leftOut.length > MOST_LEFT_OUT ? [`${leftOut.length - MOST_LEFT_OUT} more are left out: see notebook 5.`] : [],
    "",
    ["loss".padEnd(21), ...heads.map((head) => head.padStart(9) + (paper === PAPER ? "   (paper)" : ""))].join(""),
    ...rows.filter(([, ours]) => ours).map(([name, ours, theirs]) =>
      [
        name.padEnd(21),
        ...heads.map((head) => digits(ours![head]).padStart(9) + (paper === PAPER ? bracket(theirs?.[head]) : "")),
      ].join("")
        .trimEnd()
    ),
    "",
    itself || paper !== PAPER
      ? undefined
      : "The paper's numbers are those of its own seven files: --corpus bachcentral --reading published.",
    `Everything is in ${place}/: the notebooks with what they showed, figures, ${
      played ? "samples, " : ""
    }the model, summary.json.`,
    `Now open ${join(place, "notebooks", notebook)} in JupyterLab (deno task lab)` +
    (played ? `, or listen to ${join(place, "samples")}/.` : "."),
  ].filter((line) => line !== undefined).join("\n");
}

/** Pitch in nats, times in squared seconds: three digits that count. */
function digits(loss: number): string {
  return loss >= 1 ? loss.toFixed(2) : loss.toPrecision(3);
}

function bracket(loss: number | undefined): string {
  return (loss === undefined ? "" : `(${digits(loss)})`).padStart(10);
}

/** `1 piece`, `2,998 notes`. */
function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
}
