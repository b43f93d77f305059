/**
 * Models of music, one file a system, each naming its paper. A model is a
 * `tf.LayersModel`: `summary()`, `predict()`, `fit()` and `tf.io` work as the
 * documentation of TensorFlow.js says.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { startBackend } from "../kernels/mod.ts";
 * import { seeded } from "../random/mod.ts";
 * import { vanillaLstm } from "./mod.ts";
 *
 * await startBackend();
 * const model = vanillaLstm({ prng: seeded(42) });
 * assertEquals(model.countParams(), 84_354);
 * assertEquals(model.outputNames, ["pitch", "step", "duration"]);
 * ```
 *
 * @module
 */
export { vanillaLstm, type VanillaLstmOptions } from "./vanilla_lstm.ts";
export { glorotUniform, orthogonal } from "./initialisers.ts";
