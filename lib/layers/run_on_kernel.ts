import * as tf from "@tensorflow/tfjs";
import type { Cell, Engine, RecurrentPass, RecurrentShape } from "../kernels/mod.ts";
import { poolOf } from "./pass_pool.ts";

/** The parts of tfjs's `LSTMCell` and `GRUCell` that the kernel needs; tfjs does not export their types. */
export interface RecurrentCell extends tf.layers.RNNCell {
  /** Width of the hidden state. */
  readonly units: number;
  /** What the candidate and an LSTM's output go through. */
  readonly activation: tf.serialization.Serializable;
  /** What the gates go through. */
  readonly recurrentActivation: tf.serialization.Serializable;
  /** Share of the inputs left out in training. */
  readonly dropout: number;
  /** Share of the hidden state left out in training. */
  readonly recurrentDropout: number;
  /** Shape [inputs, gates * units]. */
  readonly kernel: tf.LayerVariable;
  /** Shape [units, gates * units]. */
  readonly recurrentKernel: tf.LayerVariable;
  /** Shape [gates * units]; none without `useBias`. */
  readonly bias: tf.LayerVariable | null;
}

/** An LSTM or GRU layer, tfjs's or ours. */
export interface RecurrentLayer extends tf.RNN {
  /** What it computes at a step. */
  readonly cell: RecurrentCell;
}

/** What one call of a layer comes with. */
export interface RecurrentCall {
  /** What kind of cell the layer has. */
  cell: Cell;
  /** Shape [batch, steps, inputs]. */
  inputs: tf.Tensor3D;
  /** Hidden state and, of an LSTM, cell state, each [batch, units]; zeros without. */
  states?: tf.Tensor2D[];
}

/** What a call of a layer returns, as tfjs's layer would: outputs, and the final states if it returns them. */
export function runOnKernel(engine: Engine, layer: RecurrentLayer, call: RecurrentCall): tf.Tensor | tf.Tensor[] {
  const { returnSequences, returnState, stateful, goBackwards, cell: { units } } = layer;
  return tf.tidy(() => {
    const cast = tf.cast(call.inputs, "float32");
    const inputs = goBackwards ? tf.reverse(cast, 1) : cast;
    const withCell = (returnState || stateful) && call.cell === "lstm";
    const rows = compute(engine, layer, { ...call, inputs }, withCell);
    const last = rows.shape[1] - 1;
    const row = (index: number) => tf.reshape(tf.slice(rows, [0, index, 0], [-1, 1, units]), [-1, units]);
    const outputs = (count: number) => returnSequences ? tf.slice(rows, [0, 0, 0], [-1, count, units]) : row(0);
    if (!returnState && !stateful) return returnSequences ? rows : tf.reshape(rows, [-1, units]);

    const states = withCell ? [row(last - 1), row(last)] : [row(last)];
    // Not as if in training, where tfjs keeps the states of all batches until they are reset.
    if (stateful) layer.resetStates(states, false);
    const said = outputs(withCell ? last : last + 1);
    return returnState ? [said, ...states] : said;
  });
}

/**
 * All that comes out, in one tensor, because a gradient in tfjs goes through
 * one: shape [batch, rows, units], whose rows are the outputs (of all steps or
 * the last) and then, if wanted, the cell state.
 */
function compute(engine: Engine, layer: RecurrentLayer, call: RecurrentCall, withCell: boolean): tf.Tensor3D {
  const { inputs, states = [] } = call;
  const { cell, returnSequences } = layer;
  const [batch, steps, width] = inputs.shape;
  const training = tf.engine().state.gradientDepth > 0;
  const shape: RecurrentShape = {
    ...{ cell: call.cell, batch, steps, inputs: width, units: cell.units },
    ...{ training, sequences: returnSequences, inputGradient: training },
  };
  const rows = returnSequences ? steps : 1;
  const weights = [cell.kernel, cell.recurrentKernel, ...(cell.bias ? [cell.bias] : [])];

  const differentiable = tf.customGrad((...given) => {
    given.pop(); // tfjs's function for saving tensors; what the way back needs is in the pass.
    const tensors = given as tf.Tensor[];
    const [x, kernel, recurrentKernel, ...rest] = tensors.map((tensor) => tensor.dataSync() as Float32Array);
    const bias = cell.bias ? rest.shift()! : new Float32Array(kernel.length / width);
    const [h, c] = rest;
    const pass = poolOf(engine).take(shape);
    const result = pass.forward({ inputs: x, weights: { kernel, recurrentKernel, bias }, state: h && { h, c } });
    const outputs = tf.tensor3d(result.outputs, [batch, rows, cell.units]);
    return {
      value: withCell ? tf.concat([outputs, tf.tensor3d(result.c!, [batch, 1, cell.units])], 1) : outputs,
      gradFunc: (dy: tf.Tensor) => {
        const found = goBack(pass, dy as tf.Tensor3D, withCell, layer.name);
        poolOf(engine).release(pass);
        const gradients = [found.inputs!, found.kernel, found.recurrentKernel];
        if (cell.bias) gradients.push(found.bias);
        if (h) gradients.push(found.h);
        if (c) gradients.push(found.c!);
        return gradients.map((gradient, i) => tf.tensor(gradient, tensors[i].shape));
      },
    };
  });
  return differentiable(inputs, ...weights.map((weight) => weight.read()), ...states) as tf.Tensor3D;
}

function goBack(pass: RecurrentPass, dy: tf.Tensor3D, withCell: boolean, name: string) {
  if (tf.engine().state.gradientDepth > 0) {
    throw new Error(`Cannot differentiate the gradient of layer "${name}": the kernel has first gradients only`);
  }
  const parts = withCell ? tf.split(dy, [dy.shape[1] - 1, 1], 1) : [dy];
  const [outputs, c] = parts.map((part) => part.dataSync() as Float32Array);
  return pass.backward({ outputs, c });
}
