import * as tf from "@tensorflow/tfjs";
import { type Cell, kernelEngine } from "../kernels/mod.ts";
import { type RecurrentCall, type RecurrentLayer, runOnKernel } from "./run_on_kernel.ts";

type RecurrentClass = new (args: tf.LSTMLayerArgs | tf.GRULayerArgs) => RecurrentLayer;
type Kwargs = Parameters<tf.RNN["call"]>[1];

const StockLstm = tf.layers.lstm({ units: 1 }).constructor as unknown as RecurrentClass;
const StockGru = tf.layers.gru({ units: 1 }).constructor as unknown as RecurrentClass;
const KernelLstm = onKernel(StockLstm);
const KernelGru = onKernel(StockGru);

/** tfjs's class with its `call` on the kernel. Its name in a saved model stays tfjs's own. */
function onKernel(Stock: RecurrentClass): RecurrentClass {
  return class extends Stock {
    override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
      const engine = kernelEngine();
      const call = engine && coveredCall(this, inputs, kwargs);
      return call ? runOnKernel(engine, this, call) : super.call(inputs, kwargs);
    }
  };
}

/** What the kernel is to compute; nothing where the call is one for tfjs. */
function coveredCall(layer: RecurrentLayer, given: tf.Tensor | tf.Tensor[], kwargs: Kwargs): RecurrentCall | undefined {
  const { mask, initialState, training = false } = kwargs ?? {};
  const cell = cellOf(layer)!;
  const [inputs, ...others] = [given].flat() as tf.Tensor3D[];
  const states = (initialState ?? (layer.stateful ? layer.states : undefined)) as tf.Tensor2D[] | undefined;
  const stateShape = `${[inputs.shape[0], layer.cell.units]}`;
  const isCovered = obstacle(layer, training) === undefined &&
    [mask].flat().every((part) => part == null) &&
    others.length === 0 && inputs.rank === 3 && inputs.size > 0 &&
    (!states ||
      states.length === (cell === "lstm" ? 2 : 1) && states.every(({ shape }) => `${shape}` === stateShape)) &&
    // The kernel's gradient cannot be differentiated again; tfjs's can.
    tf.engine().state.gradientDepth <= 1;
  return isCovered ? { cell, inputs, states } : undefined;
}

/** Which cell a layer has; nothing if it is no LSTM and no GRU. */
export function cellOf(layer: tf.layers.Layer): Cell | undefined {
  return layer instanceof StockLstm ? "lstm" : layer instanceof StockGru ? "gru" : undefined;
}

/**
 * Why the kernel cannot compute a layer, for people; nothing if it can.
 * Calls with a mask, and gradients of gradients, are always tfjs's.
 *
 * @param layer Any layer.
 * @param training Whether dropout is on.
 *
 * @default training true
 */
export function obstacle(layer: tf.layers.Layer, training = true): string | undefined {
  if (!cellOf(layer)) return `is a ${layer.getClassName()}, and no LSTM or GRU`;
  if (!(layer instanceof KernelLstm || layer instanceof KernelGru)) {
    return "is tfjs's own: write lstm or gru of lib/layers, or accelerate the model";
  }
  return cellObstacle(layer as RecurrentLayer, training);
}

/** Why the kernel does not have an LSTM's or a GRU's arithmetic, whoever has made the layer; nothing if it has. */
export function cellObstacle({ cell }: RecurrentLayer, training: boolean): string | undefined {
  const { activation, recurrentActivation, dropout, recurrentDropout } = cell;
  const name = activation.getClassName(), gates = recurrentActivation.getClassName();
  if (name !== "tanh") return `has the activation ${name}, where the kernel has tanh: write activation: "tanh"`;
  if (gates !== "sigmoid") {
    return `has the recurrent activation ${gates}, where the kernel has sigmoid: write recurrentActivation: "sigmoid"`;
  }
  // As tfjs has it: a rate of 1 leaves nothing out.
  const drops = [dropout, recurrentDropout].some((rate) => rate > 0 && rate < 1);
  if (training && drops) return "has dropout of its own, which the kernel's do not: put tf.layers.dropout before it";
}

/**
 * An LSTM layer that computes on the compiled kernel once `startBackend` has
 * started it. In everything else it is tfjs's own, and it is saved as that: any
 * tfjs program loads the model, and computes it itself; {@linkcode accelerate}
 * brings a loaded model back here.
 *
 * The kernel has tanh and sigmoid (`recurrentActivation: "sigmoid"`; tfjs's
 * default is `hardSigmoid`). A layer with others, with dropout in training, a call
 * with a mask, or a gradient of a gradient is computed by tfjs;
 * {@linkcode obstacle} says why.
 *
 * @param args As of `tf.layers.lstm`.
 */
export function lstm(args: tf.LSTMLayerArgs): RecurrentLayer {
  return new KernelLstm(args);
}

/** A GRU layer on the kernel, as {@linkcode lstm} has it; `args` as of `tf.layers.gru`. */
export function gru(args: tf.GRULayerArgs): RecurrentLayer {
  return new KernelGru(args);
}

/**
 * Moves the LSTM and GRU layers of a model onto the kernel, in place, those of
 * models and of `bidirectional` layers inside it too: for models that tfjs has
 * loaded or built. `fit`, `evaluate` and `networkModel` do it by themselves.
 * Layers inside `timeDistributed` and `rnn` stay tfjs's.
 *
 * @returns The same model.
 */
export function accelerate<Model extends tf.LayersModel>(model: Model): Model {
  model.layers.forEach(accelerateLayer);
  return model;
}

function accelerateLayer(layer: tf.layers.Layer): void {
  if (layer instanceof tf.LayersModel) accelerate(layer);
  // The subclasses have no fields of their own, so that a layer is theirs as soon as its prototype says so.
  if (layer.constructor === StockLstm) Object.setPrototypeOf(layer, KernelLstm.prototype);
  if (layer.constructor === StockGru) Object.setPrototypeOf(layer, KernelGru.prototype);
  if (layer.getClassName() !== "Bidirectional") return;
  const { forwardLayer, backwardLayer } = layer as unknown as Record<string, tf.layers.Layer>;
  [forwardLayer, backwardLayer].forEach(accelerateLayer);
}
