import type * as tf from "@tensorflow/tfjs";
import type { Head } from "../heads/mod.ts";
import { kernelEngine } from "../kernels/mod.ts";
import { seeded } from "../random/mod.ts";
import type { Examples } from "../windows/mod.ts";
import { type Checkpoint, type Progress, writeCheckpoint } from "./checkpoint.ts";
import { checkRoom } from "./checkpoint_folders.ts";
import { meanOverWindows } from "./evaluate.ts";
import type { FitOptions } from "./fit_options.ts";
import { bestEpoch, type EpochRecord, type History, median } from "./history.ts";
import type { InitialWeights } from "./initial_weights.ts";
import { type Losses, meanLosses, noLosses } from "./losses.ts";
import { gatheredFor, type Match } from "./match.ts";
import { checkSameRecipe, type Recipe, recipeOf } from "./recipe.ts";
import { learningRateAt } from "./schedule.ts";
import { checkFinite, type StepsOptions, takeSteps } from "./steps.ts";
import type { StepArgs, TrainingStep } from "./training_step.ts";
import { trainableVariables, weightsInto, weightsOf } from "./weights.ts";

/** What computes. */
const kernelName = () => kernelEngine()?.kernel ?? "tfjs";

/** What a {@linkcode TrainingRun} is made with. */
export interface RunOptions extends FitOptions {
  /** What the model names. */
  heads: readonly Head[];
  /** What its inputs take of a batch. */
  match: Match;
  /** Whose weights it began with, if not its own. */
  initial?: InitialWeights;
}

/** A run of training between two epochs: what is done so far, and how to do the next epoch. */
export class TrainingRun {
  readonly #model: tf.LayersModel;
  readonly #windows: Examples;
  readonly #trainer: TrainingStep;
  readonly #options: RunOptions;
  readonly #recipe: Recipe;
  #progress: Progress;
  #best: Checkpoint["best"];
  #secondsOfSteps: number[] = [];
  #begun = performance.now();

