import type * as tf from "@tensorflow/tfjs";
import { stackOf } from "../layers/mod.ts";
import type { SeededPrng } from "../random/mod.ts";
import type { Supervision } from "../settings/mod.ts";
import type { Windows } from "../windows/mod.ts";
import { checkMatch, checkOptions } from "./check.ts";
import { fusedStep } from "./fused_step.ts";
import type { EpochRecord, History, Monitor } from "./history.ts";
import { type Losses, type LossWeights, NO_STACK } from "./losses.ts";
import { layersModelStep, type TrainingStep, type TrainingStepOptions } from "./training_step.ts";
import { TrainingRun } from "./training_run.ts";

/** What {@linkcode FitOptions.onStep} is told. */
export interface StepReport {
  /** The epoch under way, counted from 1. */
  epoch: number;
  /** Epochs that were asked for. */
  epochs: number;
  /** Steps of this epoch that are done. */
  step: number;
  /** Steps in an epoch. */
  steps: number;
  /** Running means over the epoch. */
  losses: Losses;
  /** Estimate of what all epochs that are left will take, in seconds. */
  secondsLeft: number;
}

/** Options of {@linkcode fit}. Settings of `lib/settings` can be spread into them. */
export interface FitOptions {
  /** Passes over the training windows, those of a resumed run included. */
  epochs: number;
  /** Windows in a batch. */
  batchSize: number;
  /** Adam's step size. */
  learningRate: number;
  /** How much each loss counts in the total. */
  lossWeights: LossWeights;
  /** Shuffles the windows, anew for each epoch. */
  prng: SeededPrng;
  /**
   * Leave out an epoch's last, smaller batch.
   *
   * @default false
   */
  dropRemainder?: boolean;
  /**
   * Draw a new order of the windows for each epoch; without, all epochs have the batches of the first.
   *
   * @default true
   */
  reshuffle?: boolean;
  /**
   * Which notes the model learns to name: the one after a window, or the one after each note of it, which makes
   * `length` targets of one pass. Held-out windows are measured by the note after them in either case.
   *
   * @default "last"
   */
  supervision?: Supervision;
  /**
   * Windows that are not learned from; their losses are measured after each epoch.
   *
   * @default undefined
   */
  heldOut?: Windows;
  /**
   * Stop after so many epochs without a lower total loss, as Keras's `EarlyStopping` does.
   *
   * @default Infinity
   */
  patience?: number;
  /**
   * Whose total loss early stopping looks at: that of the training or of the held-out windows.
   *
   * @default "train"
   */
  monitor?: Monitor;
  /**
   * At the end, put the weights of the best epoch back; not where the signal stopped the run.
   *
   * @default false
   */
  restoreBest?: boolean;
  /**
   * Folder of the run, where each epoch leaves its checkpoint in `checkpoint/`. Without it there are none.
   *
   * @default undefined
   */
  run?: string;
  /**
   * Go on from the run's checkpoint: model, optimiser, generator and history become what they were. The same number
   * of epochs in one go or in several gives the same weights, bit by bit. The generator has to have the seed that the
   * run was begun with.
   *
   * @default false
   */
  resume?: boolean;
  /**
   * Stops before the next step. The model keeps what it has learned, and a checkpoint is written.
   *
   * @default undefined
   */
  signal?: AbortSignal;
  /**
   * Called, and awaited, after each step. The model's own weights may be those of the last epoch's end.
   *
   * @default undefined
   */
  onStep?: (report: StepReport) => void | Promise<void>;
  /**
   * Called, and awaited, after each epoch, when its checkpoint is written. After the last one, `stopped` of the
   * history says so.
   *
   * @default undefined
   */
  onEpoch?: (record: EpochRecord, history: History) => void | Promise<void>;
  /**
   * Makes what computes the steps.
   *
   * @default fusedStep where it can train the model, else layersModelStep
   */
  createStep?: (model: tf.LayersModel, options: TrainingStepOptions) => TrainingStep | Promise<TrainingStep>;
}

/**
 * Trains a model to name the next note: shuffled batches, the paper's losses,
 * Adam. Lets the event loop take its turns, so that figures are drawn and a
 * click on Stop is seen.
 *
 * @param model Any layers model with the heads `pitch`, `step` and `duration`; it changes in place.
 * @param windows What it learns from.
 * @returns The history of the run, the epochs before a resumption included.
 * @throws {RangeError} If an option is out of range, the windows do not fit the model, or a resumed run was begun
 * with other settings.
 * @throws {TypeError} If options do not go together, or the model has not the three heads.
 * @throws {Deno.errors.NotFound} If there is no checkpoint to resume from.
 * @throws {Error} If a loss becomes NaN or infinite; the checkpoint before it stays.
 */
export async function fit(model: tf.LayersModel, windows: Windows, options: FitOptions): Promise<History> {
  checkOptions(options);
  for (const some of [windows, options.heldOut]) if (some) checkMatch(model, some);
  const { epochs, patience = Infinity, createStep = fastestStep, onEpoch } = options;
  const { learningRate, lossWeights, supervision = "last" } = options;
  if (supervision === "every" && !stackOf(model)) throw new TypeError(NO_STACK);

  const trainer = await createStep(model, { learningRate, lossWeights, supervision });
  try {
    const run = new TrainingRun(model, windows, trainer, options);
    if (options.resume) await run.resume();
    const state = () => run.epochs >= epochs ? "finished" : run.epochsWithoutBetter >= patience ? "early" : "running";
    while (state() === "running") {
      const record = await run.trainEpoch();
      await run.save();
      if (!record) return run.history("interrupted");
      await onEpoch?.(record, run.history(state()));
    }
    run.restoreBest();
    return run.history(state());
  } finally {
    trainer.dispose();
  }
}

function fastestStep(model: tf.LayersModel, options: TrainingStepOptions): TrainingStep {
  return fusedStep(model, options) ?? layersModelStep(model, options);
}
