import type { SeededPrng } from "../random/mod.ts";
import type { Supervision } from "../settings/mod.ts";
import type { Examples } from "../windows/mod.ts";
import { breather } from "./breather.ts";
import type { Progress } from "./checkpoint.ts";
import { addLosses } from "./losses.ts";
import type { HeadLosses, StepArgs, TrainingStep } from "./training_step.ts";

/** What {@linkcode takeSteps} needs to know. */
export interface StepsOptions {
  /** Windows in a batch. */
  batchSize: number;
  /** Leave out the last, smaller batch. */
  dropRemainder: boolean;
  /** Which events the batches are gathered for. */
  gathered: Supervision;
  /** Which events are learned from. */
  supervision: Supervision;
  /** What a step is taken with: it is asked for before each, with the steps of this epoch that are done. */
  args: (step: number) => StepArgs;
  /** Shuffles the windows. */
  prng: SeededPrng;
  /** Stops before the next step when it fires. */
  signal?: AbortSignal;
  /** Called after each step, with the seconds that it took. */
  onStep: (seconds: number) => void | Promise<void>;
}

/**
 * Trains for one epoch, or for what is left of it, and keeps `progress` up to
 * date: its step, its losses and its seconds.
 *
 * @returns Whether the epoch was finished; `false` where the signal stopped it.
 * @throws {Error} If a loss is not finite any more.
 */
export async function takeSteps(
  trainer: TrainingStep,
  windows: Examples,
  progress: Progress,
  options: StepsOptions,
): Promise<boolean> {
  const { batchSize, dropRemainder, gathered, supervision, args, prng, signal, onStep } = options;
  const epoch = progress.epochs.length + 1;
  const breathe = breather();
  prng.setState(progress.prng);
  let index = 0;
  let before = performance.now();
  for (const batch of windows.batches({ size: batchSize, prng, dropRemainder, supervision: gathered })) {
    // Steps that were done before the run was interrupted.
    if (index++ < progress.step) continue;
    if (signal?.aborted) return false;
    const losses = await trainer.run(batch, args(index - 1));
    checkFinite(losses, `epoch ${epoch}, step ${index}`);
    addLosses(progress.losses, losses, batch, supervision);
    const seconds = (performance.now() - before) / 1000;
    progress.step = index;
    progress.seconds += seconds;
    await onStep(seconds);
    await breathe();
    before = performance.now();
  }
  return true;
}

/**
 * Refuses losses that are not numbers any more: from there on a model learns
 * nothing.
 *
 * @param losses Of a batch, or means.
 * @param where Said in the message.
 * @throws {Error} If one is NaN or infinite.
 */
export function checkFinite(losses: HeadLosses, where: string): void {
  const lost = Object.keys(losses).find((head) => !Number.isFinite(losses[head]));
  if (lost) {
    throw new Error(
      `Training diverged: the ${lost} loss is ${losses[lost]} in ${where}; lower the learning rate, ` +
        "or clip the times of the windows (maxSeconds)",
    );
  }
}