  constructor(model: tf.LayersModel, windows: Examples, trainer: TrainingStep, options: RunOptions) {
    this.#model = model;
    this.#windows = windows;
    this.#trainer = trainer;
    this.#options = options;
    this.#recipe = recipeOf(model, windows, options, options.heads, options.initial);
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
    const { epochs, secondsPerStep } = this.#progress, { initial } = this.#options;
    return {
      epochs,
      stopped,
      secondsPerStep,
      kernel: kernelName(),
      ...initial && { initialWeights: initial },
      best: bestEpoch(epochs, this.#recipe.monitor),
    };
  }

  /** Puts everything back as a checkpoint has it. */
  resume(saved: Checkpoint): void {
    checkSameRecipe(saved.recipe, this.#recipe);
    this.#putWeights(saved.weights);
    this.#trainer.setState(saved.optimiser);
    this.#options.prng.setState(saved.progress.prng);
    this.#progress = saved.progress;
    this.#best = saved.best;
  }

  /** Makes the run's folder, if it has one, and sees that what it leaves there finds room. */
  async checkRoom(): Promise<void> {
    const { run, averageDecay } = this.#options;
    if (!run) return;
    // Weights, means and squares, the average, the best; and text.
    const arrays = 3 + (averageDecay ? 1 : 0) + (this.#recipe.restoreBest ? 1 : 0);
    await checkRoom(run, 4 * arrays * this.#model.countParams() + 2 ** 16);
  }

  /** Writes the checkpoint, if the run has a folder. */
  async save(): Promise<void> {
    if (!this.#options.run) return;
    await writeCheckpoint(this.#options.run, this.#model, {
      recipe: this.#recipe,
      kernel: kernelName(),
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
    const { prng, signal, lossWeights, match, supervision = "last", onStep } = this.#options;
    const { size } = this.#windows;
    const progress = this.#progress;
    const steps = dropRemainder ? Math.floor(size / batchSize) : Math.ceil(size / batchSize);
    const finished = await this.#takeSteps(progress, {
      batchSize,
      dropRemainder,
      supervision,
      gathered: gatheredFor(match, supervision),
      prng,
      signal,
      args: (step) => this.#stepArgs(progress.epochs.length * steps + step, steps),
      onStep: (seconds) => {
        this.#secondsOfSteps.push(seconds);
        const { epochs } = this.#options;
        const left = steps * (epochs - this.epochs) - progress.step;
        const each = (performance.now() - this.#begun) / 1000 / this.#secondsOfSteps.length;
        const losses = meanLosses(progress.losses, lossWeights);
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

    const { restoreBest, monitor } = this.#recipe;
    const bestBy = restoreBest === true ? monitor : restoreBest;
    const before = performance.now();
    const measured = await this.#withAverage(async () => {
      const heldOut = await this.#measureHeldOut();
      return heldOut === "interrupted" ? heldOut : { heldOut, weights: bestBy ? weightsOf(this.#model) : undefined };
    });
    if (measured === "interrupted") return;
    const { heldOut, weights } = measured;
    const record: EpochRecord = {
      epoch: this.epochs + 1,
      train: meanLosses(progress.losses, lossWeights),
      ...heldOut && { heldOut },
      seconds: progress.seconds + (performance.now() - before) / 1000,
    };
    this.#progress = this.#beginEpoch([...progress.epochs, record], progress.secondsPerStep);
    if (bestBy && bestEpoch(this.#progress.epochs, bestBy) === this.epochs) this.#best = weights;
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

  /** What the step at a moment of the run is taken with. */
  #stepArgs(step: number, stepsOfEpoch: number): StepArgs {
    const { prng: { seed }, epochs } = this.#options;
    const { monitor } = this.#recipe;
    const moment = { step, steps: stepsOfEpoch * epochs, epochs: this.#progress.epochs, monitor };
    return {
      learningRate: learningRateAt(this.#options, moment),
      // From the seed and the place in the run alone, so that a resumed run draws the same masks.
      dropoutSeed: Math.floor(seeded((seed ^ Math.imul(step + 1, 0x9e3779b1)) >>> 0)() * 2 ** 32),
    };
  }

  /** Puts the weights to be used into the model: the best epoch's if so wanted, else their average if one is kept. */
  finish(restoresBest: boolean): void {
    const { average } = this.#trainer.getState();
    if (restoresBest && this.#best) this.#putWeights(this.#best);
    else if (average) this.#putTrainable(average);
  }

  /** Does something with the average of the weights in the model, where one is kept. */
  async #withAverage<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.#options.averageDecay) return await work();
    const weights = weightsOf(this.#model);
    this.#putTrainable(this.#trainer.getState().average!);
    try {
      return await work();
    } finally {
      this.#putWeights(weights);
    }
  }

  #putTrainable(weights: readonly Float32Array[]): void {
    weightsInto(trainableVariables(this.#model), weights);
    this.#trainer.readModel();
  }

  #putWeights(weights: readonly Float32Array[]): void {
    weightsInto(this.#model.getWeights() as tf.Variable[], weights);
    this.#trainer.readModel();
  }

  async #measureHeldOut(): Promise<Losses | undefined | "interrupted"> {
    const { heldOut, signal } = this.#options;
    if (!heldOut) return;
    try {
      const losses = await meanOverWindows((batch, at) => this.#trainer.measure(batch, at), heldOut, this.#options);
      checkFinite(losses, `the held-out windows after epoch ${this.epochs + 1}`);
      return losses;
    } catch (error) {
      if (signal?.aborted && error === signal.reason) return "interrupted";
      throw error;
    }
  }

  #beginEpoch(epochs: EpochRecord[], secondsPerStep = 0): Progress {
    const keepsOrder = this.#recipe.reshuffle === false && epochs.length > 0;
    const prng = keepsOrder ? this.#progress.prng : this.#options.prng.getState();
    return { epochs, prng, step: 0, losses: noLosses(this.#options.heads), seconds: 0, secondsPerStep };
  }
}
