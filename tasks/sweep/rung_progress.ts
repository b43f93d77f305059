import { clockTime, type Progress, terminalProgress } from "../../lib/notebook/terminal_progress.ts";
import {
  type Job,
  type JobResult,
  type Ladder,
  ladderOf,
  type LadderOptions,
  type SweepPlan,
} from "../../lib/sweeps/mod.ts";
import type { Found } from "./messages.ts";

/** Seconds after which it is said when all will be over. */
const PATIENCE = 3;

/** The epoch that a job trains up to. */
export function untilOf({ trial, rung }: Job, { settings }: Found, { rungs }: SweepPlan): number {
  return rungs[rung] ?? settings[trial - 1].epochs;
}

/** Shows how far the rung has come that is being climbed to, in epochs, and when all will be over. */
export class RungProgress {
  readonly #found: Found;
  readonly #plan: SweepPlan;
  readonly #ladder: LadderOptions;
  readonly #begun = performance.now();
  /** Epochs that this call has seen of each job. */
  readonly #seen = new Map<string, number>();
  #bar?: Progress;

  constructor(found: Found, plan: SweepPlan, ladder: LadderOptions) {
    this.#found = found;
    this.#plan = plan;
    this.#ladder = ladder;
  }

  /** A job has come so far, in epochs. */
  async hear(job: Job, epochs: number, results: readonly JobResult[]): Promise<void> {
    this.#seen.set(keyOf(job), Math.max(0, epochs - this.#fromOf(job)));
    const ladder = ladderOf(results, this.#ladder), { rung, jobs } = ladder;
    // With the last result of a rung the next is climbed to.
    if (rung !== job.rung) return;
    const ended = results.filter((result) => result.rung === rung);
    const part = jobs.reduce((sum, open) => sum + (this.#seen.get(keyOf(open)) ?? 0), 0);
    const done = this.#sizeOf(ended) + part, left = this.#sizeOf(jobs) - part;
    const { rungs } = this.#ladder;
    this.#bar ??= terminalProgress(rungs > 1 ? `rung ${rung + 1} of ${rungs}` : "trials", 1);
    const words = [
      `${ended.length} of ${ended.length + jobs.length} trainings`,
      ...lowestOf(ladder),
      ...this.#leftWords(left + this.#later(ladder)),
    ];
    await this.#bar.update(done / (done + left), words.join(", "));
  }

  /**
   * Nothing is trained at this rung any more.
   *
   * @param over Whether all is done that was to be done.
   */
  async done(over: boolean): Promise<void> {
    if (over) await this.#bar?.update(1, "");
    await this.#bar?.done();
    this.#bar = undefined;
  }

  /** The epoch that a job goes on from. */
  #fromOf({ rung }: Job): number {
    return rung === 0 ? 0 : this.#plan.rungs[rung - 1];
  }

  #sizeOf(jobs: readonly Job[]): number {
    return jobs.reduce((sum, job) => sum + untilOf(job, this.#found, this.#plan) - this.#fromOf(job), 0);
  }

  /** Epochs of the rungs after this one, if no trial fails any more. */
  #later({ rung, standings }: Ladder): number {
    const { rungs, keep, seeds } = this.#plan;
    let climbing = standings.filter(({ state }) => state === "under way").length, epochs = 0;
    for (let next = rung + 1; next < rungs.length; next++) {
      climbing = Math.ceil(keep * climbing);
      epochs += climbing * seeds.length * (rungs[next] - rungs[next - 1]);
    }
    return epochs;
  }

  #leftWords(left: number): string[] {
    const done = [...this.#seen.values()].reduce((a, b) => a + b, 0),
      seconds = (performance.now() - this.#begun) / 1000;
    return done > 0 && seconds > PATIENCE ? [`all in about ${clockTime(left * seconds / done)}`] : [];
  }
}

function keyOf({ trial, seed, rung }: Job): string {
  return `${trial} ${seed} ${rung}`;
}

function lowestOf({ standings }: Ladder): string[] {
  const means = standings.map(({ mean }) => mean).filter(Number.isFinite);
  return means.length > 0 ? [`lowest loss so far ${Math.min(...means).toPrecision(4)}`] : [];
}
