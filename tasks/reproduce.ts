/**
 * `deno task reproduce`: the paper's experiment from beginning to end, by
 * running its notebooks in Deno's own kernel. The cells are the ones that a
 * reader runs by hand; there is no second pipeline.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { NAMED_CORPORA } from "../lib/corpus/mod.ts";
import { type Reading, type Settings, settings, settingsJson } from "../lib/settings/mod.ts";
import { hasCheckpoint, keepEarlierRun } from "../lib/training/keep_earlier_run.ts";
import { BOOK, EVALUATION, EVALUATION_TAKES, EXPERIMENT } from "./book.ts";
import { readingOf, STOP_SIGNALS } from "./command.ts";
import { Kernel } from "./kernel/kernel.ts";
import { whenOrphaned } from "./kernel/lifeline.ts";
import {
  CellError,
  type Notebook,
  readNotebook,
  runNotebook,
  type RunNotebookOptions,
  withParameters,
} from "./kernel/notebook.ts";
import { cellPrinter } from "./kernel/print.ts";
import { checkKernel } from "./kernel/probe.ts";
import { userPath } from "./user_path.ts";
import { type Summary, writeFigures, writeSummary } from "./run_folder.ts";
import { runWords } from "./run_words.ts";
import type { KnownSystems } from "./systems.ts";

const ROOT = resolve(import.meta.dirname!, "..");
/** Name of the paper's own network. */
const PAPER = settings("published").system;
const EPOCHS_ON_SAMPLE = 20;
const EPOCHS_OF_PAPER = 100;
/** What a stopped cell gets to leave its checkpoint before the kernel is ended. */
const GRACE_SECONDS = 10;

const USAGE = `deno task reproduce [options]

Runs the paper's experiment: notebooks 1 to 7, in order, in Deno's own kernel.

  --corpus NAME    sample (default), bachcentral (get it first: deno task corpus),
                   or a folder or zip of MIDI and kern files
  --reading NAME   published (what the paper's run did; default)
                   or corrected (what its text says)
  --model NAME     another network than the paper's (default: lstm)
  --list           name all systems, and where they come from
  --settings FILE  all settings as a run left them in settings.json, or a sweep in
                   best.json, in place of --reading and --model
  --epochs N       passes over the training windows
                   (default: ${EPOCHS_ON_SAMPLE} on the sample, otherwise ${EPOCHS_OF_PAPER})
  --seed N         where all random numbers come from (default: 42)
  --out DIR        the run's folder (default: runs/CORPUS-READING)
  --initial-weights DIR   begin with what the run in that folder has learned, on
                   other music perhaps: same --model, same units
  --resume         go on from the run's last checkpoint, if there is one
  --only A,B       run only the notebooks whose names begin so, such as 05,06
  --all            run the others as well: 8, the evaluation, which trains other models too, and 10
  --json           print summary.json at the end instead of words
  --help           show this text

What a run has left in its folder moves to DIR-1, DIR-2, … when another begins.`;

/** What a run is asked for. */
export interface ReproduceOptions {
  /** `sample`, `bachcentral`, or a folder or zip. @default {"sample"} */
  corpus?: string;
  /** What the paper's run did, or what its text says. @default {"published"} */
  reading?: Reading;
  /** Name of a network in the registry of systems. @default {"lstm"} */
  model?: string;
  /** Other settings than those of the system. @default {{}} */
  changes?: Partial<Omit<Settings, "reading">>;
  /** Passes over the training windows. @default 20 on the sample, otherwise 100 */
  epochs?: number;
  /** Where all random numbers come from. @default {42} */
  seed?: number;
  /** The run's folder. @default runs/CORPUS-READING */
  out?: string;
  /** Folder of a run to begin with the weights of. @default none */
  initialWeights?: string;
  /** Go on from the last checkpoint, if there is one. @default {false} */
  resume?: boolean;
  /** Names of the notebooks to run, in order. @default {EXPERIMENT} */
  names?: readonly string[];
  /** Folder of the notebooks. @default notebooks */
  notebooks?: string;
  /** Takes the progress text. @default standard error */
  write?: (text: string) => void;
  /** Stops the running cell, as the Stop button does, and then the run. */
  signal?: AbortSignal;
}

/**
 * Runs the notebooks and leaves everything in the run's folder: the executed
 * notebooks, settings, history, model, samples, figures and `summary.json`.
 *
 * @returns The run in numbers; `undefined` where the run has not been trained yet, because only others ran.
 * @throws {Error} If the kernel of this Deno cannot be trusted.
 * @throws {CellError} At the first cell that fails; its notebook is written all the same.
 * @throws {Deno.errors.NotFound} If there is no such notebook.
 * @throws The signal's reason, once it is aborted.
 */
