import * as tf from "@tensorflow/tfjs";
import { lstm } from "../layers/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { Prng } from "../random/mod.ts";
import { SETTING_NAMES } from "../settings/mod.ts";
import { glorotUniform, orthogonal } from "./initialisers.ts";

/** Options of {@linkcode vanillaLstm}. */
export interface VanillaLstmOptions {
  /**
   * Notes that the model sees before it names the next.
   *
   * @default 75
   */
  length?: number;
  /**
   * Units of the LSTM.
   *
   * @default 128
   */
  units?: number;
  /** Draws the initial weights: the same state gives the same model. */
  prng: Prng;
}

/**
 * The paper's model: one LSTM over the notes, and three heads that name the
 * next note.
 *
 * Kronforst and Mitra, "RNN Music Generation" (2025), whose run adapts
 * TensorFlow's tutorial "Generate music with an RNN". Input: `[batch, length,
 * 3]`, each note as pitch / 128, step and duration in seconds. Outputs:
 * `pitch`, `[batch, 128]` logits; `step` and `duration`, `[batch, 1]` seconds.
 * With the defaults it has 84,354 weights.
 *
 * Activations and initial weights are Keras's, whose defaults differ from
 * tfjs's: sigmoid gates (not hard ones), Glorot-uniform kernels, an orthogonal
 * recurrent kernel, and 1 as the forget gate's bias.
 *
 * @throws {RangeError} If `length` or `units` is not a positive integer.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 */
export function vanillaLstm(options: VanillaLstmOptions): tf.LayersModel {
  const { length = 75, units = 128, prng } = checkOptions(
    "build the model",
    options,
    { length: optional(kinds.positiveInteger), units: optional(kinds.positiveInteger), prng: kinds.prng },
    SETTING_NAMES,
  );
  // In a scope, because tfjs 4.22 forgets the four pieces that it makes the forget gate's bias from.
  let model: tf.LayersModel;
  tf.tidy(() => {
    model = build(length, units);
    drawWeights(model, units, prng);
  });
  return model!;
}

function build(length: number, units: number): tf.LayersModel {
  const notes = tf.input({ shape: [length, 3], name: "notes" });
  const hidden = lstm({
    name: "lstm",
    units,
    activation: "tanh",
    recurrentActivation: "sigmoid",
    unitForgetBias: true,
    kernelInitializer: "zeros",
    // tfjs would run its orthogonal initialiser (seconds) whenever the saved model is loaded.
    recurrentInitializer: "zeros",
  }).apply(notes);
  const head = (name: string, size: number) =>
    tf.layers.dense({ name, units: size, kernelInitializer: "zeros" }).apply(hidden) as tf.SymbolicTensor;
  const outputs = [head("pitch", 128), head("step", 1), head("duration", 1)];
  return tf.model({ name: "vanilla_lstm", inputs: notes, outputs });
}

/** Puts Keras's initial weights in, in the order of `model.weights`. */
function drawWeights(model: tf.LayersModel, units: number, prng: Prng): void {
  const forget = new Float32Array(4 * units).fill(1, units, 2 * units);
  const head = (size: number) => [tf.tensor2d(glorotUniform(units, size, prng), [units, size]), tf.zeros([size])];
  model.setWeights([
    tf.tensor2d(glorotUniform(3, 4 * units, prng), [3, 4 * units]),
    tf.tensor2d(orthogonal(units, 4 * units, prng), [units, 4 * units]),
    tf.tensor1d(forget),
    ...head(128),
    ...head(1),
    ...head(1),
  ]);
}
