/** A training that can be done now: a trial with a seed, up to a rung. */
export interface Job {
  /** Number of the trial, from 1. */
  readonly trial: number;
  /** Seed of the training. */
  readonly seed: number;
  /** The rung to reach, from 0. */
  readonly rung: number;
}

/** What came of a job: a loss, or the reason why there is none. */
export interface JobResult extends Job {
  /** The lowest held-out loss up to the rung; none if it failed. */
  readonly loss?: number;
  /** The epoch that had it. */
  readonly epoch?: number;
  /** Seconds of training, those up to the rungs before included. */
  readonly seconds: number;
  /** Why it failed, if it did. */
  readonly failed?: string;
}

/** How far a trial has come, and how good it is. */
export interface Standing {
  /** Number of the trial, from 1. */
  readonly trial: number;
  /** Rungs that it has reached with all seeds. */
  readonly rungs: number;
  /** It may go on; others were better at its last rung; it has reached the last; a seed of it failed. */
  readonly state: "under way" | "ended early" | "finished" | "failed";
  /** At the highest rung reached, one for each seed, in their order; empty before the first rung, and where one failed. */
  readonly results: readonly JobResult[];
  /** The mean loss of these; NaN where there are none. */
  readonly mean: number;
  /** Their standard deviation, from two seeds on; otherwise NaN. */
  readonly spread: number;
  /** Seconds of training of all its seeds. */
  readonly seconds: number;
  /** Why it failed, if it did. */
  readonly failed?: string;
}

/** A sweep as far as it has come. */
export interface Ladder {
  /** All trials, in order. */
  readonly standings: readonly Standing[];
  /** What can be done now, in order; empty at the end. */
  readonly jobs: readonly Job[];
  /** The rung that is being climbed to, from 0; as many as there are rungs at the end. */
  readonly rung: number;
}

/** How trials are compared. */
export interface LadderOptions {
  /** How many trials there are. */
  trials: number;
  /** The seeds of each. */
  seeds: readonly number[];
  /** How many rungs there are. */
  rungs: number;
  /** The share of the trials at a rung that go on from it, rounded up. */
  keep: number;
  /**
   * A trial that others are held against: it goes on from every rung, beside those that are better.
   *
   * @default undefined
   */
  reference?: number;
}

/**
 * Successive halving: all trials train up to the first rung with all their seeds; of those the ones with the lowest mean
 * loss, the earlier of equals, go on to the next, and so on. A rung is decided when everyone has reached it or failed, so
 * that nothing depends on who came first. A trial fails when one of its seeds does. A reference goes on in any case, so that
 * the best at the end is not worse than it.
 *
 * Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS (2016).
 *
 * @param results What is known so far, in any order.
 */
export function ladderOf(
  results: readonly JobResult[],
  { trials, seeds, rungs, keep, reference }: LadderOptions,
): Ladder {
  const found = new Map(results.map((result) => [`${result.trial} ${result.seed} ${result.rung}`, result]));
  const at = (trial: number, rung: number) => seeds.map((seed) => found.get(`${trial} ${seed} ${rung}`));
  const failures = new Map<number, string>();
  for (const { trial, failed } of results) if (failed !== undefined) failures.set(trial, failures.get(trial) ?? failed);
  const numbers = Array.from({ length: trials }, (_, i) => i + 1);

  const reached = new Map<number, number>();
  const meanAt = (trial: number, rung: number) => meanOf(at(trial, rung) as JobResult[]);
  let climbing = numbers;
  let rung = 0;
  let jobs: Job[] = [];
  for (; rung < rungs; rung++) {
    const alive = climbing.filter((trial) => !failures.has(trial));
    jobs = alive.flatMap((trial) =>
      at(trial, rung).flatMap((result, i) => result ? [] : [{ trial, seed: seeds[i], rung }])
    );
    const there = alive.filter((trial) => at(trial, rung).every((result) => result));
    for (const trial of there) reached.set(trial, rung + 1);
    climbing = alive;
    if (jobs.length > 0) break;
    if (rung + 1 < rungs) {
      const best = there.toSorted((a, b) => meanAt(a, rung) - meanAt(b, rung) || a - b)
        .slice(0, Math.ceil(keep * there.length));
      climbing = [...best, ...there.filter((trial) => trial === reference && !best.includes(trial))];
    }
  }

  const standing = (trial: number): Standing => {
    const done = reached.get(trial) ?? 0, failed = failures.get(trial);
    const kept = done > 0 && failed === undefined ? at(trial, done - 1) as JobResult[] : [];
    const state = failed !== undefined
      ? "failed"
      : done === rungs
      ? "finished"
      : climbing.includes(trial)
      ? "under way"
      : "ended early";
    return {
      trial,
      rungs: done,
      state,
      results: kept,
      mean: meanOf(kept),
      spread: spreadOf(kept),
      seconds: secondsOf(results.filter((result) => result.trial === trial)),
      ...failed !== undefined && { failed },
    };
  };
  return { standings: numbers.map(standing), jobs, rung };
}

/** The best come first: who went farther, then who has the lower loss; those that failed last. */
export function ranked(standings: readonly Standing[]): Standing[] {
  const failed = ({ state }: Standing) => state === "failed" ? 1 : 0;
  return standings.toSorted((a, b) =>
    failed(a) - failed(b) || b.rungs - a.rungs || (a.rungs > 0 ? a.mean - b.mean : 0) || a.trial - b.trial
  );
}

function meanOf(results: readonly JobResult[]): number {
  return results.reduce((sum, { loss }) => sum + loss!, 0) / results.length;
}

function spreadOf(results: readonly JobResult[]): number {
  if (results.length < 2) return NaN;
  const mean = meanOf(results);
  return Math.sqrt(results.reduce((sum, { loss }) => sum + (loss! - mean) ** 2, 0) / (results.length - 1));
}

/** Seconds of a trial: of each seed those of its last result, which has all before in it. */
function secondsOf(results: readonly JobResult[]): number {
  const last = new Map<number, number>();
  for (const { seed, seconds } of results) last.set(seed, Math.max(seconds, last.get(seed) ?? 0));
  return [...last.values()].reduce((a, b) => a + b, 0);
}
