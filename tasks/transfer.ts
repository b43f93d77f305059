/**
 * `deno task transfer`: what it is worth to have learned from other music before.
 *
 * @module
 */

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { openCorpus } from "../lib/corpus/mod.ts";
import {
  evaluateTransfer,
  type EvaluateTransferOptions,
  transferCurves,
  transferMarkdown,
  type TransferReport,
} from "../lib/evaluation/mod.ts";
import { stages } from "../lib/notebook/stages.ts";
import { terminalProgress } from "../lib/notebook/terminal_progress.ts";
import { type Figure, sizeCurves } from "../lib/plots/mod.ts";
import { noteNetworkSystem } from "../lib/systems/mod.ts";
import { type CommandOptions, countOf, readingOf, runCommand } from "./command.ts";
import { endWithTask } from "./kernel/lifeline.ts";
import { leaveReport } from "./leave_report.ts";
import { userCorpus } from "./user_path.ts";

const OUT = resolve(import.meta.dirname!, "../runs/transfer");

const USAGE = `deno task transfer [options]

Lets a network learn from 1, 5 and 20 pieces, from all, and, on bachcentral, from
the seven of the paper's run: once from random weights, and once after it has
learned from other music (fine-tuning). Then it names the notes of pieces that it
has never heard. Leaves report.json, report.md and curves.svg in runs/transfer/.

  --corpus NAME    sample (default), bachcentral (get it first: deno task corpus),
                   or a folder or zip of MIDI, kern, MusicXML or ABC files
  --others A,B     other music to learn from before: such corpora, or a JSON file
                   of JS Fake Chorales (default: sample). What shares music with
                   the corpus is left out
  --model NAME     a network that deno task evaluate --list names (default: viewpoints)
  --units N        its width (default: 128)
  --reading NAME   published (default) or corrected
  --draws N        draws of pieces, with the seeds 42, 43, ... (default: 3)
  --notes N        notes that each training hears at most; pre-training hears twice
                   as many (default: 500000)
  --json           print the report as JSON instead of Markdown
  --help           show this text

What is finished is kept in data/cache/evaluation/. Ctrl-C stops, and the same
command goes on.`;

/** What the command is asked for. */
interface Asked extends Pick<EvaluateTransferOptions, "model" | "units" | "reading" | "draws" | "notes"> {
  corpus: string;
  others?: string[];
  json: boolean;
}

/** Where the task prints, and where it leaves things. */
export interface TransferTaskOptions
  extends CommandOptions, Pick<EvaluateTransferOptions, "cache" | "overrides" | "sizes"> {
  /** Folder of the report. @default {"runs/transfer"} of the project */
  out?: string;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, 1 if it failed, 2 if the arguments are wrong, 130 if it was stopped.
 */
export function transferTask(args: readonly string[], options: TransferTaskOptions = {}): Promise<number> {
  const { out = OUT, print, complain, signal, ...others } = options;
  return runCommand({
    usage: USAGE,
    asked: () => askedFor(args),
    async run({ corpus, others: music, json, ...how }, { print, signal }) {
      const open = (name: string) => openCorpus(userCorpus(name));
      const report = await evaluateTransfer(await open(corpus), {
        ...how,
        ...others,
        ...music && { others: await Promise.all(music.map(open)) },
        signal,
        onProgress: stages(terminalProgress),
      });
      const left = { out, report, markdown: transferMarkdown(report), figure: transferFigure(report) };
      await leaveReport({ ...left, figureName: "curves" }, print, json);
      return 0;
    },
  }, { print, complain, signal });
}

/** The curves of the test side's nats by the number of pieces. */
function transferFigure(report: TransferReport): Figure {
  const { corpus, system, seeds } = report;
  return sizeCurves(transferCurves(report), {
    title: `Learning from few pieces of ${corpus}`,
    subtitle: `${system}, test pieces, ${
      seeds.length === 1 ? "one draw" : `${seeds.length} draws`
    }; dashed: before it has learned from any of them`,
    y: "nats per note of unheard pieces",
  });
}

/** What the arguments stand for; `undefined` where they ask for help. */
function askedFor(args: readonly string[]): Asked | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      corpus: { type: "string" },
      others: { type: "string" },
      model: { type: "string" },
      units: { type: "string" },
      reading: { type: "string" },
      draws: { type: "string" },
      notes: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const { help, corpus = "sample", others, model, json = false } = values;
  if (help) return undefined;
  const counts = Object.fromEntries(
    (["units", "draws", "notes"] as const).map((name) => [name, countOf(values[name], name)] as const)
      .filter(([, value]) => value !== undefined),
  );
  const reading = readingOf(values.reading);
  return {
    corpus,
    others: others?.split(","),
    json,
    ...model !== undefined && { model: noteNetworkSystem(model).name },
    ...reading && { reading },
    ...counts,
  };
}

if (import.meta.main) {
  endWithTask();
  Deno.exit(await transferTask(Deno.args));
}
