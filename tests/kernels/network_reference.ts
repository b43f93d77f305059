// A network of recurrent layers and heads in plain float64 loops.
import type { NetworkShape } from "../../lib/kernels/mod.ts";
import { type Given, layerBackward, layerForward, type Sizes } from "./reference.ts";

/** A batch as the reference takes it: see NetworkBatch. */
export interface ReferenceBatch {
  inputs: Float64Array;
  targets: ArrayLike<number>[];
  size: number;
  steps: number;
  every: boolean;
}

/** Mean losses of the heads, and the gradients of their weighted sum by all weights. */
export function networkGradients(
  shape: NetworkShape,
  weights: Float64Array[],
  batch: ReferenceBatch,
): { losses: number[]; outputs: Float64Array[]; gradients: Float64Array[] } {
  const { size, steps, every } = batch;
  const layers = shape.layers.map(({ cell, units }, i) => {
    const inputs = i ? shape.layers[i - 1].units : shape.inputs;
    const sizes: Sizes = { cell, batch: size, steps, inputs, units };
    const [kernel, recurrentKernel, bias] = weights.slice(3 * i, 3 * i + 3);
    const zeros = new Float64Array(size * units);
    return { sizes, given: { inputs: batch.inputs, kernel, recurrentKernel, bias, h: zeros, c: zeros } as Given };
  });
  let hidden = batch.inputs;
  for (const layer of layers) {
    layer.given.inputs = hidden;
    hidden = layerForward(layer.sizes, layer.given).outputs;
  }
  const { units } = shape.layers.at(-1)!;
  const hiddenGradient = new Float64Array(hidden.length);
  const losses: number[] = [], outputs: Float64Array[] = [], headGradients: Float64Array[] = [];
  const rows = Array.from({ length: size * steps }, (_, i) => i).filter((i) => every || i % steps === steps - 1);
  shape.heads.forEach((head, index) => {
    const [kernel, bias] = weights.slice(3 * layers.length + 2 * index);
    const kernelGradient = new Float64Array(kernel.length), biasGradient = new Float64Array(bias.length);
    const said = new Float64Array(rows.length * head.size);
    let loss = 0;
    rows.forEach((row, i) => {
      const h = hidden.subarray(row * units, (row + 1) * units);
      const values = bias.map((b, column) =>
        h.reduce((sum, x, unit) => sum + x * kernel[unit * head.size + column], b)
      );
      said.set(values, i * head.size);
      const one = headLoss(head, values, batch.targets[index][i]);
      loss += one.loss;
      one.gradient.forEach((slope, column) => {
        slope *= head.weight / rows.length;
        biasGradient[column] += slope;
        for (let unit = 0; unit < units; unit++) {
          kernelGradient[unit * head.size + column] += slope * h[unit];
          hiddenGradient[row * units + unit] += slope * kernel[unit * head.size + column];
        }
      });
    });
    losses.push(loss / rows.length);
    outputs.push(said);
    headGradients.push(kernelGradient, biasGradient);
  });
  const gradients: Float64Array[] = [];
  let by: Float64Array = hiddenGradient;
  for (const { sizes, given } of layers.toReversed()) {
    const zeros = new Float64Array(size * sizes.units);
    const back = layerBackward(sizes, given, { outputs: by, h: zeros, c: zeros });
    gradients.unshift(back.kernel, back.recurrentKernel, back.bias);
    by = back.inputs;
  }
  return { losses, outputs, gradients: [...gradients, ...headGradients] };
}

function headLoss(head: NetworkShape["heads"][number], said: Float64Array, target: number) {
  if (head.loss === "pressedError") {
    const error = said[0] - target;
    const pressed = said[0] < 0 ? head.pressure : 0;
    return { loss: error ** 2 - pressed * said[0], gradient: [2 * error - pressed] };
  }
  const total = said.reduce((sum, x) => sum + Math.exp(x), 0);
  const gradient = Array.from(said, (x, i) => Math.exp(x) / total - (i === target ? 1 : 0));
  return { loss: Math.log(total) - said[target], gradient };
}
