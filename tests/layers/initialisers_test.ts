import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { glorotUniform, glorotWeights, orthogonalWeights } from "../../lib/layers/mod.ts";
import { gaussian, type Prng, seeded } from "../../lib/random/mod.ts";

Deno.test("glorotWeights() fills ±√(6 / (rows + columns)) evenly", () => {
  const weights = glorotWeights(128, 512, seeded(1)), limit = Math.sqrt(6 / 640);
  assertEquals(weights.length, 128 * 512);
  assert(weights.every((w) => Math.abs(w) <= limit));
  assert(Math.max(...weights) > 0.999 * limit && Math.min(...weights) < -0.999 * limit);
  const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
  assertAlmostEquals(variance, limit ** 2 / 3, 0.02 * limit ** 2);
});

for (const [rows, columns] of [[128, 512], [24, 6], [5, 5]]) {
  Deno.test(`orthogonalWeights() makes the shorter side of ${rows} x ${columns} orthonormal`, () => {
    const weights = orthogonalWeights(rows, columns, seeded(2));
    assertEquals(weights.length, rows * columns);
    const at = (i: number, k: number) => rows <= columns ? weights[i * columns + k] : weights[k * columns + i];
    const [count, size] = rows <= columns ? [rows, columns] : [columns, rows];
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let dot = 0;
        for (let k = 0; k < size; k++) dot += at(i, k) * at(j, k);
        assertAlmostEquals(dot, i === j ? 1 : 0, 1e-5);
      }
    }
  });
}

/** Gram and Schmidt's method as it is written in books: one vector after another, one earlier vector after another. */
function gramSchmidt(count: number, size: number, prng: Prng): Float32Array {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = Float64Array.from({ length: size }, () => gaussian(prng));
    for (const earlier of vectors) {
      const overlap = dot(vector, earlier);
      earlier.forEach((value, k) => vector[k] -= overlap * value);
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / norm));
  }
  return Float32Array.from(vectors.flatMap((vector) => [...vector]));
}

Deno.test("orthogonalWeights() has the bits of Gram and Schmidt's method, so that a seed goes on giving the same weights", () => {
  for (const [count, size] of [[1, 4], [3, 12], [4, 16], [5, 20], [6, 18], [8, 8], [64, 256], [67, 201]]) {
    assertEquals(orthogonalWeights(count, size, seeded(8)), gramSchmidt(count, size, seeded(8)));
  }
});

Deno.test("orthogonalWeights() begins with an LSTM of 2048 units, and refuses whatever takes longer", () => {
  const begun = new Error("The first number is drawn");
  const prng: Prng = () => {
    throw begun;
  };
  assertThrows(() => orthogonalWeights(2048, 8192, prng), Error, begun.message);
  for (const [rows, columns] of [[2049, 8192], [8193, 2048], [4096, 4096], [4096, 16384]]) {
    const words = new RegExp(`^Cannot draw an orthogonal matrix: ${rows} x ${columns} would take \\d+ seconds`);
    assertMatch(assertThrows(() => orthogonalWeights(rows, columns, prng), RangeError).message, words);
  }
});

Deno.test("orthogonalWeights() depends on the prng alone", () => {
  assertEquals(orthogonalWeights(3, 12, seeded(3)), orthogonalWeights(3, 12, seeded(3)));
  assert(orthogonalWeights(3, 12, seeded(3))[0] !== orthogonalWeights(3, 12, seeded(4))[0]);
});

Deno.test("glorotUniform() draws a layer's weights, and reads as zeros in a saved model", async () => {
  await tf.setBackend("cpu");
  const layer = tf.layers.dense({ units: 3, inputShape: [2], kernelInitializer: glorotUniform(seeded(5)) });
  const model = tf.sequential({ layers: [layer] });
  assertEquals([...layer.getWeights()[0].dataSync()], [...glorotWeights(2, 3, seeded(5))]);
  assertEquals((layer.getConfig().kernelInitializer as { className: string }).className, "Zeros");
  model.dispose();
});
