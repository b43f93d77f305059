import type * as tf from "@tensorflow/tfjs";
import type { Head } from "../heads/mod.ts";
import type { SeededPrng } from "../random/mod.ts";
import type { Supervision } from "../settings/mod.ts";
import type { Examples } from "../windows/mod.ts";
import type { EpochRecord, History, Monitor } from "./history.ts";
import type { Losses, LossWeights } from "./losses.ts";
import type { OptimiserOptions } from "./optimiser.ts";
import type { ScheduleOptions } from "./schedule.ts";
import type { TrainingStep, TrainingStepOptions } from "./training_step.ts";

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

/** Options of `fit`. Settings of `lib/settings` can be spread into them. */
export interface FitOptions extends ScheduleOptions, OptimiserOptions {
  /** Passes over the training windows, those of a resumed run included. */
  epochs: number;
  /** Windows in a batch. */
  batchSize: number;
  /** How much each loss counts in the total, by the names of the heads. */
  lossWeights: LossWeights;
  /**
   * What the model names: each head is an output of it, and a said column of the windows.
   *
   * @default {paperHeads()}
   */
  heads?: readonly Head[];
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
   * Which events the model learns to name: the one after a window, or the one after each event of it, which makes
   * `length` targets of one pass. Held-out windows are measured so that each event counts once: by the event after each
   * of theirs where they do not overlap and the model learns from every one, otherwise by the one after the window.
   *
   * @default "last"
   */
  supervision?: Supervision;
  /**
   * Windows that are not learned from; their losses are measured after each epoch.
   *
   * @default undefined
   */
  heldOut?: Examples;
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
   * At the end, put the weights of the best epoch back (their average, where one is kept): the best by the loss that `monitor` says, or by the one named
   * here. Not where the signal stopped the run. The checkpoint keeps those of the last epoch.
   *
   * @default false
   */
  restoreBest?: boolean | Monitor;
  /**
   * Go on learning from what another run has learned, on other music or in another way (fine-tuning): the folder of that
   * run, whose `model/` has the same layers. Its weights replace the model's before the first step; the optimiser begins
   * afresh. The history says where they came from. A run that is resumed is given the same folder again.
   *
   * @default undefined The model's own weights.
   */
  initialWeights?: string;
  /**
   * Folder of the run, where each epoch leaves its checkpoint in `checkpoint/`. Without it there are none.
   *
   * @default undefined
   */
  run?: string;
  /**
   * Go on from the run's checkpoint: model, optimiser, generator and history become what they were. The same number
   * of epochs in one go or in several gives the same weights, bit by bit. The generator has to have the seed that the
   * run was begun with. It goes on on the kernel that it was begun on, if that is there.
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
   * @default fusedStep where it can train the model, otherwise layersModelStep
   */
  createStep?: (model: tf.LayersModel, options: TrainingStepOptions) => TrainingStep | Promise<TrainingStep>;
}
