import type * as tf from "@tensorflow/tfjs";
import type { Windows } from "../windows/mod.ts";
import type { FitOptions } from "./fit_options.ts";
import { HEADS, type LossWeights } from "./losses.ts";
import { PITCHES } from "./pitch_targets.ts";

/**
 * Checks that a model can read these windows and answers with the three heads.
 *
 * @throws {TypeError} If the model has not the heads `pitch`, `step` and `duration`, or no window as its input.
 * @throws {RangeError} If it takes windows of another length.
 */
export function checkMatch(model: tf.LayersModel, windows: Pick<Windows, "length">): void {
  checkNames(model);
  const shape = model.inputs[0].shape;
  if (model.inputs.length !== 1 || shape.length !== 3 || shape[2] !== 3) {
    throw new TypeError(`Cannot use the model: its input must be [batch, length, 3], it is [${shape}]`);
  }
  if (shape[1] !== null && shape[1] !== windows.length) {
    throw new RangeError(`Cannot use the model: it takes windows of ${shape[1]} notes, these have ${windows.length}`);
  }
}

/** Numbers that each head has. */
export const HEAD_SIZES: Readonly<Record<typeof HEADS[number], number>> = { pitch: PITCHES, step: 1, duration: 1 };

/**
 * Checks that a model answers with the three heads and with nothing else.
 *
 * @throws {TypeError} If the outputs are not `pitch`, [batch, 128], `step` and `duration`, [batch, 1].
 */
export function checkHeads(model: tf.LayersModel): void {
  checkNames(model);
  model.outputNames.forEach((name, i) => {
    const { shape } = model.outputs[i], size = HEAD_SIZES[name as typeof HEADS[number]];
    if (shape.length !== 2 || shape[1] !== size) {
      const expected = size ? `[batch, ${size}]` : "among pitch, step and duration";
      throw new TypeError(`Cannot use the model: its output "${name}" must be ${expected}, it is [${shape}]`);
    }
  });
}

function checkNames({ outputNames }: tf.LayersModel): void {
  const missing = HEADS.find((head) => !outputNames.includes(head));
  if (missing) {
    throw new TypeError(`Cannot use the model: it has no output "${missing}" among ${outputNames.join(", ")}`);
  }
}

/**
 * Checks Adam's step size.
 *
 * @throws {RangeError} If it is not positive and finite.
 */
export function checkLearningRate(learningRate: number): void {
  if (!(learningRate > 0 && learningRate < Infinity)) {
    throw new RangeError(`Cannot train: the learning rate must be positive, current value is ${learningRate}`);
  }
}

/**
 * Checks the weights of the losses.
 *
 * @throws {RangeError} If one is missing, negative or not finite.
 */
export function checkLossWeights(weights: LossWeights): void {
  for (const head of HEADS) {
    if (!(weights[head] >= 0 && weights[head] < Infinity)) {
      throw new RangeError(`Cannot weigh the losses: the weight of ${head} must be 0 or more, got ${weights[head]}`);
    }
  }
}

/**
 * Checks the options of `fit` before anything is done.
 *
 * @throws {RangeError} If a number is out of range.
 * @throws {TypeError} If options do not go together.
 */
export function checkOptions(options: FitOptions): void {
  const { epochs, batchSize, patience = Infinity, learningRate, lossWeights, monitor, heldOut, resume, run } = options;
  const { supervision, restoreBest } = options;
  for (const [name, value] of Object.entries({ epochs, batchSize, patience })) {
    const isCount = Number.isInteger(value) && value >= 1;
    if (!isCount && !(name === "patience" && value === Infinity)) {
      throw new RangeError(`Cannot train: ${name} must be a positive integer, current value is ${value}`);
    }
  }
  checkLearningRate(learningRate);
  checkLossWeights(lossWeights);
  if (supervision !== undefined && supervision !== "last" && supervision !== "every") {
    throw new TypeError(`Cannot train: supervision must be "last" or "every", got "${supervision}"`);
  }
  for (const [name, loss] of Object.entries({ monitor, restoreBest })) {
    if (loss === undefined || typeof loss === "boolean") continue;
    if (loss !== "train" && loss !== "heldOut") {
      throw new TypeError(`Cannot train: ${name} must be "train" or "heldOut", got "${loss}"`);
    }
    if (loss === "heldOut" && !heldOut) {
      throw new TypeError(`Cannot train: for ${name} to be "heldOut", give windows to hold out`);
    }
  }
  if (resume && !run) throw new TypeError("Cannot resume: name the folder of the run");
}
