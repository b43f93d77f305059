import * as tf from "@tensorflow/tfjs";
import type { AdamStep } from "../kernels/mod.ts";
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

/** tfjs's Adam with Keras's constants, over flat arrays. */
export class FlatAdam extends tf.AdamOptimizer {
  /** @param learningRate Step size. */
  constructor(learningRate: number) {
    const { beta1, beta2, epsilon } = KERAS_ADAM;
    super(learningRate, beta1, beta2, epsilon);
  }

  override applyGradients(given: Gradients): void {
    const gradients = Array.isArray(given) ? given : Object.entries(given).map(([name, tensor]) => ({ name, tensor }));
    const { beta1, beta2, epsilon, learningRate, iteration: t } = this.next;
    const root = Math.sqrt(1 - beta2 ** t);
    const by = { beta1, beta2, rate: learningRate * root / (1 - beta1 ** t), epsilon: epsilon * root };
    const variables = gradients.map(({ name }) => tf.engine().state.registeredVariables[name]);
    const [firsts, seconds] = this.moments(variables);
    gradients.forEach(({ tensor: gradient }, i) => {
      // A weight that the loss does not hang on has none.
      if (!gradient) return;
      const changed = [variables[i], firsts[i], seconds[i]];
      const numbers = changed.map((variable) => variable.dataSync().slice() as Float32Array);
      const [weight, mean, square] = numbers;
      moveWeight(weight, gradient.dataSync() as Float32Array, mean, square, by);
      weightsInto(changed, numbers);
    });
    this.advance();
  }

  /** What the next update is made with: `epsilon` is added after the bias correction. */
  get next(): AdamStep {
    const { learningRate, beta1, beta2, epsilon, iterations } = this;
    return { learningRate, beta1, beta2, epsilon: epsilon!, iteration: iterations + 1 };
  }

  /** Says that an update has been made. */
  advance(): void {
    this.incrementIterations();
  }

  /**
   * The running means of the gradients and of their squares, zeros before the first update.
   *
   * @param variables All that it updates, in the order of every update.
   */
  moments(variables: readonly tf.Variable[]): [tf.Variable[], tf.Variable[]] {
    const { accumulatedFirstMoment: firsts, accumulatedSecondMoment: seconds } = this as unknown as Moments;
    variables.forEach((variable, i) => {
      firsts[i] ??= { originalName: `${variable.name}/m`, variable: zerosLike(variable) };
      seconds[i] ??= { originalName: `${variable.name}/v`, variable: zerosLike(variable) };
    });
    return [firsts.map(({ variable }) => variable), seconds.map(({ variable }) => variable)];
  }

  override async setWeights(values: Parameters<tf.Optimizer["setWeights"]>[0]): Promise<void> {
    const { accumulatedFirstMoment: firsts, accumulatedSecondMoment: seconds } = this as unknown as Moments;
    await super.setWeights(values);
    // Which tfjs 4.22 forgets. Afterwards, because they may be among the values.
    tf.dispose([...firsts, ...seconds].map(({ variable }) => variable));
  }
}

function zerosLike(variable: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
}
