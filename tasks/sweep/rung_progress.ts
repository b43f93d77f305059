import { clockTime, type Progress, terminalProgress } from "../../lib/notebook/terminal_progress.ts";
import {
  type Job,
  type JobResult,
  ladderOf,
  type LadderOptions,
  rungsOf,
  type SweepPlan,
} from "../../lib/sweeps/mod.ts";
import type { Found } from "./messages.ts";

/** The epoch that a job trains up to. */
export function untilOf({ trial, rung }: Job, { settings }: Found, { rungs }: SweepPlan): number {
  return rungs[rung] ?? settings[trial - 1].epochs;
}

/** Shows how far the rung has come that is being climbed to, in epochs, and when all will be over. */
export class RungProgress {
  readonly #found: Found;
  readonly #plan: SweepPlan;
  readonly #ladder: LadderOptions;
  readonly #epochs = new Map<string, number>();
  readonly #begun = performance.now();
  #bar?: Progress;
  #total = 0;
  #first?: number;

  constructor(found: Found, plan: SweepPlan, ladder: LadderOptions) {
    this.#found = found;
    this.#plan = plan;
    this.#ladder = ladder;
  }

  /** A job has come so far. */
  async hear(job: Job, epochs: number, results: readonly JobResult[]): Promise<void> {
    const before = job.rung === 0 ? 0 : untilOf({ ...job, rung: job.rung - 1 }, this.#found, this.#plan);
    this.#epochs.set(`${job.trial} ${job.seed} ${job.rung}`, Math.max(0, epochs - before));
    const { standings, rung, jobs } = ladderOf(results, this.#ladder);
    // The result that ends a rung.
    if (rung !== job.rung) return;
    const sizeOf = (some: Job) =>
      untilOf(some, this.#found, this.#plan) - (some.rung === 0 ? 0 : this.#plan.rungs[rung - 1]);
    const ended = results.filter((result) => result.rung === rung);
    const total = [...ended, ...jobs].reduce((sum, some) => sum + sizeOf(some), 0);
    const isEnded = (key: string) => ended.some(({ trial, seed }) => key === `${trial} ${seed} ${rung}`);
    const part = [...this.#epochs].filter(([key]) => key.endsWith(` ${rung}`) && !isEnded(key));
    const done = ended.reduce((sum, some) => sum + sizeOf(some), 0) + part.reduce((sum, [, some]) => sum + some, 0);
    const rungs = rungsOf(this.#plan);
    this.#bar ??= terminalProgress(rungs > 1 ? `rung ${rung + 1} of ${rungs}` : "trials", total);
    const means = standings.filter(({ rungs }) => rungs > 0).map(({ mean }) => mean).filter(Number.isFinite);
    const best = means.length > 0 ? `, the lowest loss so far ${Math.min(...means).toPrecision(4)}` : "";
    const later = this.#later(rung, standings.filter(({ state }) => state === "under way").length);
    const note = `${ended.length} of ${ended.length + jobs.length} trainings${best}${
      this.#leftWords(total - done + later)
    }`;
    this.#total = total;
    await this.#bar.update(done, note);
  }

  /** Epochs of the rungs after this one. */
  #later(rung: number, climbing: number): number {
    const { rungs, keep, seeds } = this.#plan;
    let epochs = 0;
    for (let next = rung + 1; next < rungs.length; next++) {
      climbing = Math.ceil(keep * climbing);
      epochs += climbing * seeds.length * (rungs[next] - rungs[next - 1]);
    }
    return epochs;
  }

  #leftWords(left: number): string {
    const done = [...this.#epochs.values()].reduce((a, b) => a + b, 0);
    this.#first ??= done;
    const seconds = (performance.now() - this.#begun) / 1000, fresh = done - this.#first;
    return fresh > 0 && seconds > 3 ? `, all in about ${clockTime(left * seconds / fresh)}` : "";
  }

  /** The rung is over, or nothing is trained any more. */
  async done(over: boolean): Promise<void> {
    if (over) await this.#bar?.update(this.#total, "");
    await this.#bar?.done();
    this.#bar = undefined;
  }
}
