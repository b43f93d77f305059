import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../windows/mod.ts";

/** A batch of notes as tensors: what goes in, and what should come out. Whoever takes them disposes of them. */
export interface BatchTensors {
  /** Shape [size, length, width]. */
  inputs: tf.Tensor3D;
  /** By the heads' names: int32 for classes, shape [values]; float32, shape [values, 1]. */
  targets: Record<string, tf.Tensor>;
}

/**
 * A batch as tensors for a model with one input.
 *
 * @throws {TypeError} If more is heard than one column.
 */
export function batchTensors(batch: Batch): BatchTensors {
  const { values, steps } = soleInput(batch);
  const targets = Object.entries(batch.targets).map(([name, column]) => [
    name,
    column instanceof Int32Array ? tf.tensor1d(column, "int32") : tf.tensor2d(column, [column.length, 1]),
  ]);
  return {
    inputs: tf.tensor3d(values as Float32Array, [batch.size, steps, values.length / batch.size / steps]),
    targets: Object.fromEntries(targets),
  };
}

/** What is heard, in a batch in which one column is. */
export function soleInput({ inputs, steps }: Batch): { values: Int32Array | Float32Array; steps: number } {
  const [name, ...others] = Object.keys(inputs).filter((input) => !input.startsWith("next."));
  if (others.length > 0) throw new TypeError(`Cannot use the batch: it has the inputs ${[name, ...others].join(", ")}`);
  return { values: inputs[name], steps: steps[name] };
}
