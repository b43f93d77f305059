/**
 * Recurrent layers for tfjs on the compiled kernel: tfjs's own `LSTM` and
 * `GRU` in all but speed.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { startBackend } from "../kernels/mod.ts";
 * import { lstm, obstacle } from "./mod.ts";
 *
 * await startBackend();
 * const layer = lstm({ units: 16, recurrentActivation: "sigmoid", inputShape: [75, 3] });
 * const model = tf.sequential({ layers: [layer, tf.layers.dense({ units: 1 })] });
 * model.compile({ optimizer: "adam", loss: "meanSquaredError" });
 * await model.fit(tf.randomNormal([8, 75, 3]), tf.ones([8, 1]), { verbose: 0 });
 *
 * assertEquals(obstacle(layer), undefined);
 * assertEquals(layer.getClassName(), "LSTM");
 * ```
 *
 * @module
 */
export {
  glorotUniform,
  glorotWeights,
  type Initialiser,
  normal,
  orthogonal,
  orthogonalWeights,
} from "./initialisers.ts";
export { RelativeAttention, relativeAttention, type RelativeAttentionArgs } from "./relative_attention.ts";
export { ReverseSteps, reverseSteps } from "./reverse_steps.ts";
export { ShiftedLogits, shiftedLogits, type ShiftedLogitsArgs } from "./shifted_logits.ts";
export { TickingLstm, tickingLstm, type TickingLstmArgs } from "./ticking_lstm.ts";
export { applyModel, type ApplyModelOptions } from "./apply_model.ts";
export { statesToSay } from "./every_step.ts";
export { graphOf, type GraphOfOptions, type ModelGraph } from "./graph_of.ts";
export { accelerate, gru, lstm, obstacle } from "./recurrent_layer.ts";
export type { RecurrentCell, RecurrentLayer } from "./run_on_kernel.ts";
