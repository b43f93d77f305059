/** Compiled models of notes, ours and tfjs's, and what they lose in `model.fit`. */

import * as tf from "@tensorflow/tfjs";
import { Network, startBackend } from "../../lib/kernels/mod.ts";
import { adamOptimizer, mseWithPositivePressure } from "../../lib/training/mod.ts";
import { drawnWindows, type NoteModelOptions } from "./models.ts";

await startBackend();

/** What models are compiled with. */
export const options = { learningRate: 0.005, lossWeights: { pitch: 0.3, step: 1, duration: 0.7 } };

/** Models that the kernel knows. */
export const kinds: NoteModelOptions[] = [{}, { cell: "gru" }, { units: [9, 5] }, { cell: "gru", units: [4, 4, 17] }];

/** What they learn from. */
export const windows = drawnWindows(5, 80);
const { inputs, targets } = windows.gather([...Array(windows.size).keys()]);

export { inputs };

/** What should come out, by the heads' names. */
export const truths = { ...targets };

/** The pitches as vectors. */
export const oneHot = tf.oneHot(targets.pitch, 128);

/** `model.compile` as tfjs's documentation has it, with the same losses. */
export function compileStock(model: tf.LayersModel, optimizer: tf.Optimizer = adamOptimizer(options.learningRate)) {
  const { lossWeights } = options;
  const pressed = (weight: number) => (truth: tf.Tensor, said: tf.Tensor) =>
    mseWithPositivePressure(truth as tf.Tensor2D, said as tf.Tensor2D).mul(weight) as tf.Scalar;
  const loss = {
    pitch: (truth: tf.Tensor, said: tf.Tensor) =>
      tf.losses.softmaxCrossEntropy(truth, said).mul(lossWeights.pitch) as tf.Scalar,
    step: pressed(lossWeights.step),
    duration: pressed(lossWeights.duration),
  };
  model.compile({ optimizer, loss });
  return model;
}

/** The four losses of each batch of a `fit`. */
export async function lossesOf(
  model: tf.LayersModel,
  epochs: number,
  args: tf.ModelFitArgs = {},
  given: object = truths,
) {
  const losses: number[][] = [];
  await model.fit(inputs, given as Record<string, tf.Tensor>, {
    ...{ epochs, batchSize: 10, shuffle: false, verbose: 0, yieldEvery: "never" },
    ...args,
    callbacks: {
      onBatchEnd: (_, logs) => {
        losses.push(model.metricsNames.slice(0, 4).map((name) => logs![name]));
        return Promise.resolve();
      },
    },
  });
  return losses;
}

/** How many batches the kernel's network learns from while `work` is done. */
export async function fusedSteps(work: () => Promise<unknown>): Promise<number> {
  const { train } = Network.prototype;
  let count = 0;
  Network.prototype.train = function (...args) {
    count++;
    return train.apply(this, args);
  };
  try {
    await work();
  } finally {
    Network.prototype.train = train;
  }
  return count;
}
