import * as tf from "@tensorflow/tfjs";
import type { Head } from "../heads/mod.ts";
import { applyModel } from "../layers/mod.ts";
import type { Supervision } from "../settings/mod.ts";
import type { Batch } from "../windows/mod.ts";
import { countedTargets, type LossWeights } from "./losses.ts";
import type { Match } from "./match.ts";
import { Adam, type OptimiserOptions, type OptimiserState } from "./optimiser.ts";
import { trainableVariables, weightsInto } from "./weights.ts";

/** Of each head, by its name, its mean loss over what it has named. */
export type HeadLosses = Record<string, number>;

/** What one step is taken with. */
export interface StepArgs {
  /** Adam's step size. */
  learningRate: number;
  /** Decides the masks of dropout. */
  dropoutSeed: number;
}

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
  run(batch: Batch, args: StepArgs): HeadLosses | Promise<HeadLosses>;
  /**
   * The mean losses of a batch, with the weights as they are; nothing is learned.
   *
   * @param at Whether the events after each event of the windows count, or those after the windows alone.
   */
  measure(batch: Batch, at: Supervision): HeadLosses | Promise<HeadLosses>;
  /** Takes the model's weights, after someone else has set them. */
  readModel(): void;
  /** Puts what was learned into the model. Until then it may lag behind. */
  writeModel(): void;
  /** What the optimiser remembers, for a checkpoint: in the order of the model's trainable weights. */
  getState(): OptimiserState;
  /** Puts back what the optimiser remembered. */
  setState(state: OptimiserState): void;
  /** Frees what the step holds; the model stays. */
  dispose(): void;
}

/** What a {@linkcode TrainingStep} is made with. */
export interface TrainingStepOptions extends OptimiserOptions {
  /** What the model names. */
  heads: readonly Head[];
  /** How much each loss counts. */
  lossWeights: LossWeights;
  /** Which events it learns from: the one after a window, or the one after each event of it. */
  supervision: Supervision;
  /** What the model's inputs take of a batch. */
  match: Match;
}

/**
 * A step on any `tf.LayersModel`: tfjs's own gradients, and {@linkcode Adam}.
 *
 * @param model Its trainable weights are updated.
 * @param options Heads, weights of the losses, which events count, and what stands around Adam.
 */
export function layersModelStep(model: tf.LayersModel, options: TrainingStepOptions): TrainingStep {
  const { heads, lossWeights, supervision, match } = options;
  const variables = trainableVariables(model);
  const adam = new Adam(variables.map(({ shape }) => shape), options);
  return {
    run(batch, { learningRate, dropoutSeed }) {
      let losses: HeadLosses = {};
      const { value, grads } = tf.variableGrads(() => {
        const scalars = headLosses(model, batch, { heads, match, at: supervision, training: true, dropoutSeed });
        losses = numbersOf(scalars);
        return tf.addN(heads.map(({ name }) => tf.mul(scalars[name], lossWeights[name]))) as tf.Scalar;
      }, variables);
      if (Object.values(losses).every(Number.isFinite)) {
        const weights = variables.map((variable) => variable.dataSync().slice() as Float32Array);
        // What the losses do not depend on has no gradient.
        const gradients = variables.map(({ name, size }) => grads[name]?.dataSync() ?? new Float32Array(size));
        adam.update(weights, gradients as Float32Array[], learningRate);
        weightsInto(variables, weights);
      }
      tf.dispose([value, grads]);
      return losses;
    },
    measure: (batch, at) => measureModel(model, batch, { heads, match, at }),
    readModel() {},
    writeModel() {},
    getState: () => adam.getState(),
    setState: (state) => adam.setState(state),
    dispose() {},
  };
}

/** What {@linkcode measureModel} measures. */
export interface MeasureOptions {
  /** What the model names. */
  heads: readonly Head[];
  /** What its inputs take of a batch. */
  match: Match;
  /** Whether the events after each event of the windows count, or those after the windows alone. */
  at: Supervision;
}

/** The mean losses of a batch, computed by the model's layers. */
export function measureModel(model: tf.LayersModel, batch: Batch, options: MeasureOptions): HeadLosses {
  let losses: HeadLosses;
  tf.tidy(() => {
    losses = numbersOf(headLosses(model, batch, { ...options, training: false, dropoutSeed: 0 }));
  });
  return losses!;
}

/** The mean losses of a batch, each a scalar that gradients can flow through. */
function headLosses(
  model: tf.LayersModel,
  batch: Batch,
  options: MeasureOptions & { training: boolean; dropoutSeed: number },
): Record<string, tf.Scalar> {
  const { heads, match, at, training, dropoutSeed } = options;
  const inputs = match.inputs.map((name, i) => inputTensor(batch, name, model.inputs[i].rank));
  const outputs = applyModel(model, inputs, { training, every: at === "every", lengths: batch.lengths, dropoutSeed });
  return Object.fromEntries(heads.map((head) => {
    const said = outputs[model.outputNames.indexOf(head.name)];
    const { values, rows } = countedTargets(batch, head.name, at);
    if (values.length === 0) return [head.name, tf.mul(tf.sum(said), 0) as tf.Scalar];
    const counted = rows ? tf.gather(said, tf.tensor1d(rows, "int32")) : said;
    return [head.name, head.loss(counted, tf.tensor1d(values, values instanceof Int32Array ? "int32" : "float32"))];
  }));
}

/** A column of a batch as a model's input takes it. */
function inputTensor({ size, inputs, steps }: Batch, name: string, rank: number): tf.Tensor {
  const values = inputs[name], length = steps[name];
  // Fresh memory, because tfjs's cpu backend keeps the array that it is given.
  if (values instanceof Int32Array) return tf.tensor2d(values.slice(), [size, length], "int32");
  const width = values.length / size / length;
  return rank === 2 && length === 1
    ? tf.tensor2d(values.slice(), [size, width])
    : tf.tensor3d(values.slice(), [size, length, width]);
}

function numbersOf(scalars: Record<string, tf.Scalar>): HeadLosses {
  return Object.fromEntries(Object.entries(scalars).map(([name, scalar]) => [name, scalar.dataSync()[0]]));
}
