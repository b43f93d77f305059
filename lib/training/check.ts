import type * as tf from "@tensorflow/tfjs";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { SETTING_NAMES } from "../settings/mod.ts";
import type { Windows } from "../windows/mod.ts";
import type { FitOptions } from "./fit_options.ts";
import type { Monitor } from "./history.ts";
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
 * @throws {TypeError} If there are no outputs `pitch`, [batch, 128], `step` and `duration`, [batch, 1].
 */
function checkHeads(model: tf.LayersModel): void {
  if (!model?.outputs) throw new TypeError("Cannot use the model: it must be a tf.LayersModel");
  const { outputNames } = model;
  if (outputNames.length === 0) {
    throw new TypeError(
      "Cannot use the model: a sequential model has one output without a name; " +
        'build it with tf.model, on layers named "pitch", "step" and "duration"',
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
}

/** A shape of the model, as it would be said. */
function written(shape: tf.Shape): string {
  return `[${shape.map((size, axis) => size ?? (axis === 0 ? "batch" : "any")).join(", ")}]`;
}

/** What the weights of the losses must be. */
export const LOSS_WEIGHTS: Kind<LossWeights> = kinds.entries({
  pitch: kinds.number({ from: 0 }),
  step: kinds.number({ from: 0 }),
  duration: kinds.number({ from: 0 }),
});

/**
 * Checks the options of `fit` before anything is done.
 *
 * @throws {RangeError} If a number is out of range.
 * @throws {TypeError} If one is missing, unknown or of the wrong type, or options do not go together.
 */
export function checkFitOptions(options: FitOptions): void {
  checkOptions("train", options, {
    epochs: kinds.positiveInteger,
    batchSize: kinds.positiveInteger,
    learningRate: kinds.positiveNumber,
    lossWeights: LOSS_WEIGHTS,
    prng: kinds.seededPrng,
    dropRemainder: optional(kinds.boolean),
    reshuffle: optional(kinds.boolean),
    supervision: optional(kinds.oneOf("last", "every")),
    heldOut: optional(kinds.object("windows")),
    patience: optional(kinds.orInfinity(kinds.positiveInteger)),
    monitor: optional(kinds.oneOf("train", "heldOut")),
    restoreBest: optional(kinds.oneOf<boolean | Monitor>(true, false, "train", "heldOut")),
    run: optional(kinds.name),
    resume: optional(kinds.boolean),
    signal: optional(kinds.signal),
    onStep: optional(kinds.callback),
    onEpoch: optional(kinds.callback),
    createStep: optional(kinds.callback),
  }, SETTING_NAMES);
  const { monitor, restoreBest, heldOut, resume, run } = options;
  for (const [name, loss] of Object.entries({ monitor, restoreBest })) {
    if (loss === "heldOut" && !heldOut) {
      throw new TypeError(`Cannot train: for ${name} to be "heldOut", give windows to hold out`);
    }
  }
  if (resume && !run) throw new TypeError("Cannot resume: name the folder of the run");
}
