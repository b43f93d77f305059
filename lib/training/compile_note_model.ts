import * as tf from "@tensorflow/tfjs";
import { checkHeads, checkLearningRate, checkLossWeights } from "./check.ts";
import { FlatAdam } from "./flat_adam.ts";
import { FusedTraining } from "./fused_training.ts";
import { HEADS, type LossWeights, pressedErrors } from "./losses.ts";
import { PITCHES, pitchesOf } from "./pitch_targets.ts";

/** Options of {@linkcode compileNoteModel}. Settings of `lib/settings` can be spread into them. */
export interface CompileOptions {
  /** Adam's step size. */
  learningRate: number;
  /** How much each loss counts in the total. */
  lossWeights: LossWeights;
  /**
   * As `model.compile` takes them. With any, tfjs's own operations train the model, and pitches have to come as
   * one-hot vectors.
   *
   * @default undefined
   */
  metrics?: tf.ModelCompileArgs["metrics"];
}

/** What tfjs makes its functions from, a list of tensors in and one out. */
type BatchFunction = (data: (tf.Tensor | null)[]) => tf.Scalar[];

/** The parts of a model that tfjs keeps to itself, and that are replaced here. */
interface Overridden {
  feedOutputShapes: (number | null)[][];
  isOptimizerOwned: boolean;
  testFunction: BatchFunction;
  makeTrainFunction(): BatchFunction;
  makeTestFunction(): void;
  getTrainingConfig(): object | undefined;
  compile(args: tf.ModelCompileArgs): void;
  dispose(): ReturnType<tf.LayersModel["dispose"]>;
}

/** Under which a saved model tells what it was compiled with, if its optimizer is saved too. */
export const RECIPE = "noteModel";

/**
 * `model.compile` for models of notes: the paper's three losses, their weights,
 * and Adam. From there on everything is tfjs's own: `fit`, `fitDataset`,
 * `trainOnBatch`, `evaluate`, callbacks, validation, history, `save`; but where
 * the kernel knows the model (LSTM or GRU layers on each other, linear heads),
 * a batch is one call of it instead of some hundred operations. After each batch
 * the weights are in the model and Adam's moments in `model.optimizer`, and
 * whatever is set there in between counts.
 *
 * tfjs computes a batch by itself if the model has dropout, regularisers, frozen
 * layers or further metrics, if classes are weighted, if a pitch is not one class,
 * or if the optimizer is replaced. The losses are the same.
 *
 * - Targets: `pitch` as MIDI numbers, shape [batch] or [batch, 1], or one-hot,
 *   [batch, 128]; `step` and `duration` in seconds, [batch, 1]. The `inputs` and
 *   `targets` of a batch of `lib/windows` are what `fit` takes.
 * - tfjs has no weights for losses: `pitch_loss`, `step_loss` and `duration_loss`
 *   are told times their weights, so that they add up to `loss`.
 * - Validation and `evaluate` give four numbers, as `model.metricsNames` says.
 *   tfjs 4.22 alone gives six for a model of three heads, and tells the first head's
 *   as `val_loss`.
 * - Where a loss is not finite, it is told, and the kernel leaves the weights as
 *   they are; tfjs's own operations would not.
 * - `save` with `includeOptimizer` keeps the optimizer's state; `loadModel` puts
 *   it back and compiles the model. Others load it uncompiled, because tfjs can
 *   name no losses but its own.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { startBackend } from "../kernels/mod.ts";
 * import { vanillaLstm } from "../models/mod.ts";
 * import { seeded } from "../random/mod.ts";
 * import { windows } from "../windows/mod.ts";
 * import { compileNoteModel } from "./mod.ts";
 *
 * await startBackend();
 * const row = [...Array(40).keys()];
 * const scale = pl.DataFrame({
 *   piece: row.map(() => "scale"),
 *   pitch: row.map((i) => 60 + [0, 2, 4, 5, 7, 9, 11, 12][i % 8]),
 *   step: row.map(() => 0.5),
 *   duration: row.map(() => 0.5),
 * });
 * const all = windows(scale, { length: 8 });
 * const { inputs, targets } = all.gather([...Array(all.size).keys()]);
 * const model = compileNoteModel(vanillaLstm({ length: 8, units: 16, prng: seeded(1) }), {
 *   learningRate: 0.01,
 *   lossWeights: { pitch: 0.05, step: 1, duration: 1 },
 * });
 * const { history } = await model.fit(inputs, { ...targets }, { epochs: 3, batchSize: 8, verbose: 0 });
 * assert(history.loss[2] < history.loss[0]);
 * ```
 *
 * @param model With the heads `pitch`, 128 logits, `step` and `duration`, in any order.
 * @returns The same model. Compiled otherwise, it is tfjs's alone again. Its `dispose` disposes of the optimizer too.
 * @throws {TypeError} If it has other heads.
 * @throws {RangeError} If a number is out of range.
 */
