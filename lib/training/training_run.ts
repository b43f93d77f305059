import type * as tf from "@tensorflow/tfjs";
import type { Windows } from "../windows/mod.ts";
import { type Checkpoint, type Progress, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { meanOverWindows } from "./evaluate.ts";
import type { FitOptions } from "./fit_options.ts";
import { bestEpoch, type EpochRecord, type History, median } from "./history.ts";
import { type Losses, meanLosses } from "./losses.ts";
import { checkSameRecipe, type Recipe, recipeOf } from "./recipe.ts";
import { checkFinite, type StepsOptions, takeSteps } from "./steps.ts";
import type { TrainingStep } from "./training_step.ts";
import { weightsInto, weightsOf } from "./weights.ts";

/** A run of training between two epochs: what is done so far, and how to do the next epoch. */
export class TrainingRun {
  readonly #model: tf.LayersModel;
  readonly #windows: Windows;
  readonly #trainer: TrainingStep;
  readonly #options: FitOptions;
  readonly #recipe: Recipe;
  #progress: Progress;
  #best: Checkpoint["best"];
  #secondsOfSteps: number[] = [];
  #begun = performance.now();

  constructor(model: tf.LayersModel, windows: Windows, trainer: TrainingStep, options: FitOptions) {
    this.#model = model;
    this.#windows = windows;
    this.#trainer = trainer;
    this.#options = options;
    this.#recipe = recipeOf(model, windows, options);
    this.#progress = this.#beginEpoch([]);
  }

  /** Number of finished epochs. */
  get epochs(): number {
    return this.#progress.epochs.length;
  }

  /** Number of epochs since the best one. */
  get epochsWithoutBetter(): number {
    return this.epochs - this.history("running").best;
  }

  /** The run so far. */
  history(stopped: History["stopped"]): History {
    const { epochs, secondsPerStep } = this.#progress;
    return { epochs, stopped, secondsPerStep, best: bestEpoch(epochs, this.#recipe.monitor) };
  }

  /** Puts everything back as the checkpoint has it. */
  async resume(): Promise<void> {
    const saved = await readCheckpoint(this.#options.run!);
    checkSameRecipe(saved.recipe, this.#recipe);
    this.#putWeights(saved.weights);
    this.#trainer.setState(saved.optimiser);
    this.#options.prng.setState(saved.progress.prng);
    this.#progress = saved.progress;
    this.#best = saved.best;
  }

  /** Writes the checkpoint, if the run has a folder. */
  async save(): Promise<void> {
    if (!this.#options.run) return;
    await writeCheckpoint(this.#options.run, this.#model, {
      recipe: this.#recipe,
      progress: this.#progress,
      optimiser: this.#trainer.getState(),
      best: this.#best,
    });
  }

  /**
   * Trains until the epoch is done, and measures the held-out windows.
   *
   * @returns What it brought; nothing where the signal stopped it.
   */
  async trainEpoch(): Promise<EpochRecord | undefined> {
    const { batchSize, dropRemainder } = this.#recipe;
    const { prng, signal, lossWeights, supervision, onStep } = this.#options;
    const { size } = this.#windows;
    const progress = this.#progress;
    const steps = dropRemainder ? Math.floor(size / batchSize) : Math.ceil(size / batchSize);
    const finished = await this.#takeSteps(progress, {
      batchSize,
      dropRemainder,
      supervision,
      prng,
      signal,
      onStep: (seconds) => {
        this.#secondsOfSteps.push(seconds);
        const { epochs } = this.#options;
        const left = steps * (epochs - this.epochs) - progress.step;
        const each = (performance.now() - this.#begun) / 1000 / this.#secondsOfSteps.length;
        const losses = meanLosses(progress.sums, lossWeights);
        return onStep?.({
          epoch: this.epochs + 1,
          epochs,
          step: progress.step,
          steps,
          losses,
          secondsLeft: left * each,
        });
      },
    });
    if (this.#secondsOfSteps.length > 0) progress.secondsPerStep = median(this.#secondsOfSteps);
    if (!finished) return;

    const before = performance.now();
    const heldOut = await this.#measureHeldOut();
    if (heldOut === "interrupted") return;
    const record: EpochRecord = {
      epoch: this.epochs + 1,
      train: meanLosses(progress.sums, lossWeights),
      ...heldOut && { heldOut },
      seconds: progress.seconds + (performance.now() - before) / 1000,
    };
    this.#progress = this.#beginEpoch([...progress.epochs, record], progress.secondsPerStep);
    const { restoreBest, monitor } = this.#recipe;
    if (restoreBest && bestEpoch(this.#progress.epochs, restoreBest === true ? monitor : restoreBest) === this.epochs) {
      this.#best = weightsOf(this.#model);
    }
    return record;
  }

  /** Takes the epoch's steps; however that ends, the model has what they brought. */
  async #takeSteps(progress: Progress, options: StepsOptions): Promise<boolean> {
    try {
      return await takeSteps(this.#trainer, this.#windows, progress, options);
    } finally {
      this.#trainer.writeModel();
    }
  }

  /** Puts the best epoch's weights into the model, if the options want it so. */
  restoreBest(): void {
    if (this.#best) this.#putWeights(this.#best);
  }

  #putWeights(weights: readonly Float32Array[]): void {
    weightsInto(this.#model.getWeights() as tf.Variable[], weights);
    this.#trainer.readModel();
  }

  async #measureHeldOut(): Promise<Losses | undefined | "interrupted"> {
    const { heldOut, batchSize, lossWeights, signal } = this.#options;
    if (!heldOut) return;
    try {
      const losses = await meanOverWindows((batch) => this.#trainer.measure(batch), heldOut, {
        batchSize,
        lossWeights,
        signal,
      });
      checkFinite(losses, `the held-out windows after epoch ${this.epochs + 1}`);
      return losses;
    } catch (error) {
      if (signal?.aborted && error === signal.reason) return "interrupted";
      throw error;
    }
  }

  #beginEpoch(epochs: EpochRecord[], secondsPerStep = 0): Progress {
    const sums = { pitch: 0, step: 0, duration: 0, count: 0 };
    const keepsOrder = this.#recipe.reshuffle === false && epochs.length > 0;
    const prng = keepsOrder ? this.#progress.prng : this.#options.prng.getState();
    return { epochs, prng, step: 0, sums, seconds: 0, secondsPerStep };
  }
}
