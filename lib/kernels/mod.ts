/**
 * The engine under the models: tfjs on its WebAssembly backend, with
 * the two operations replaced that hold training back there.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { startBackend } from "./mod.ts";
 *
 * assertEquals(await startBackend(), "wasm");
 * assertEquals(tf.getBackend(), "wasm");
 * ```
 *
 * @module
 */
export { startBackend } from "./backend.ts";
