import * as tf from "@tensorflow/tfjs";

/** The parts of tfjs's wasm backend that reach into its memory; tfjs does not export its type. */
interface WasmMemory {
  /** Memory for a tensor, not cleared. */
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** A tensor's numbers where they are: gone when the memory grows. */
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
}

type Inputs = { x: tf.TensorInfo; indices: tf.TensorInfo };
type Attributes = { axis: number; batchDims: number };

/**
 * Replaces the wasm backend's `GatherV2` along the first axis, with which
 * `model.fit` takes each batch out of the examples: tfjs 4.22 works out the place
 * of each single number, where whole rows can be copied.
 *
 * @param backend The running wasm backend.
 */
export function registerGather(backend: tf.KernelBackend): void {
  const stock = tf.getKernel("GatherV2", "wasm");
  const { makeOutput, typedArrayFromHeap } = backend as unknown as WasmMemory;
  const kernelFunc: tf.KernelFunc = (call) => {
    const { x, indices } = call.inputs as Inputs;
    const { axis, batchDims } = call.attrs as unknown as Attributes;
    const [rows, ...row] = x.shape;
    const isFirst = axis === 0 || axis === -x.shape.length;
    if (!isFirst || batchDims !== 0 || x.dtype === "string") return stock.kernelFunc(call);
    const gathered = makeOutput.call(backend, [...indices.shape, ...row], x.dtype);
    const [from, at, to] = [x, indices, gathered].map((tensor) => typedArrayFromHeap.call(backend, tensor));
    if (at.some((index) => !(index >= 0 && index < rows))) {
      backend.disposeData(gathered.dataId);
      // It has the words for this.
      return stock.kernelFunc(call);
    }
    const width = tf.util.sizeFromShape(row);
    at.forEach((index, i) => to.set(from.subarray(index * width, (index + 1) * width), i * width));
    return gathered;
  };
  tf.unregisterKernel("GatherV2", "wasm");
  tf.registerKernel({ ...stock, kernelFunc });
}
