/**
 * Sweeps: a search for good settings, written down in a file. It says which trials there are, how far each goes, and
 * what came of them; whoever calls trains.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSweep, runJobs, trialsOf } from "./mod.ts";
 *
 * const plan = readSweep(
 *   `{
 *     "system": "lstm",
 *     "sweep": { "units": { "from": 8, "to": 256, "scale": "log" } },
 *     "search": "random",
 *     "trials": 8,
 *     "rungs": [1, 2, 4],
 *     "keep": 0.5
 *   }`,
 *   "units.json",
 * );
 * const trials = trialsOf(plan);
 * const { standings } = await runJobs({
 *   trials: trials.length,
 *   seeds: plan.seeds,
 *   rungs: plan.rungs.length,
 *   keep: plan.keep,
 *   reference: 1,
 *   results: [],
 *   workers: 2,
 *   // In place of a training: the loss is lowest at 64 units, and less at each rung.
 *   train: ({ trial, rung }) => {
 *     // The first changes nothing.
 *     const { units = 128 } = trials[trial - 1].changes as { units?: number };
 *     return Promise.resolve({ loss: Math.abs(Math.log(units / 64)) + 1 / (rung + 1), epoch: plan.rungs[rung], seconds: 0 });
 *   },
 *   signal: new AbortController().signal,
 * });
 * // Three of five go on to the last rung, and the first beside them.
 * assertEquals(standings.map(({ rungs }) => rungs).sort(), [1, 1, 1, 1, 2, 3, 3, 3, 3]);
 * ```
 *
 * @module
 */
export {
  type Job,
  type JobResult,
  type Ladder,
  ladderOf,
  type LadderOptions,
  ranked,
  type Standing,
} from "./ladder.ts";
export { readSweep, type SweepFile, type SweepPlan, type Swept, type SweptRange } from "./plan.ts";
export { rungsOf, settingText, sweepCsv, type SweepReport, sweepReport, type SweepRow, sweepTable } from "./report.ts";
export { runJobs, type RunJobsOptions } from "./run_jobs.ts";
export { type Trial, trialsOf } from "./trials.ts";
