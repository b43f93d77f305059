import * as tf from "@tensorflow/tfjs";
import type { Supervision } from "../settings/mod.ts";
import type { Batch } from "../windows/mod.ts";
import { Adam, type AdamState } from "./adam.ts";
import { headLosses, headLossesAtEveryStep, HEADS, type Losses, type LossWeights } from "./losses.ts";
import { trainableVariables, weightsInto } from "./weights.ts";

/**
 * What one step of training does, whoever computes it: `fit` knows nothing
 * else of the model's arithmetic. It may keep the weights to itself:
 * `writeModel` and `readModel` bring them into the model and back.
 */
export interface TrainingStep {
  /**
   * Updates the weights once.
   *
   * @param batch Gathered for what the step learns from: the events after windows, or after each event of them.
   * @returns The mean losses of the batch, before the update. If one of them is not finite, the model's weights stay
   * as they are.
   */
  run(batch: Batch): Omit<Losses, "total"> | Promise<Omit<Losses, "total">>;
  /**
   * The mean losses of a batch, of the notes after its windows, with the weights as they are; nothing is learned.
   */
  measure(batch: Batch): Omit<Losses, "total"> | Promise<Omit<Losses, "total">>;
  /** Takes the model's weights, after someone else has set them. */
  readModel(): void;
  /** Puts what was learned into the model. Until then it may lag behind. */
  writeModel(): void;
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
  /**
   * Which notes it learns from: the one after a window, or the one after each note of it.
   *
   * @default "last"
   */
  supervision?: Supervision;
}

/**
 * A step on any `tf.LayersModel` with the heads `pitch`, `step` and
 * `duration`: tfjs's own gradients, and {@linkcode Adam}.
 *
 * @param model Its trainable weights are updated.
 * @param options Learning rate, weights of the losses, and which notes count; `"every"` takes a stack of LSTM or GRU
 * layers.
 */
export function layersModelStep(model: tf.LayersModel, options: TrainingStepOptions): TrainingStep {
  const { learningRate, lossWeights, supervision = "last" } = options;
  const variables = trainableVariables(model);
  const adam = new Adam(learningRate, variables.map(({ size }) => size));
  return {
    run(batch) {
      let losses = { pitch: NaN, step: NaN, duration: NaN };
      const { value, grads } = tf.variableGrads(() => {
        const scalars = supervision === "every" ? headLossesAtEveryStep(model, batch) : headLosses(model, batch, true);
        losses = numbersOf(scalars);
        return tf.addN(HEADS.map((head) => tf.mul(scalars[head], lossWeights[head]))) as tf.Scalar;
      }, variables);
      if (HEADS.every((head) => Number.isFinite(losses[head]))) {
        const weights = variables.map((variable) => variable.dataSync().slice() as Float32Array);
        adam.update(weights, variables.map(({ name }) => grads[name].dataSync() as Float32Array));
        weightsInto(variables, weights);
      }
      tf.dispose([value, grads]);
      return losses;
    },
    measure: (batch) => measureModel(model, batch),
    readModel() {},
    writeModel() {},
    getState: () => adam.getState(),
    setState: (state) => adam.setState(state),
    dispose() {},
  };
}

/** The mean losses of a batch. */
export function measureModel(model: tf.LayersModel, batch: Batch): Omit<Losses, "total"> {
  let losses: ReturnType<typeof numbersOf>;
  tf.tidy(() => {
    losses = numbersOf(headLosses(model, batch, false));
  });
  return losses!;
}

function numbersOf(scalars: ReturnType<typeof headLosses>): Record<typeof HEADS[number], number> {
  const [pitch, step, duration] = HEADS.map((head) => scalars[head].dataSync()[0]);
  return { pitch, step, duration };
}
