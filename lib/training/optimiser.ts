/** What an optimiser remembers between steps, in plain arrays: a checkpoint stores it. */
export interface OptimiserState {
  /** Updates so far. */
  iterations: number;
  /** Running mean of the gradient, one array a weight. */
  means: Float32Array[];
  /** Running mean of the squared gradient, one array a weight. */
  squares: Float32Array[];
  /** Exponential moving average of the weights, one array a weight, where one is kept. */
  average?: Float32Array[];
}

/** What stands around Adam. */
export interface OptimiserOptions {
  /**
   * How much of each weight with two or more dimensions goes with a step, as a share of the step size: I. Loshchilov and
   * F. Hutter, "Decoupled Weight Decay Regularization" (2019).
   *
   * @default 0
   */
  weightDecay?: number;
  /**
   * Length to which longer gradients are shortened, all weights together.
   *
   * @default Infinity
   */
  clipNorm?: number;
  /**
   * How much an exponential moving average of the weights keeps of itself at a step, from 0 to 1; 0 keeps none.
   *
   * @default 0
   */
  averageDecay?: number;
}

/** What Keras's Adam has besides its learning rate. */
export const KERAS_ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/**
 * Adam as Keras has it: `epsilon` is 1e-7 and is added after the bias
 * correction has gone into the learning rate. With decoupled weight decay it is
 * AdamW.
 *
 * D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization" (2015),
 * the variant at the end of section 2. One pass over plain arrays is faster
 * than tfjs's optimiser, whose state cannot be put back either.
 */
export class Adam {
  readonly #shapes: readonly (readonly number[])[];
  readonly #options: Required<OptimiserOptions>;
  #state: OptimiserState;

  /**
   * An optimiser that has not updated anything yet.
   *
   * @param shapes Of each weight.
   * @param options What stands around it.
   */
  constructor(shapes: readonly (readonly number[])[], options: OptimiserOptions = {}) {
    const { weightDecay = 0, clipNorm = Infinity, averageDecay = 0 } = options;
    this.#shapes = shapes;
    this.#options = { weightDecay, clipNorm, averageDecay };
    const zeros = () => shapes.map((shape) => new Float32Array(shape.reduce((size, axis) => size * axis, 1)));
    this.#state = { iterations: 0, means: zeros(), squares: zeros() };
  }

  /**
   * One update of the weights, in place.
   *
   * @param weights In the order of the constructor's `shapes`, as are the gradients.
   * @param gradients They stay as they are.
   * @param learningRate Step size.
   */
  update(weights: readonly Float32Array[], gradients: readonly Float32Array[], learningRate: number): void {
    const { beta1, beta2, epsilon } = KERAS_ADAM;
    const { weightDecay, clipNorm, averageDecay } = this.#options;
    const state = this.#state;
    if (averageDecay > 0) state.average ??= weights.map((weight) => weight.slice());
    const t = ++state.iterations;
    const rate = learningRate * Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t);
    const share = clipNorm === Infinity ? 1 : Math.min(1, clipNorm / normOf(gradients));
    weights.forEach((weight, i) => {
      const gradient = gradients[i], mean = state.means[i], square = state.squares[i], average = state.average?.[i];
      const decay = this.#shapes[i].length > 1 ? learningRate * weightDecay : 0;
      for (let k = 0; k < weight.length; k++) {
        const g = gradient[k] * share;
        const m = mean[k] = beta1 * mean[k] + (1 - beta1) * g;
        const v = square[k] = beta2 * square[k] + (1 - beta2) * g * g;
        weight[k] -= rate * m / (Math.sqrt(v) + epsilon) + decay * weight[k];
        if (average) average[k] += (1 - averageDecay) * (weight[k] - average[k]);
      }
    });
  }

  /** A copy of what it remembers. */
  getState(): OptimiserState {
    return copied(this.#state);
  }

  /**
   * Puts a state back.
   *
   * @throws {RangeError} If the state belongs to other weights.
   */
  setState(state: OptimiserState): void {
    const sizes = (s: OptimiserState) => `${[...s.means, ...s.squares].map((array) => array.length)}`;
    if (sizes(state) !== sizes(this.#state)) {
      throw new RangeError("Cannot set Adam's state: it belongs to weights of other shapes");
    }
    this.#state = copied(state);
  }
}

function copied({ iterations, means, squares, average }: OptimiserState): OptimiserState {
  const copies = (arrays: readonly Float32Array[]) => arrays.map((array) => array.slice());
  return { iterations, means: copies(means), squares: copies(squares), ...average && { average: copies(average) } };
}

function normOf(gradients: readonly Float32Array[]): number {
  let squares = 0;
  for (const gradient of gradients) for (const g of gradient) squares += g * g;
  return Math.sqrt(squares);
}
