/**
 * `deno task sweep`: a search for the settings with which a network names held-out music best.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { settingsJson } from "../lib/settings/mod.ts";
import { dropCheckpoints } from "../lib/training/checkpoint_folders.ts";
import { ladderOf, rungsOf, runJobs, type SweepReport, sweepReport } from "../lib/sweeps/mod.ts";
import { type CommandOptions, runCommand } from "./command.ts";
import { endWithTask } from "./kernel/lifeline.ts";
import {
  checkSame,
  checkSameFound,
  folderOfTrial,
  openSweepFolder,
  readSweepFolder,
  type SweepFolder,
} from "./sweep/folder.ts";
import type { Found } from "./sweep/messages.ts";
import { RungProgress, untilOf } from "./sweep/rung_progress.ts";
import { firstWords, lastWords, tableOf } from "./sweep/words.ts";
import { writeSweep } from "./sweep/write_sweep.ts";
import { type SweepWorkers, sweepWorkers } from "./sweep/workers.ts";
import { type Asked, askedFor, USAGE } from "./sweep_options.ts";
import { jsonLine } from "./terminal_text.ts";

const OUT = resolve(import.meta.dirname!, "../runs/sweeps");

/** What stops a sweep that has had all its minutes. */
const TIME_IS_UP = new Error("The time is up");
/** The most seconds that a timer counts. */
const MOST_SECONDS = 2_000_000;

/** Where the task prints, and where it leaves things. */
export interface SweepTaskOptions extends CommandOptions {
  /** Folder of sweeps. @default {"runs/sweeps"} of the project */
  out?: string;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, 1 if it or all trials failed, 2 if the arguments or FILE are wrong, 130 if it was stopped.
 */
export function sweepTask(args: readonly string[], options: SweepTaskOptions = {}): Promise<number> {
  const { out = OUT } = options;
  return runCommand({
    usage: USAGE,
    asked: () => askedFor(args),
    // What is wrong with FILE is not mended by reading how the command is used.
    speaksForItself: (message) => message.startsWith("Cannot"),
    async run(asked, { print, complain, signal }) {
      using folder = await openSweepFolder(resolve(out, asked.name), asked.anew);
      if (folder.takenOver) complain(folder.takenOver);
      folder.damaged.forEach(complain);
      const report = await new Sweep(asked, folder, { print, complain, signal }).run();
      if (asked.json) print(jsonLine(JSON.parse(settingsJson.stringify(report))));
      else print(lastWords(report, folder, signal.aborted));
      if (signal.aborted) throw signal.reason;
      return report.finished && report.best === null ? 1 : 0;
    },
  }, options);
}

/** A sweep that is under way. */
class Sweep {
  readonly #asked: Asked;
  readonly #folder: SweepFolder;
  readonly #options: Required<CommandOptions>;
  readonly #ladder: Parameters<typeof ladderOf>[1];
  readonly #begun = performance.now();

  constructor(asked: Asked, folder: SweepFolder, options: Required<CommandOptions>) {
    const { plan, trials } = asked;
    this.#asked = asked;
    this.#folder = folder;
    this.#options = options;
    const reference = plan.search === "random" ? 1 : undefined;
    this.#ladder = { trials: trials.length, seeds: plan.seeds, rungs: rungsOf(plan), keep: plan.keep, reference };
  }

  /** Seconds that all calls have spent on it. */
  get #spent(): number {
    return this.#folder.spent + (performance.now() - this.#begun) / 1000;
  }

