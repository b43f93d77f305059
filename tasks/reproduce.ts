/**
 * `deno task reproduce`: the paper's experiment from beginning to end, by
 * running its notebooks in Deno's own kernel. The cells are the ones that a
 * reader runs by hand; there is no second pipeline.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import { corpusFiles, PARQUET } from "../lib/corpus/mod.ts";
import { hasCheckpoint } from "../lib/training/checkpoint_folders.ts";
import { keepEarlierRun } from "../lib/training/keep_earlier_run.ts";
import { lockNotebooks, takenOver } from "../lib/training/run_lock.ts";
import { EVALUATION, EVALUATION_TAKES, EXPERIMENT } from "./book.ts";
import { misuse, STOP_SIGNALS } from "./command.ts";
import { Kernel } from "./kernel/kernel.ts";
import { endWithTask, keepGuard } from "./kernel/lifeline.ts";
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
import {
  EPOCHS_OF_PAPER,
  EPOCHS_ON_SAMPLE,
  optionsOf,
  PAPER,
  type ReproduceOptions,
  USAGE,
} from "./reproduce_options.ts";
import { nativeCode, permitted } from "./native_code.ts";
import { visibleLines } from "./terminal_text.ts";
import { userCorpus, userPath } from "./user_path.ts";
import { type Summary, writeFigures, writeSummary } from "./run_folder.ts";
import { runWords } from "./run_words.ts";
import type { KnownSystems } from "./systems.ts";

const ROOT = resolve(import.meta.dirname!, "..");
/** What a stopped cell gets to leave its checkpoint before the kernel is ended. */
const GRACE_SECONDS = 10;

/**
 * Runs the notebooks and leaves everything in the run's folder: the executed
 * notebooks, settings, history, model, samples, figures and `summary.json`.
 *
 * @returns The run in numbers; `undefined` where the run has not been trained yet, because only others ran.
 * @throws {LockedError} If another process writes into the run's folder.
 * @throws {Error} If the kernel of this Deno cannot be trusted.
 * @throws {CellError} At the first cell that fails; its notebook is written all the same.
 * @throws {Deno.errors.NotFound} If there is no such notebook.
 * @throws The signal's reason, once it is aborted.
 */
export async function reproduce(options: ReproduceOptions = {}): Promise<Summary | undefined> {
  const { reading = "published", seed = 42, names = EXPERIMENT, notebooks = join(ROOT, "notebooks"), signal } = options;
  const { write = onStderr, model: system = PAPER, changes = {} } = options;
  await using _guard = { [Symbol.asyncDispose]: keepGuard() };
  if (system !== PAPER) await checkNetwork(system);
  const [corpus, out] = [corpusOf(options), folderOf(options)];
  const initialWeights = options.initialWeights === undefined ? "" : userPath(options.initialWeights);
  if (initialWeights === out) {
    throw new RangeError(`Cannot go on from ${out}: the new run would take its place; give --out another folder`);
  }
  // Before anything is left in the run's folder; a table of notes is looked at where native code may be loaded.
  if (!corpus.startsWith(PARQUET)) await corpusFiles(corpus);
  const epochs = options.epochs ?? (corpus === "sample" ? EPOCHS_ON_SAMPLE : EPOCHS_OF_PAPER);
  await checkKernel("reproduce");
  // Until the end, so that nobody else begins a run there between two notebooks.
  using lock = await lockNotebooks(out);
  if (lock.abandoned) write(`${takenOver(out, lock)}\n`);
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
  return userCorpus(corpus);
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

let written: Promise<unknown> = Promise.resolve();

/** Never waits: a reader that has stopped reading would keep this program from seeing that its own starter has gone. */
function onStderr(text: string): void {
  const bytes = new TextEncoder().encode(text);
  written = written.then(async () => {
    for (let at = 0; at < bytes.length;) at += await Deno.stderr.write(bytes.subarray(at));
  }).catch(() => {});
}

/** The systems that there are, from a process of its own, because they load native code. */
async function knownSystems(): Promise<KnownSystems> {
  const permissions = [
    ...["--allow-read", "--allow-env=INIT_CWD", "--allow-sys=cpus,hostname,networkInterfaces,uid"],
    `--allow-ffi=${permitted(nativeCode())}`,
  ];
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
    console.error(misuse(error as Error, USAGE));
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
  endWithTask();
  try {
    const summary = await reproduce({ ...options, ...where, signal }).finally(() => written);
    const last = (where.names ?? options.names ?? EXPERIMENT).at(-1)!;
    if (summary && options.json) console.log(visibleLines(JSON.stringify(summary, null, 2)));
    else if (summary) console.log(`\n${visibleLines(await runWords(folderOf(options), last))}`);
    return 0;
  } catch (error) {
    console.error(`\n${visibleLines((error as Error).message)}`);
    return signal.aborted ? 130 : 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
