import * as tf from "@tensorflow/tfjs";

type Inputs = { a: tf.TensorInfo; b: tf.TensorInfo };
type Attributes = { transposeA: boolean; transposeB: boolean };

/**
 * Replaces the wasm backend's `BatchMatMul`. tfjs 4.22 multiplies with XNNPACK,
 * except where an operand is to be transposed, as in every gradient of a matrix
 * product: then a plain loop does it, several times as slow. This one
 * transposes first and always takes XNNPACK.
 *
 * A transposed second operand is kept for as long as its original lives: going
 * back through a recurrent layer, the same weights come once a time step, and
 * XNNPACK packs a matrix only the first time that it meets it.
 *
 * @param backend The running wasm backend.
 */
export function registerMatMul(backend: tf.KernelBackend): void {
  const stock = tf.getKernel("BatchMatMul", "wasm");
  const transpose = tf.getKernel("Transpose", "wasm");

  const transposed = (x: tf.TensorInfo) => {
    const perm = x.shape.map((_, axis) => axis);
    perm.push(...perm.splice(-2).reverse());
    return transpose.kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as tf.TensorInfo;
  };

  const kept = new Map<tf.DataId, tf.TensorInfo>();
  const dispose = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const gone = dispose(dataId, force);
    const copy = gone && kept.get(dataId);
    if (copy) {
      kept.delete(dataId);
      dispose(copy.dataId);
    }
    return gone;
  };
  const keptTransposed = (x: tf.TensorInfo) => {
    const known = kept.get(x.dataId);
    // Reshaped tensors share their data, so the same data can come back in another shape.
    if (known && `${known.shape}` === `${[...x.shape.slice(0, -2), x.shape.at(-1), x.shape.at(-2)]}`) return known;
    if (known) dispose(known.dataId);
    const copy = transposed(x);
    kept.set(x.dataId, copy);
    return copy;
  };

  const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => {
    const { a, b } = inputs as Inputs;
    const { transposeA, transposeB } = attrs as unknown as Attributes;
    const left = transposeA ? transposed(a) : a;
    const product = stock.kernelFunc({
      inputs: { a: left, b: transposeB ? keptTransposed(b) : b },
      backend,
      attrs: { transposeA: false, transposeB: false },
    });
    if (transposeA) dispose(left.dataId);
    return product;
  };
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({ ...stock, kernelFunc });
}
