import * as tf from "@tensorflow/tfjs";
import { PUBLISHED_FILES } from "../corpus/mod.ts";
import { type NoteEvent, paperEncoding } from "../encodings/mod.ts";
import { paperHeads } from "../heads/mod.ts";
import { glorotUniform, lstm, orthogonal } from "../layers/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { Prng } from "../random/mod.ts";
import { SETTING_NAMES } from "../settings/mod.ts";
import type { NetworkSystem } from "./system.ts";

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
  tf.tidy(() => void (model = build(length, units, prng)));
  return model!;
}

function build(length: number, units: number, prng: Prng): tf.LayersModel {
  const notes = tf.input({ shape: [length, 3], name: "notes" });
  const hidden = lstm({
    name: "lstm",
    units,
    activation: "tanh",
    recurrentActivation: "sigmoid",
    unitForgetBias: true,
    kernelInitializer: glorotUniform(prng),
    recurrentInitializer: orthogonal(prng),
  }).apply(notes);
  const outputs = paperHeads().map(({ name, width }) =>
    tf.layers.dense({ name, units: width, kernelInitializer: glorotUniform(prng) }).apply(hidden) as tf.SymbolicTensor
  );
  return tf.model({ name: "vanilla_lstm", inputs: notes, outputs });
}

/** The paper's model and its run. */
export const paperLstm: NetworkSystem<NoteEvent> = {
  name: "lstm",
  title: "LSTM",
  citation: 'Kronforst and Mitra, "RNN Music Generation" (2025)',
  encoding: ({ maxSeconds }) => paperEncoding({ maxSeconds }),
  heads: paperHeads,
  build: ({ length, units, prng }) => vanillaLstm({ length, units, prng }),
};

/** The same, learned from the seven files of the published run alone. */
export const paperLstmSeven: NetworkSystem<NoteEvent> = {
  ...paperLstm,
  name: "lstm-seven",
  title: "LSTM, the 7 files",
  learnsFrom: PUBLISHED_FILES,
};
