import * as tf from "@tensorflow/tfjs";

/**
 * Replaces the wasm backend's `Identity`, which copies, with one that shares
 * the data and counts its users, as the cpu backend's does. tfjs clones every
 * tensor that a gradient will need, the weights of a recurrent layer once a
 * time step; shared, they also stay one matrix for the product of
 * `registerMatMul`, which is where most of the time goes.
 *
 * @param backend The running wasm backend.
 */
export function registerIdentity(backend: tf.KernelBackend): void {
  const stock = tf.getKernel("Identity", "wasm");
  const kernelFunc: tf.KernelFunc = (call) => {
    const { dataId, shape, dtype } = call.inputs.x as tf.TensorInfo;
    if (dtype === "string") return stock.kernelFunc(call);
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  };
  tf.unregisterKernel("Identity", "wasm");
  tf.registerKernel({ ...stock, kernelFunc });
}
