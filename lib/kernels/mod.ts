/**
 * The engine under the models: tfjs on its WebAssembly backend, with
 * the three operations replaced that hold training back there.
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
export { keepKernel, kernelEngine, renewKernel, startBackend, type StartOptions, stopBackend } from "./backend.ts";
export { buildAndTry, type BuildOptions, type TriedBuild } from "./build_native.ts";
export { createEngine, Engine, type EngineOptions } from "./engine/engine.ts";
export { KernelError } from "./kernel_error.ts";
export { dropoutMask } from "./graph/layers/dropout.ts";
export { Graph, type OptimiserStep } from "./graph/graph.ts";
export type { GraphPlayer, Inputs as PlayerInputs } from "./graph/graph_player.ts";
export {
  type Curve,
  CURVES,
  type GraphBatch,
  type GraphLoss,
  type GraphNode,
  type GraphOperation,
  type GraphShape,
  type GraphWeight,
  isCurve,
} from "./graph/graph_shape.ts";
export type { Cell } from "./layer_shape.ts";
export { type InstructionSet, NATIVE_FOLDER } from "./native.ts";
export {
  type RecurrentGradients,
  RecurrentPass,
  type RecurrentResult,
  type RecurrentShape,
  type RecurrentState,
  type RecurrentWeights,
} from "./recurrent_pass.ts";
