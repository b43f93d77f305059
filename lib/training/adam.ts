/** What {@linkcode Adam} remembers between steps, in plain arrays: a checkpoint stores it. */
export interface AdamState {
  /** Updates so far. */
  iterations: number;
  /** Running mean of the gradient, one array a weight. */
  means: Float32Array[];
  /** Running mean of the squared gradient, one array a weight. */
  squares: Float32Array[];
}

/** What Keras's Adam has besides its learning rate. */
export const KERAS_ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/**
 * Adam as Keras has it: `epsilon` is 1e-7 and is added after the bias
 * correction has gone into the learning rate.
 *
 * D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization" (2015),
 * the variant at the end of section 2. One pass over plain arrays is faster
 * than tfjs's optimiser, whose state cannot be put back either.
 */
export class Adam {
  /** Step size. */
  readonly learningRate: number;
  #state: AdamState;

  /**
   * An optimiser that has not updated anything yet.
   *
   * @param learningRate Step size.
   * @param sizes Numbers in each weight.
   */
  constructor(learningRate: number, sizes: readonly number[]) {
    this.learningRate = learningRate;
    const zeros = () => sizes.map((size) => new Float32Array(size));
    this.#state = { iterations: 0, means: zeros(), squares: zeros() };
  }

  /** One update of the weights, in place. All three lists are in the order of the constructor's `sizes`. */
  update(weights: readonly Float32Array[], gradients: readonly Float32Array[]): void {
    const { beta1, beta2, epsilon } = KERAS_ADAM;
    const state = this.#state;
    const t = ++state.iterations;
    const rate = this.learningRate * Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t);
    weights.forEach((weight, i) => {
      const gradient = gradients[i], mean = state.means[i], square = state.squares[i];
      for (let k = 0; k < weight.length; k++) {
        const g = gradient[k];
        const m = mean[k] = beta1 * mean[k] + (1 - beta1) * g;
        const v = square[k] = beta2 * square[k] + (1 - beta2) * g * g;
        weight[k] -= rate * m / (Math.sqrt(v) + epsilon);
      }
    });
  }

  /** A copy of what it remembers. */
  getState(): AdamState {
    const { iterations, means, squares } = this.#state;
    return { iterations, means: means.map((m) => m.slice()), squares: squares.map((v) => v.slice()) };
  }

  /**
   * Puts a state back.
   *
   * @throws {RangeError} If the state belongs to other weights.
   */
  setState(state: AdamState): void {
    const sizes = (s: AdamState) => `${[...s.means, ...s.squares].map((array) => array.length)}`;
    if (sizes(state) !== sizes(this.#state)) {
      throw new RangeError("Cannot set Adam's state: it belongs to weights of other shapes");
    }
    const { iterations, means, squares } = state;
    this.#state = { iterations, means: means.map((m) => m.slice()), squares: squares.map((v) => v.slice()) };
  }
}
