import * as tf from "@tensorflow/tfjs";

type Inputs = { x: tf.TensorInfo; segmentIds: tf.TensorInfo };

/**
 * Gives the wasm backend `UnsortedSegmentSum`, which tfjs 4.22 has for its other
 * backends only: without it no gradient goes back through `tf.gather`, and so
 * through no embedding.
 *
 * @param backend The running wasm backend.
 */
export function registerSegmentSum(backend: tf.KernelBackend): void {
  const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => {
    const { x, segmentIds } = inputs as Inputs;
    const { numSegments } = attrs as { numSegments: number };
    const [rows, ...row] = x.shape, width = tf.util.sizeFromShape(row);
    const from = backend.readSync(x.dataId) as Float32Array, at = backend.readSync(segmentIds.dataId) as Int32Array;
    const sums = new (x.dtype === "int32" ? Int32Array : Float32Array)(numSegments * width);
    for (let i = 0; i < rows; i++) {
      const segment = at[i];
      // As tfjs has it: what belongs nowhere is left out.
      if (!(segment >= 0 && segment < numSegments)) continue;
      for (let k = 0; k < width; k++) sums[segment * width + k] += from[i * width + k];
    }
    const shape = [numSegments, ...row];
    return { dataId: backend.write(sums, shape, x.dtype), shape, dtype: x.dtype };
  };
  tf.registerKernel({ kernelName: "UnsortedSegmentSum", backendName: "wasm", kernelFunc });
}
