import type * as tf from "@tensorflow/tfjs";
import type { Windows } from "../windows/mod.ts";
import type { FitOptions } from "./fit_options.ts";
import { HEADS, type LossWeights, PITCHES } from "./losses.ts";

/**
 * Checks that a model can read these windows and answers with the three heads.
 *
 * @throws {TypeError} If the model lacks the heads `pitch`, `step` and `duration`, one of them has another width than
 * its loss, sampler and scorer want, or the input is no window of notes.
 * @throws {RangeError} If it takes windows of another length.
 */
export function checkMatch(model: tf.LayersModel, windows: Pick<Windows, "length">): void {
  checkHeads(model);
  const { shape } = model.inputs[0];
  if (model.inputs.length !== 1 || shape.length !== 3 || shape[2] !== 3) {
    const inputs = model.inputs.map(({ shape }) => written(shape)).join(" and ");
    throw new TypeError(`Cannot use the model: its input must be [batch, length, 3], it is ${inputs}`);
  }
  if (shape[1] !== null && shape[1] !== windows.length) {
    throw new RangeError(`Cannot use the model: it takes windows of ${shape[1]} notes, these have ${windows.length}`);
  }
}

/** Numbers that each head has. */
export const HEAD_SIZES: Readonly<Record<typeof HEADS[number], number>> = { pitch: PITCHES, step: 1, duration: 1 };

/**
 * Checks that a model answers with the three heads.
 *
 * @param others Whether it may have further outputs, which are not listened to.
 * @throws {TypeError} If the outputs are not `pitch`, [batch, 128], `step` and `duration`, [batch, 1].
 */
export function checkHeads(model: tf.LayersModel, others = true): void {
  if (!model?.outputs) throw new TypeError("Cannot use the model: it must be a tf.LayersModel");
  const { outputNames } = model;
  if (outputNames.length === 0) {
    throw new TypeError(
      'Cannot use the model: a sequential model has one output without a name; build it with tf.model, on layers named "pitch", "step" and "duration"',
    );
  }
  for (const head of HEADS) {
    const index = outputNames.indexOf(head), width = HEAD_SIZES[head];
    if (index < 0) {
      const names = outputNames.map((name) => `"${name}"`).join(", ");
      throw new TypeError(`Cannot use the model: it has no output "${head}", its outputs are ${names}`);
    }
    const { shape } = model.outputs[index];
    if (shape.length !== 2 || shape[1] !== width) {
      throw new TypeError(
        `Cannot use the model: its output "${head}" is ${written(shape)}, but its loss, sampler and scorer want ` +
          `[batch, ${width}]: ${width === 1 ? "seconds" : "a logit of each pitch from 0 to 127"}`,
      );
    }
  }
  const stray = others ? undefined : outputNames.find((name) => !(name in HEAD_SIZES));
  if (stray !== undefined) {
    throw new TypeError(`Cannot use the model: its output "${stray}" is none of pitch, step and duration`);
  }
}

/** A shape of the model, as it would be said. */
function written(shape: tf.Shape): string {
  return `[${shape.map((size, axis) => size ?? (axis === 0 ? "batch" : "any")).join(", ")}]`;
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
