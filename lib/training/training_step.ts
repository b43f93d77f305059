import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../windows/mod.ts";
import { Adam, type AdamState } from "./adam.ts";
import { headLosses, HEADS, type Losses, type LossWeights } from "./losses.ts";

/**
 * What one step of training does, whoever computes it: `fit` knows nothing
 * else of the model's arithmetic.
 */
export interface TrainingStep {
  /**
   * Updates the model's weights once.
   *
   * @param batch Still the caller's to dispose of.
   * @returns The mean losses of the batch, before the update. If one of them is not finite, the weights stay as they
   * are.
   */
  run(batch: Batch): Omit<Losses, "total"> | Promise<Omit<Losses, "total">>;
  /** What the optimiser remembers, for a checkpoint. */
  getState(): AdamState;
  /** Puts back what the optimiser remembered. */
  setState(state: AdamState): void;
  /** Frees what the step holds; the model stays. */
  dispose(): void;
}

/** What a {@linkcode TrainingStep} is made with. */
export interface TrainingStepOptions {
  /** Adam's step size. */
  learningRate: number;
  /** How much each loss counts. */
  lossWeights: LossWeights;
}

/**
 * A step on any `tf.LayersModel` with the heads `pitch`, `step` and
 * `duration`: tfjs's own gradients, and {@linkcode Adam}.
 *
 * @param model Its trainable weights are updated.
 * @param options Learning rate and weights of the losses.
 */
export function layersModelStep(model: tf.LayersModel, options: TrainingStepOptions): TrainingStep {
  const { learningRate, lossWeights } = options;
  // A LayerVariable keeps its tf.Variable to itself, and only that can be differentiated by.
  const variables = model.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val);
  const adam = new Adam(learningRate, variables.map(({ size }) => size));
  return {
    run(batch) {
      const losses = { pitch: NaN, step: NaN, duration: NaN };
      const { value, grads } = tf.variableGrads(() => {
        const scalars = headLosses(model, batch.inputs, batch.targets, true);
        for (const head of HEADS) losses[head] = scalars[head].dataSync()[0];
        return tf.addN(HEADS.map((head) => tf.mul(scalars[head], lossWeights[head]))) as tf.Scalar;
      }, variables);
      if (HEADS.every((head) => Number.isFinite(losses[head]))) {
        const weights = variables.map((variable) => variable.dataSync().slice() as Float32Array);
        adam.update(weights, variables.map(({ name }) => grads[name].dataSync() as Float32Array));
        variables.forEach((variable, i) => tf.tidy(() => variable.assign(tf.tensor(weights[i], variable.shape))));
      }
      tf.dispose([value, grads]);
      return losses;
    },
    getState: () => adam.getState(),
    setState: (state) => adam.setState(state),
    dispose() {},
  };
}
