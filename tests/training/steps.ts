/** Steps of training as `fit` makes and takes them, for the paper's heads. */

import * as tf from "@tensorflow/tfjs";
import { paperEncoding } from "../../lib/encodings/mod.ts";
import { paperHeads } from "../../lib/heads/mod.ts";
import { matchOf, type StepArgs, type TrainingStepOptions } from "../../lib/training/mod.ts";
import type { Batch } from "../../lib/windows/mod.ts";

/** What a step is taken with. */
export const ARGS: StepArgs = { learningRate: 0.005, dropoutSeed: 1 };

/** What the steps of a model of notes are made with. */
export function stepOptions(model: tf.LayersModel, changes: Partial<TrainingStepOptions> = {}): TrainingStepOptions {
  const heads = paperHeads(), lossWeights = { pitch: 0.3, step: 1, duration: 0.7 };
  const match = matchOf(model, { encoding: paperEncoding(), length: model.inputs[0].shape[1]! }, heads);
  return { heads, lossWeights, supervision: "last", match, ...changes };
}

/** A batch of notes as tensors: what goes in, and what should come out. */
export function batchTensors({ size, inputs: { notes }, steps, targets }: Batch) {
  const { pitch, step, duration } = targets,
    column = (values: ArrayLike<number>) => tf.tensor2d(Float32Array.from(values), [values.length, 1]);
  return {
    inputs: tf.tensor3d(notes as Float32Array, [size, steps.notes, 3]),
    targets: { pitch: tf.tensor1d(pitch, "int32"), step: column(step), duration: column(duration) },
  };
}

/** The three losses of what a model says, each by its head. */
export function headLosses(said: Record<string, tf.Tensor2D>, targets: ReturnType<typeof batchTensors>["targets"]) {
  return paperHeads().map((head) => head.loss(said[head.name], tf.reshape(targets[head.name as "pitch"], [-1])));
}
