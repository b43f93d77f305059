import * as tf from "@tensorflow/tfjs";

/** A copy of a model's weights, in its order. */
export function weightsOf(model: tf.LayersModel): Float32Array[] {
  return model.getWeights().map((weight) => weight.dataSync().slice() as Float32Array);
}

/** Kinds and shapes of a model's weights, without the layers' names, which tfjs numbers through all models of a session. */
export function shapesOf(model: tf.LayersModel): string[] {
  return model.weights.map(({ originalName, shape }) => `${originalName.split("/").at(-1)} [${shape}]`);
}

/** Puts weights into variables. */
export function weightsInto(variables: readonly tf.Variable[], weights: readonly Float32Array[]): void {
  variables.forEach((variable, i) => tf.tidy(() => variable.assign(tf.tensor(weights[i], variable.shape))));
}

/** The variables of a model's trainable weights, in its order. */
export function trainableVariables(model: tf.LayersModel): tf.Variable[] {
  // What reads as a tensor is the variable itself.
  return model.trainableWeights.map((weight) => weight.read() as tf.Variable);
}
