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
 * @param rows Inputs of the matrix.
 * @param columns Outputs of the matrix.
 * @param prng Source of the draws.
 * @returns `rows * columns` weights, row by row.
 */
export function orthogonalWeights(rows: number, columns: number, prng: Prng): Float32Array {
  const [count, size] = rows <= columns ? [rows, columns] : [columns, rows];
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = Float64Array.from({ length: size }, () => gaussian(prng));
    for (const earlier of vectors) {
      const overlap = dot(vector, earlier);
      for (let k = 0; k < size; k++) vector[k] -= overlap * earlier[k];
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((x) => x / norm));
  }
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns), column = index % columns;
    return rows <= columns ? vectors[row][column] : vectors[column][row];
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