export function compileNoteModel<Model extends tf.LayersModel>(model: Model, options: CompileOptions): Model {
  const { learningRate, lossWeights, metrics } = options;
  checkHeads(model, false);
  checkLearningRate(learningRate);
  checkLossWeights(lossWeights);
  const optimizer = new FlatAdam(learningRate);
  model.compile({ optimizer, loss: headLossFunctions(lossWeights), metrics });
  const compiled = model as unknown as Overridden;
  compiled.isOptimizerOwned = true;
  if (!metrics) {
    // Of any width: tfjs would take one-hot vectors alone.
    compiled.feedOutputShapes = model.outputs.map(({ shape }, i) =>
      model.outputNames[i] === "pitch" ? [null, null] : shape
    );
  }

  const training = new FusedTraining(model, optimizer, lossWeights);
  const { makeTrainFunction, makeTestFunction } = compiled;
  const overrides: Partial<Overridden> = {
    makeTrainFunction() {
      const stock = makeTrainFunction.call(model);
      return training.begin() ? (data) => training.step(data) ?? stock(data) : stock;
    },
    makeTestFunction() {
      makeTestFunction.call(model);
      const stock = compiled.testFunction;
      // tfjs 4.22 gives the running sums of the losses; the last one is the total.
      compiled.testFunction = (data) => tf.tidy(() => stock(data).slice(HEADS.length - 1));
    },
    getTrainingConfig() {
      const recipe = { learningRate: optimizer.next.learningRate, lossWeights };
      model.setUserDefinedMetadata({ ...model.getUserDefinedMetadata(), [RECIPE]: recipe });
      return undefined;
    },
    compile(args) {
      release();
      const { [RECIPE]: _, ...metadata } = { ...model.getUserDefinedMetadata() } as Record<string, unknown>;
      if (model.getUserDefinedMetadata()) model.setUserDefinedMetadata(metadata);
      if (args.optimizer !== optimizer) optimizer.dispose();
      model.compile(args);
    },
    dispose() {
      release();
      return model.dispose();
    },
  };
  const release = () => {
    training.dispose();
    for (const name of Object.keys(overrides)) delete (model as Record<string, unknown>)[name];
  };
  Object.assign(model, overrides);
  return model;
}

/** Each head's loss times its weight, one number an example, as `model.compile` takes them. */
function headLossFunctions(weights: LossWeights) {
  const pressed = (weight: number) => (truth: tf.Tensor, said: tf.Tensor) =>
    tf.tidy(() => tf.mean(pressedErrors(truth as tf.Tensor2D, said as tf.Tensor2D), -1).mul(weight));
  return {
    pitch: (truth: tf.Tensor, said: tf.Tensor) =>
      tf.tidy(() => {
        const isOneHot = truth.rank === 2 && truth.shape[1] === PITCHES;
        const oneHot = isOneHot ? truth : tf.oneHot(tf.tensor1d(pitchesOf(truth)!, "int32"), PITCHES);
        const { NONE } = tf.Reduction;
        return tf.losses.softmaxCrossEntropy(oneHot, said, undefined, undefined, NONE).mul(weights.pitch);
      }),
    step: pressed(weights.step),
    duration: pressed(weights.duration),
  };
}