  /** Does what is left to do, and writes down what came of it. */
  async run(): Promise<SweepReport> {
    const { plan } = this.#asked, { begun, results } = this.#folder;
    if (begun) checkSame(begun.plan, plan);
    if (begun && ladderOf(results, this.#ladder).jobs.length === 0) return await this.#write(begun.found);
    await using workers = sweepWorkers({ corpus: plan.corpus, folder: this.#folder.path });
    using _stopping = whenAborted(this.#options.signal, (reason) => workers.stop(reason));
    const found = await this.#survey(workers);
    if (begun) checkSameFound(begun.found, found);
    else await this.#folder.begin({ plan, found });
    await this.#takeIn(found);
    await this.#train(workers, found);
    return await this.#write(found);
  }

  async #survey(workers: SweepWorkers): Promise<Found> {
    const { plan: { reading, system, settings, minimise }, trials } = this.#asked;
    const all = trials.map(({ changes }) => ({ ...settings, ...this.#untilLastRung(), ...changes }));
    const answer = await workers.ask({ survey: { reading, system, trials: all, minimise } });
    return (answer as { found: Found }).found;
  }

  /** Adds the results of trials that were trained alone, each in a folder of its own. */
  async #takeIn(found: Found): Promise<void> {
    const { plan, trials } = this.#asked, { path, results } = this.#folder;
    for (const [i, { number }] of trials.entries()) {
      const alone = await readSweepFolder(join(path, folderOfTrial(number)));
      if (!alone) continue;
      checkSame(alone.begun.plan, plan);
      checkSameFound(alone.begun.found, { ...found, settings: [found.settings[i]] });
      for (const { trial: _, ...result } of alone.results) {
        const known = results.some(({ trial, seed, rung }) =>
          trial === number && seed === result.seed && rung === result.rung
        );
        if (known || result.failed !== undefined) continue;
        results.push({ trial: number, ...result });
        await this.#folder.add(results.at(-1)!, this.#spent);
      }
    }
  }

  #untilLastRung(): { epochs?: number } {
    const { rungs } = this.#asked.plan;
    return rungs.length > 0 ? { epochs: rungs.at(-1)! } : {};
  }

  async #train(workers: SweepWorkers, found: Found): Promise<void> {
    const { plan } = this.#asked, { results } = this.#folder, { complain, print, signal } = this.#options;
    const late = new AbortController(), left = 60 * plan.minutes - this.#spent;
    const timer = left < MOST_SECONDS ? setTimeout(() => late.abort(TIME_IS_UP), 1000 * Math.max(0, left)) : undefined;
    using _timing = { [Symbol.dispose]: () => clearTimeout(timer) };
    using _stopping = whenAborted(late.signal, (reason) => workers.stop(reason));
    const progress = new RungProgress(found, plan, this.#ladder);
    complain(firstWords(found, this.#asked, this.#folder, this.#spent));
    let { rung } = ladderOf(results, this.#ladder);
    await runJobs({
      ...this.#ladder,
      results,
      workers: plan.workers ?? navigator.hardwareConcurrency,
      signal: AbortSignal.any([signal, late.signal]),
      train: async (job) => {
        const { trial, seed } = job, until = untilOf(job, found, plan);
        const settings = { ...found.settings[trial - 1], seed };
        const asked = { settings, until, minimise: plan.minimise, run: this.#folder.run(job) };
        const answer = await workers.ask({ train: asked }, (epochs) => progress.hear(job, epochs, results));
        if (!("trained" in answer)) throw new Error("it was not trained");
        return answer.trained;
      },
      onResult: async (result, ladder) => {
        await this.#folder.add(result, this.#spent);
        await progress.hear(result, untilOf(result, found, plan), results);
        const report = await this.#write(found);
        if (ladder.rung === rung) return;
        await progress.done(true);
        if (ladder.jobs.length > 0 && !this.#asked.json) print(`\n${tableOf(report)}`);
        await this.#dropCheckpoints(report);
        rung = ladder.rung;
      },
    });
    await progress.done(false);
  }

  /** What a trial that goes no further has kept to go on from is of no use any more. */
  async #dropCheckpoints({ rows, plan }: SweepReport): Promise<void> {
    for (const { trial, state } of rows) {
      if (state !== "ended early") continue;
      for (const seed of plan.seeds) await dropCheckpoints(this.#folder.run({ trial, seed }));
    }
  }

  async #write(found: Found): Promise<SweepReport> {
    const { name, plan, trials } = this.#asked, { path, results } = this.#folder;
    const { code, kernel, notes } = found;
    // A trial that changes nothing shows what the settings are.
    const whole = trials.map(({ number }, i) => ({
      number,
      changes: pick(found.settings[i], Object.keys(plan.sweep)),
    }));
    const report = sweepReport({ name, plan, kernel, code, notes }, whole, ladderOf(results, this.#ladder));
    const best = report.best === null ? undefined : { ...found.settings[report.best - 1], seed: plan.seeds[0] };
    await writeSweep(path, report, best);
    return report;
  }
}

/** Some settings of all, by name. */
function pick(all: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, (all as Record<string, unknown>)[name]]));
}

/** Calls a function once a signal has fired, until it is disposed of. */
function whenAborted(signal: AbortSignal, then: (reason: unknown) => void): Disposable {
  const call = () => then(signal.reason);
  if (signal.aborted) call();
  signal.addEventListener("abort", call);
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", call) };
}

if (import.meta.main) {
  endWithTask();
  Deno.exit(await sweepTask(Deno.args));
}
