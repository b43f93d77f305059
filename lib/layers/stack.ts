import * as tf from "@tensorflow/tfjs";
import type { Cell } from "../kernels/mod.ts";
import { cellOf, obstacle } from "./recurrent_layer.ts";
import type { RecurrentLayer } from "./run_on_kernel.ts";

/** A dense layer on the last recurrent one. */
export interface StackHead {
  /** Its name, which is the output's in the model. */
  name: string;
  /** Width of the output. */
  size: number;
  /** The layer. */
  layer: tf.layers.Layer;
}

/**
 * A model of a simple kind: LSTM or GRU layers on top of each other, and linear
 * dense heads on the last one's hidden state.
 */
export interface Stack {
  /** Numbers that come in at a step. */
  inputs: number;
  /** The recurrent layers, the one that hears the inputs first. */
  layers: { cell: Cell; units: number; layer: RecurrentLayer }[];
  /** The heads, in the order of the model's outputs. */
  heads: StackHead[];
}

/**
 * Takes a model apart, if it is a {@linkcode Stack}.
 *
 * @param model Any model.
 * @returns Nothing if it is something else: a layer in between, or used twice; a recurrent layer that begins or goes
 * on otherwise than from zeros, forwards, to the next; a head that is not linear, or not on the last hidden state.
 */
export function stackOf(model: tf.LayersModel): Stack | undefined {
  if (!(model instanceof tf.LayersModel) || model.inputs.length !== 1) return;
  const heads: StackHead[] = [];
  const [hidden] = model.outputs.map((output) => inputOf(output.sourceLayer));
  for (const { sourceLayer: layer } of model.outputs) {
    const { units, activation, useBias } = layer.getConfig() as { units: number; activation: string; useBias: boolean };
    if (layer.getClassName() !== "Dense" || activation !== "linear" || !useBias || inputOf(layer) !== hidden) return;
    heads.push({ name: layer.name, size: units, layer });
  }
  const layers: Stack["layers"] = [];
  let tensor = hidden;
  while (tensor && tensor !== model.inputs[0]) {
    const layer = tensor.sourceLayer as RecurrentLayer;
    const cell = cellOf(layer);
    if (!cell || layer.returnSequences !== layers.length > 0 || !isPlain(layer)) return;
    layers.unshift({ cell, units: layer.cell.units, layer });
    tensor = inputOf(layer);
  }
  const { shape } = model.inputs[0];
  if (!tensor || layers.length === 0 || shape.length !== 3) return;
  return { inputs: shape[2]!, layers, heads };
}

function isPlain({ returnState, stateful, goBackwards, cell }: RecurrentLayer): boolean {
  return !returnState && !stateful && !goBackwards && cell.bias !== null;
}

/** What a layer is called on; nothing if that is several things, or nothing. */
function inputOf(layer: tf.layers.Layer): tf.SymbolicTensor | undefined {
  if (layer.inboundNodes.length !== 1) return;
  const { input } = layer;
  return Array.isArray(input) ? undefined : input;
}

/**
 * The weights of a stack in the kernel's order: of each layer kernel, recurrent
 * kernel and bias; of each head kernel and bias.
 */
export function variablesOf({ layers, heads }: Stack): tf.Variable[] {
  const recurrent = layers.flatMap(({ layer: { cell } }) => [cell.kernel, cell.recurrentKernel, cell.bias!]);
  // What reads as a tensor is the variable itself.
  return [...recurrent, ...heads.flatMap(({ layer }) => layer.weights)].map((weight) => weight.read() as tf.Variable);
}

/**
 * Whether the kernel's network computes a stack as tfjs does.
 *
 * @param stack Any stack.
 * @param training Whether it learns: dropout, and weights that are to stay as they are, are not the kernel's.
 */
export function isForKernel({ layers, heads }: Stack, training: boolean): boolean {
  return layers.every(({ layer }) => obstacle(layer, training) === undefined) &&
    (!training || [...layers, ...heads].every(({ layer }) => layer.trainable));
}

/**
 * Which layer keeps the kernel from training a model as a whole, and what to write instead.
 *
 * @returns One line for people; nothing if none does.
 */
export function stackObstacle(model: tf.LayersModel): string | undefined {
  const stack = stackOf(model);
  if (stack && isForKernel(stack, true)) return;
  for (const layer of model.layers) {
    const reason = layer.trainable === false && layer.weights.length > 0
      ? "is not trainable"
      : ["InputLayer", "Dense"].includes(layer.getClassName())
      ? undefined
      : obstacle(layer);
    if (reason) return `layer "${layer.name}" ${reason}`;
  }
  return "the kernel has LSTM or GRU layers on top of each other with linear dense heads on the last, and it is otherwise";
}

/**
 * The heads' outputs at every step instead of the last alone, computed by the
 * layers, so that gradients go back through them.
 *
 * @param stack A model.
 * @param inputs Shape [batch, steps, inputs].
 * @param training Whether dropout is on.
 * @returns Of each head, shape [batch * steps, size], step after step of one example, then of the next.
 */
export function outputsAtEveryStep({ layers, heads }: Stack, inputs: tf.Tensor3D, training: boolean): tf.Tensor2D[] {
  return tf.tidy(() => {
    const last = layers.at(-1)!.layer as { returnSequences: boolean };
    // The model needs the last step only, so its last layer has to be asked for the others.
    last.returnSequences = true;
    try {
      const states = layers.reduce<tf.Tensor>((x, { layer }) => layer.call(x, { training }) as tf.Tensor, inputs);
      const hidden = tf.reshape(states, [-1, layers.at(-1)!.units]);
      return heads.map(({ layer }) => layer.apply(hidden) as tf.Tensor2D);
    } finally {
      last.returnSequences = false;
    }
  });
}