export async function reproduce(options: ReproduceOptions = {}): Promise<Summary | undefined> {
  const { reading = "published", seed = 42, names = EXPERIMENT, notebooks = join(ROOT, "notebooks"), signal } = options;
  const { write = onStderr, model: system = PAPER, changes = {} } = options;
  if (system !== PAPER) await checkNetwork(system);
  const [corpus, out] = [corpusOf(options), folderOf(options)];
  const initialWeights = options.initialWeights === undefined ? "" : userPath(options.initialWeights);
  if (initialWeights === out) {
    throw new RangeError(`Cannot go on from ${out}: the new run would take its place; give --out another folder`);
  }
  const epochs = options.epochs ?? (corpus === "sample" ? EPOCHS_ON_SAMPLE : EPOCHS_OF_PAPER);
  await checkKernel("reproduce");
  const resume = options.resume === true && await hasCheckpoint(out);
  if (options.resume && !resume) write("There is no checkpoint to resume from: training starts at the first epoch\n");
  // Here, not in notebook 5: by then this run's first notebooks are in the folder.
  const kept = names.some((name) => name.startsWith("05")) && await keepEarlierRun(out, { resume });
  if (kept) write(`The earlier run is kept in ${kept}\n`);
  await Deno.mkdir(join(out, "notebooks"), { recursive: true });
  if (names.includes(EVALUATION)) write(`${EVALUATION_TAKES}\n`);
  write(`corpus ${corpus}, reading ${reading}, model ${system}, epochs ${epochs}, seed ${seed}, into ${out}\n`);
  const begun = performance.now();
  for (const name of names) {
    const title = basename(name, ".ipynb");
    const asWritten = await readNotebook(join(notebooks, name));
    const notebook = withParameters(asWritten, {
      corpus,
      reading,
      system,
      changes,
      epochs,
      seed,
      out,
      initialWeights,
      resume,
    });
    const columns = write === onStderr && Deno.stderr.isTerminal() ? Deno.consoleSize().columns : undefined;
    try {
      await runStoppably(notebook, notebooks, { onProgress: cellPrinter(title, write, columns), signal });
    } catch (error) {
      if (error instanceof CellError) error.message = `${name}: ${error.message}`;
      throw error;
    } finally {
      await Deno.writeTextFile(join(out, "notebooks", name), JSON.stringify(notebook, null, 1) + "\n");
      await writeFigures(notebook, title, join(out, "figures"));
    }
  }
  write(
    `${names.length} ${names.length === 1 ? "notebook" : "notebooks"} in ${
      ((performance.now() - begun) / 1000).toFixed(0)
    } s\n`,
  );
  try {
    return await writeSummary(out);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function corpusOf({ corpus = "sample" }: ReproduceOptions): string {
  return NAMED_CORPORA.includes(corpus) ? corpus : userPath(corpus);
}

/** The folder of the run that is asked for. */
function folderOf(options: ReproduceOptions): string {
  const { out, reading = "published", model = PAPER } = options;
  if (out !== undefined) return userPath(out);
  const corpus = basename(corpusOf(options)).replace(/\.\w+$/, "");
  return join(ROOT, "runs", [corpus, reading, ...model === PAPER ? [] : [model]].join("-"));
}

async function runStoppably(notebook: Notebook, folder: string, options: RunNotebookOptions): Promise<void> {
  const { signal } = options;
  await using kernel = await Kernel.start(folder);
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    kernel.interrupt();
    deadline = setTimeout(() => kernel.kill(), GRACE_SECONDS * 1000);
  };
  signal?.addEventListener("abort", stop);
  try {
    await runNotebook(notebook, kernel, options);
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", stop);
  }
}

function onStderr(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += Deno.stderr.writeSync(bytes.subarray(written));
}

/** The systems that there are, from a process of its own, because they load native code. */
async function knownSystems(): Promise<KnownSystems> {
  const permissions = ["read", "env=INIT_CWD", "sys=cpus,hostname,networkInterfaces", "ffi"].map((name) =>
    `--allow-${name}`
  );
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, join(ROOT, "tasks/systems.ts")],
  }).output();
  const [out, problem] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trimEnd());
  if (!success) throw new Error(`Cannot list the systems: ${problem}`);
  return JSON.parse(out);
}

