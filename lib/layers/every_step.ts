import * as tf from "@tensorflow/tfjs";
import { cellOf } from "./recurrent_layer.ts";
import type { RecurrentLayer } from "./run_on_kernel.ts";

/** Layers that do to each step what they do to a single one. */
const STEPWISE = new Set([
  "Dense",
  "Activation",
  "ReLU",
  "Dropout",
  "LayerNormalization",
  "Concatenate",
  "Add",
  "Multiply",
  "ShiftedLogits",
  "Embedding",
]);

/** Whether a `flatten` or `reshape` takes away, or adds, no more than an axis of length 1. */
export function isTrivialReshape(from: tf.Shape, to: tf.Shape): boolean {
  const [before, after] = [from, to].map((shape) => shape.slice(1).filter((size) => size !== 1));
  return `${before}` === `${after}` && to.length <= 3;
}

/**
 * What has to be known of every step instead of the last alone, for a model to
 * name what comes after each event: the states of its last recurrent layers.
 * Outputs of shape [batch, steps, width] name it by themselves.
 *
 * @returns Ids of the symbolic tensors that are such states; or, where the model has nothing to say before the end,
 * why.
 */
export function statesToSay(model: tf.LayersModel): { states: Set<number>; obstacle?: string } {
  const states = new Set<number>();
  const seen = new Set<number>();
  let obstacle: string | undefined;
  const say = (layer: tf.layers.Layer, reason: string) => void (obstacle ??= `layer "${layer.name}" ${reason}`);
  const visit = (tensor: tf.SymbolicTensor): boolean => {
    if (seen.has(tensor.id)) return true;
    seen.add(tensor.id);
    const layer = tensor.sourceLayer, name = layer.getClassName();
    if (name === "InputLayer") return false;
    if (cellOf(layer)) {
      const { goBackwards, returnSequences } = layer as RecurrentLayer;
      if (goBackwards) say(layer, "goes backwards: it knows what is to come");
      else if (!returnSequences) states.add(tensor.id);
      return true;
    }
    const { inputTensors } = layer.inboundNodes[tensor.nodeIndex];
    const reshapes = name === "Flatten" || name === "Reshape";
    if (reshapes ? !isTrivialReshape(inputTensors[0].shape, tensor.shape) : !STEPWISE.has(name)) {
      say(layer, `is a ${name}, which has nothing to say before the end of a window`);
      return true;
    }
    return inputTensors.map(visit).some((found) => found);
  };
  for (const output of model.outputs) {
    if (output.rank === 2 && !visit(output)) say(output.sourceLayer, "says the same whatever was heard");
  }
  return { states, obstacle };
}
