import * as tf from "@tensorflow/tfjs";
import { gaussian, type Prng } from "../random/mod.ts";

/** A layer's initialiser, as tfjs knows them. */
export type Initialiser = ReturnType<typeof tf.initializers.zeros>;

/**
 * Keras's `glorot_uniform` for the matrix of a layer, drawn from a generator, so
 * that a seed decides the weights: `kernelInitializer: glorotUniform(prng)`.
 */
export function glorotUniform(prng: Prng): Initialiser {
  return drawn((rows, columns) => glorotWeights(rows, columns, prng));
}

/** Keras's `orthogonal` in the same way: `recurrentInitializer: orthogonal(prng)`. */
export function orthogonal(prng: Prng): Initialiser {
  return drawn((rows, columns) => orthogonalWeights(rows, columns, prng));
}

/** Normal draws around 0, in the same way: `embeddingsInitializer: normal(prng, 0.4)`. */
export function normal(prng: Prng, deviation: number): Initialiser {
  return drawn((rows, columns) => Float32Array.from({ length: rows * columns }, () => deviation * gaussian(prng)));
}

/** In a saved model it reads as zeros: the weights are saved, and need not be drawn again when the model is loaded. */
function drawn(draw: (rows: number, columns: number) => Float32Array): Initialiser {
  return Object.assign(tf.initializers.zeros(), {
    apply(shape: number[]) {
      const columns = shape.at(-1)!, rows = shape.reduce((a, b) => a * b, 1) / columns;
      return tf.tensor(draw(rows, columns), shape);
    },
  });
}

/**
 * Weights drawn uniformly from ±√(6 / (rows + columns)).
 *
 * X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
 * feedforward neural networks" (2010); Keras's `glorot_uniform`.
 *
 * @param rows Inputs of the matrix.
 * @param columns Outputs of the matrix.
 * @param prng Source of the draws.
 * @returns `rows * columns` weights, row by row.
 */
export function glorotWeights(rows: number, columns: number, prng: Prng): Float32Array {
  const limit = Math.sqrt(6 / (rows + columns));
  return Float32Array.from({ length: rows * columns }, () => (2 * prng() - 1) * limit);
}

/** The square of the shorter side times the longer one, at most: that of an LSTM of 2048 units. */
const MOST_STEPS = 2 ** 35;
/** How many of them a second does, about. */
const STEPS = 3e9;
/** How many vectors are straightened at a time. */
const ABREAST = 4;

/**
 * A random matrix whose shorter side is orthonormal: each row, if there are no
 * more rows than columns, otherwise each column, has length 1 and stands at right
 * angles to the others.
 *
 * A. M. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in
 * deep linear neural networks" (2014); Keras's `orthogonal`. Gram and
 * Schmidt's method in double precision, which for Gaussian draws is the QR
 * decomposition with a positive diagonal that Keras takes.
 *
 * The time grows with the square of the shorter side times the longer one, and nothing else runs meanwhile, for tfjs
 * waits for what an initialiser returns: 0.3 seconds for an LSTM of 512 units, 1.6 for 1024, 11 for 2048.
 *
 * @param rows Inputs of the matrix.
 * @param columns Outputs of the matrix.
 * @param prng Source of the draws.
 * @returns `rows * columns` weights, row by row.
 * @throws {RangeError} If it would take longer than for an LSTM of 2048 units: one of 4096 would take a minute and a half.
 */
export function orthogonalWeights(rows: number, columns: number, prng: Prng): Float32Array {
  const [count, size] = rows <= columns ? [rows, columns] : [columns, rows];
  if (count * count * size > MOST_STEPS) {
    throw new RangeError(
      `Cannot draw an orthogonal matrix: ${rows} x ${columns} would take ${Math.round(count * count * size / STEPS)} ` +
        "seconds in which nothing else can run; make the layer smaller, or give it another initialiser, such as " +
        "glorotUniform(prng)",
    );
  }
  const done: Float64Array[] = [];
  while (done.length < count) {
    const some = Array.from({ length: Math.min(ABREAST, count - done.length) }, () => {
      return Float64Array.from({ length: size }, () => gaussian(prng));
    });
    if (some.length === ABREAST) straightenFour(some, done);
    const straightened = some.length === ABREAST ? done.length : 0;
    for (const vector of some) {
      for (const earlier of done.slice(straightened)) {
        const overlap = dot(vector, earlier);
        for (let k = 0; k < size; k++) vector[k] -= overlap * earlier[k];
      }
      const norm = Math.sqrt(dot(vector, vector));
      for (let k = 0; k < size; k++) vector[k] /= norm;
      done.push(vector);
    }
  }
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns), column = index % columns;
    return rows <= columns ? done[row][column] : done[column][row];
  });
}

/**
 * Takes out of four vectors what they have of others, one other after another. Each number is the one that a vector
 * alone would have, to the bit: abreast they only fill the time in which one addition waits for the one before, and what
 * is left of the vectors is multiplied with the next other while it is at hand.
 */
function straightenFour([a, b, c, d]: Float64Array[], others: readonly Float64Array[]): void {
  if (others.length === 0) return;
  let [overA, overB, overC, overD] = [a, b, c, d].map((vector) => dot(vector, others[0]));
  for (let i = 0; i < others.length; i++) {
    // After the last other there is none to multiply with; what it then comes to is not used.
    const other = others[i], next = others[i + 1] ?? other;
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
    for (let k = 0; k < other.length; k++) {
      const here = other[k], then = next[k];
      const restA = a[k] - overA * here, restB = b[k] - overB * here;
      const restC = c[k] - overC * here, restD = d[k] - overD * here;
      a[k] = restA;
      b[k] = restB;
      c[k] = restC;
      d[k] = restD;
      sumA += restA * then;
      sumB += restB * then;
      sumC += restC * then;
      sumD += restD * then;
    }
    [overA, overB, overC, overD] = [sumA, sumB, sumC, sumD];
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