/** Refuses a model that is not a network of notes. */
async function checkNetwork(name: string): Promise<void> {
  const { networks } = await knownSystems();
  if (networks.includes(name)) return;
  throw new RangeError(`--model takes one of ${networks.join(", ")}, got "${name}"`);
}

function integer(text: string | undefined, name: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) < least || !Number.isSafeInteger(Number(text))) {
    throw new RangeError(`--${name} takes an integer of at least ${least}, got "${text}"`);
  }
  return Number(text);
}

/** The notebooks whose names begin so. */
function namesOf(beginnings: readonly string[]): string[] {
  const unknown = beginnings.find((beginning) => !BOOK.some((name) => beginning && name.startsWith(beginning)));
  if (unknown !== undefined) {
    throw new RangeError(`--only takes beginnings of ${BOOK.join(", ")}, got "${unknown}"`);
  }
  return BOOK.filter((name) => beginnings.some((beginning) => name.startsWith(beginning)));
}

/**
 * Settings that a run or a sweep has written down, as options: what they leave to others is in `changes`.
 *
 * @throws {Error} If there is no such file, or it does not have the settings of this version.
 */
function optionsFrom(path: string): Pick<ReproduceOptions, "reading" | "model" | "epochs" | "seed" | "changes"> {
  try {
    const { reading, ...all } = settingsJson.parse(Deno.readTextFileSync(userPath(path))) as Settings;
    settings(reading, all);
    const { system: model, epochs, seed, ...changes } = all;
    return { reading, ...model !== PAPER && { model }, epochs, seed, changes };
  } catch (error) {
    throw new Error(
      `--settings takes what a run left in settings.json, or a sweep in best.json: ${(error as Error).message}`,
    );
  }
}

/** The options that the command's arguments stand for; `undefined` where they ask for help. */
export function optionsOf(args: readonly string[]): (ReproduceOptions & { json?: boolean }) | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      corpus: { type: "string" },
      reading: { type: "string" },
      epochs: { type: "string" },
      seed: { type: "string" },
      out: { type: "string" },
      "initial-weights": { type: "string" },
      resume: { type: "boolean" },
      model: { type: "string" },
      settings: { type: "string" },
      list: { type: "boolean" },
      only: { type: "string" },
      all: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const { help, list: _, only, all, "initial-weights": initialWeights, settings: from, ...others } = values;
  if (help) return undefined;
  if (from !== undefined && (values.model !== undefined || values.reading !== undefined)) {
    throw new TypeError(
      "--settings says which model and which reading, so --model and --reading cannot be given with it",
    );
  }
  const written = from === undefined ? undefined : optionsFrom(from);
  return {
    ...others,
    ...initialWeights !== undefined && { initialWeights },
    reading: readingOf(values.reading),
    ...written,
    epochs: integer(values.epochs, "epochs", 1) ?? written?.epochs,
    seed: integer(values.seed, "seed", 0) ?? written?.seed,
    names: only === undefined ? all ? BOOK : undefined : namesOf(only.split(",")),
  };
}

/**
 * Runs the command.
 *
 * @param where Other notebooks than the book's.
 * @returns The exit code: 0, 1 if it failed, 2 if the arguments are wrong, 130 if it was stopped.
 */
export async function main(
  args: readonly string[],
  where: Pick<ReproduceOptions, "notebooks" | "names"> = {},
): Promise<number> {
  let options;
  try {
    options = optionsOf(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (!options) {
    console.log(USAGE);
    return 0;
  }
  if (args.includes("--list")) {
    console.log((await knownSystems()).list);
    return 0;
  }
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => {
    if (signal.aborted) return;
    console.error(`\nStopping: the running cell has ${GRACE_SECONDS} seconds to leave its checkpoint`);
    controller.abort(new Error("Stopped. The same command with --resume goes on from the last checkpoint"));
  };
  for (const name of STOP_SIGNALS) Deno.addSignalListener(name, stop);
  // Who kills `deno task` means this program, which is its child; started by hand, it may outlive its shell.
  if (Deno.env.has("INIT_CWD")) whenOrphaned(() => Deno.exit(1));
  try {
    const summary = await reproduce({ ...options, ...where, signal });
    const last = (where.names ?? options.names ?? EXPERIMENT).at(-1)!;
    if (summary && options.json) console.log(JSON.stringify(summary, null, 2));
    else if (summary) console.log(`\n${await runWords(folderOf(options), last)}`);
    return 0;
  } catch (error) {
    console.error(`\n${(error as Error).message}`);
    return signal.aborted ? 130 : 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
