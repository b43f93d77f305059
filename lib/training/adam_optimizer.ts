import * as tf from "@tensorflow/tfjs";
import { KERAS_ADAM, moveWeight } from "./adam.ts";
import { weightsInto } from "./weights.ts";

/** One weight's moment, as tfjs keeps it. */
interface Moment {
  originalName: string;
  variable: tf.Variable;
}

/** The fields in which tfjs keeps, saves and disposes of its Adam's moments, one entry a weight. */
interface Moments {
  accumulatedFirstMoment: Moment[];
  accumulatedSecondMoment: Moment[];
}

/** What `applyGradients` gets. */
type Gradients = Parameters<tf.Optimizer["applyGradients"]>[0];

class FlatAdam extends tf.AdamOptimizer {
  override applyGradients(given: Gradients): void {
    const gradients = Array.isArray(given) ? given : Object.entries(given).map(([name, tensor]) => ({ name, tensor }));
    const { accumulatedFirstMoment: firsts, accumulatedSecondMoment: seconds } = this as unknown as Moments;
    const { beta1, beta2, epsilon, learningRate } = this;
    const t = this.iterations + 1, root = Math.sqrt(1 - beta2 ** t);
    const rate = learningRate * root / (1 - beta1 ** t);
    gradients.forEach(({ name, tensor: gradient }, i) => {
      const variable = tf.engine().state.registeredVariables[name];
      firsts[i] ??= { originalName: `${name}/m`, variable: zerosLike(variable) };
      seconds[i] ??= { originalName: `${name}/v`, variable: zerosLike(variable) };
      // A weight that the loss does not hang on has none.
      if (!gradient) return;
      const changed = [variable, firsts[i].variable, seconds[i].variable];
      const numbers = changed.map((variable) => variable.dataSync().slice() as Float32Array);
      const [weight, mean, square] = numbers;
      const by = { beta1, beta2, rate, epsilon: epsilon! * root };
      moveWeight(weight, gradient.dataSync() as Float32Array, mean, square, by);
      weightsInto(changed, numbers);
    });
    this.incrementIterations();
  }
}

function zerosLike(variable: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
}

/**
 * `tf.train.adam` for `model.compile`, to the same numbers, but with one pass
 * over plain arrays a weight instead of fifteen operations.
 *
 * @param learningRate Step size.
 */
export function adamOptimizer(learningRate: number): tf.Optimizer {
  const { beta1, beta2, epsilon } = KERAS_ADAM;
  return new FlatAdam(learningRate, beta1, beta2, epsilon);
}
