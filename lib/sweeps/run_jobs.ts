import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { type Job, type JobResult, type Ladder, ladderOf, type LadderOptions } from "./ladder.ts";

/** What {@linkcode runJobs} takes. */
export interface RunJobsOptions extends LadderOptions {
  /** What is known already; what comes is added to it. */
  results: JobResult[];
  /** Jobs at a time. */
  workers: number;
  /**
   * Does a job: trains from where the trial was left with this seed up to the rung. Where the signal stops it, it rejects.
   * Whatever else it throws is the reason why the trial failed.
   */
  train: (job: Job, signal: AbortSignal) => Promise<Pick<JobResult, "loss" | "epoch" | "seconds" | "failed">>;
  /** Called, and awaited, with each result, before anything is made of it: one at a time. */
  onResult?: (result: JobResult, ladder: Ladder) => void | Promise<void>;
  /** Stops all jobs. What has no result by then is to be done again. */
  signal: AbortSignal;
}

/**
 * Does the jobs of a sweep, several at a time, until there are none, or the signal stops it. A job that fails is a
 * result. Which results there are in the end depends neither on the number of workers nor on when it was stopped, but for
 * those of a trial that has failed with another seed.
 *
 * @returns How far it has come.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 * @throws {RangeError} If one is out of range.
 */
export async function runJobs(options: RunJobsOptions): Promise<Ladder> {
  const { results, workers, train, onResult, signal } = checkOptions("run jobs", options, {
    trials: kinds.positiveInteger,
    seeds: kinds.list("seeds", kinds.integer()),
    rungs: kinds.positiveInteger,
    keep: kinds.number({ above: 0, to: 1 }),
    reference: optional(kinds.positiveInteger),
    results: kinds.list("results", kinds.object("a result") as Kind<JobResult>) as Kind<JobResult[]>,
    workers: kinds.positiveInteger,
    train: kinds.callback as Kind<RunJobsOptions["train"]>,
    onResult: optional(kinds.callback as Kind<RunJobsOptions["onResult"]>),
    signal: kinds.signal as Kind<AbortSignal>,
  });
  const running = new Map<string, Promise<void>>();
  const nameOf = ({ trial, seed, rung }: Job) => `${trial} ${seed} ${rung}`;
  let writing: Promise<void> = Promise.resolve();
  const begin = async (job: Job) => {
    const outcome = await train(job, signal).catch((error) => {
      if (signal.aborted) return undefined;
      return { seconds: 0, failed: `${error instanceof Error ? error.message : error}`.replace(/\s+/g, " ").trim() };
    });
    if (!outcome) return;
    const result = { ...job, ...outcome };
    await (writing = writing.then(async () => {
      results.push(result);
      await onResult?.(result, ladderOf(results, options));
    }));
  };
  while (true) {
    const ladder = ladderOf(results, options);
    if (signal.aborted && running.size === 0) return ladder;
    const waiting = signal.aborted ? [] : ladder.jobs.filter((job) => !running.has(nameOf(job)));
    for (const job of waiting.slice(0, workers - running.size)) {
      running.set(nameOf(job), begin(job).finally(() => running.delete(nameOf(job))));
    }
    if (running.size === 0) return ladder;
    await Promise.race(running.values());
  }
}
