/** A layer on the kernel and its stock twin, with the same weights, to compare. */

import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { gru, lstm, type RecurrentLayer } from "../../lib/layers/mod.ts";
import { gaussian, seeded } from "../../lib/random/mod.ts";

/** What a pair is made with. */
export type Args = Omit<tf.LSTMLayerArgs, "cell"> & { cell: "lstm" | "gru" };

const prng = seeded(7);

/** Numbers drawn from a normal distribution. */
export function drawn(shape: number[], scale = 1): tf.Tensor {
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => scale * gaussian(prng)), shape);
}

/** Ours and tfjs's, built for `inputs`; tanh and sigmoid if `args` say nothing else. */
export function twins({ cell, ...args }: Args, shape: number[]): [RecurrentLayer, RecurrentLayer] {
  const all = { recurrentActivation: "sigmoid", recurrentInitializer: "glorotUniform", ...args } as tf.LSTMLayerArgs;
  const ours = cell === "lstm" ? lstm({ ...all }) : gru({ ...all });
  const stock = (cell === "lstm" ? tf.layers.lstm({ ...all }) : tf.layers.gru({ ...all })) as unknown as RecurrentLayer;
  for (const layer of [ours, stock]) {
    // tfjs builds a layer when it is first called.
    tf.tidy(() => void layer.apply(tf.zeros(shape)));
    if (args.stateful) layer.resetStates();
  }
  const weights = ours.getWeights().map((weight) => drawn(weight.shape, 0.5));
  for (const layer of [ours, stock]) layer.setWeights(weights);
  tf.dispose(weights);
  return [ours, stock];
}

/** The largest difference of two lists of tensors, of the same shapes. */
export function difference(actual: tf.Tensor[], expected: tf.Tensor[]): number {
  assertEquals(actual.map(({ shape }) => shape), expected.map(({ shape }) => shape));
  const each = actual.map((tensor, i) => tf.tidy(() => tf.max(tf.abs(tf.sub(tensor, expected[i]))).dataSync()[0]));
  assert(each.every(Number.isFinite), `differences ${each}`);
  return Math.max(...each);
}

/** What came out of a layer, and the gradients of a sum of it that weighs everything differently. */
export function outputsAndGradients(layer: RecurrentLayer, given: tf.Tensor[], kwargs = {}) {
  const [inputs, ...states] = given;
  const call = (x: tf.Tensor, initialState: tf.Tensor[]) =>
    [layer.apply(x, { ...kwargs, ...initialState.length > 0 && { initialState } })].flat() as tf.Tensor[];
  const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const outputs = call(inputs, states);
  const loss = (all: tf.Tensor[]) =>
    tf.addN(
      call(all[0], all.slice(1)).map((output, i) => {
        const weights = tf.reshape(tf.sin(tf.range(i, i + output.size)), output.shape);
        return tf.sum(tf.mul(output, weights));
      }),
    );
  const { grads } = tf.variableGrads(() => loss(given) as tf.Scalar, variables);
  const gradients = tf.grads((...all) => loss(all))(given);
  return { outputs, gradients: [...gradients, ...variables.map(({ name }) => grads[name])] };
}
