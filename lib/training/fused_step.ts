import type * as tf from "@tensorflow/tfjs";
import { noteNetwork } from "./note_network.ts";
import { KERAS_ADAM } from "./optimiser.ts";
import type { TrainingStep, TrainingStepOptions } from "./training_step.ts";
import { trainableVariables } from "./weights.ts";

/**
 * A step that the kernel computes as a whole: forwards, losses, backwards and
 * Adam in one call, on weights of its own, which `writeModel` puts into the
 * model.
 *
 * @param model What `noteNetwork` takes, with all weights trainable.
 * @param options Learning rate, weights of the losses, and which notes count.
 * @returns Nothing where the kernel cannot train this model.
 */
export function fusedStep(model: tf.LayersModel, options: TrainingStepOptions): TrainingStep | undefined {
  const { heads, lossWeights, supervision, weightDecay = 0, averageDecay = 0, clipNorm } = options;
  if (weightDecay > 0 || averageDecay > 0 || `${heads.map(({ name }) => name)}` !== "pitch,step,duration") return;
  const notes = noteNetwork(model, lossWeights);
  if (!notes) return;
  // A checkpoint has the optimiser's state in the order of the model's weights, whichever step has made it.
  const order = trainableVariables(model).map((variable) => notes.variables.indexOf(variable));
  let iterations = 0;
  return {
    run(batch, { learningRate }) {
      const { beta1, beta2, epsilon } = KERAS_ADAM;
      const iteration = iterations + 1;
      // Keras adds epsilon before it corrects the bias of the root, the kernel after.
      const corrected = epsilon / Math.sqrt(1 - beta2 ** iteration);
      const adam = { learningRate, beta1, beta2, epsilon: corrected, iteration, clipNorm };
      const losses = notes.byName(notes.network.train(notes.batch(batch, supervision === "every"), adam));
      // Where one is not finite, the network has stayed as it was.
      if (Object.values(losses).every(Number.isFinite)) iterations = iteration;
      return losses;
    },
    measure: (batch, at) => notes.byName(notes.network.evaluate(notes.batch(batch, at === "every"))),
    readModel: () => notes.readModel(),
    writeModel: () => notes.writeModel(),
    getState() {
      const [means, squares] = notes.network.moments.map((moments) => order.map((index) => moments[index]));
      return { iterations, means, squares };
    },
    setState(state) {
      notes.network.moments = [state.means, state.squares].map((moments) =>
        notes.variables.map((_, index) => moments[order.indexOf(index)])
      ) as [Float32Array[], Float32Array[]];
      iterations = state.iterations;
    },
    dispose: () => notes.dispose(),
  };
}
