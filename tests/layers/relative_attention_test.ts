import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { RelativeAttention, relativeAttention } from "../../lib/layers/mod.ts";
import { loadModel, saveModel } from "../../lib/training/mod.ts";
import { difference, drawn } from "./twins.ts";

await startBackend();

/** Attention by its definition, number by number. */
function defined(given: tf.Tensor[], relative: tf.Tensor, heads: number): tf.Tensor {
  const [q, k, v] = given.map((x) => x.arraySync() as number[][][]), r = relative.arraySync() as number[][][];
  const depth = q[0][0].length / heads;
  const out = q.map((rows, b) =>
    rows.map((row, i) =>
      row.map((_, column) => {
        const head = Math.floor(column / depth), first = head * depth;
        const logits = Array.from({ length: i + 1 }, (_, j) => {
          const vector = r[head][Math.min(i - j, r[head].length - 1)];
          let sum = 0;
          for (let d = 0; d < depth; d++) sum += q[b][i][first + d] * (k[b][j][first + d] + vector[d]);
          return sum / Math.sqrt(depth);
        });
        const shares = logits.map((logit) => Math.exp(logit));
        const total = shares.reduce((x, y) => x + y);
        return shares.reduce((sum, share, j) => sum + share / total * v[b][j][column], 0);
      })
    )
  );
  return tf.tensor3d(out);
}

/** A layer that has drawn its table, and what it is called on. */
function drawnLayer(heads: number, distances: number, shape: [number, number, number]) {
  const layer = relativeAttention({ heads, distances });
  const given = [1, 2, 3].map(() => drawn(shape));
  tf.tidy(() => void layer.apply(given));
  layer.setWeights([drawn([heads, distances, shape[2] / heads])]);
  return { layer, given };
}

Deno.test("relativeAttention() computes its definition, on wasm and on cpu", async () => {
  for (const backend of ["wasm", "cpu"]) {
    await tf.setBackend(backend);
    for (const heads of [1, 2, 3]) {
      // Fewer vectors than distances, and more.
      for (const distances of [1, 3, 9]) {
        for (const steps of [1, 2, 6]) {
          const { layer, given } = drawnLayer(heads, distances, [2, steps, 6]);
          const [found, expected] = [layer.apply(given) as tf.Tensor, defined(given, layer.getWeights()[0], heads)];
          assert(difference([found], [expected]) < 1e-5, `${[backend, heads, distances, steps]}`);
        }
      }
    }
  }
  await tf.setBackend("wasm");
});

Deno.test("relativeAttention() goes back as finite differences say", () => {
  tf.tidy(() => {
    const { layer, given } = drawnLayer(2, 3, [2, 5, 4]);
    const table = layer.trainableWeights[0].read() as tf.Variable;
    const weigh = drawn([2, 5, 4]);
    const loss = (...all: tf.Tensor[]) => tf.sum(tf.mul(layer.apply(all) as tf.Tensor, weigh)) as tf.Scalar;
    const gradients = [
      ...tf.grads(loss)(given),
      tf.variableGrads(() => loss(...given), [table]).grads[table.name],
    ];
    const step = 1e-2;
    [...given, table].forEach((x, which) => {
      const values = x.dataSync().slice(), found = gradients[which].dataSync();
      for (let i = 0; i < values.length; i += 3) {
        const [above, below] = [step, -step].map((by) => {
          const moved = values.slice();
          moved[i] += by;
          const tensor = tf.tensor(moved, x.shape);
          if (which === 3) {
            table.assign(tensor);
            return loss(...given).dataSync()[0];
          }
          return loss(...given.map((other, k) => k === which ? tensor : other)).dataSync()[0];
        });
        if (which === 3) table.assign(tf.tensor(values, x.shape));
        const expected = (above - below) / (2 * step);
        assert(Math.abs(found[i] - expected) < 2e-2, `input ${which}, number ${i}: ${found[i]}, ${expected}`);
      }
    });
  });
});

Deno.test("relativeAttention() sees nothing of what is to come", () => {
  const { layer, given } = drawnLayer(2, 4, [1, 6, 4]);
  const said = (x: tf.Tensor[]) => (layer.apply(x) as tf.Tensor3D).slice([0, 0, 0], [1, 4, 4]);
  const changed = given.map((x) => tf.concat([x.slice([0, 0, 0], [1, 4, 4]), drawn([1, 2, 4])], 1));
  assert(difference([said(given)], [said(changed)]) < 1e-6);
});

Deno.test("relativeAttention() learns in model.fit, and is saved and loaded in tfjs's format", async () => {
  const notes = tf.input({ shape: [5, 4] });
  const [q, k, v] = [1, 2, 3].map(() => tf.layers.dense({ units: 4 }).apply(notes) as tf.SymbolicTensor);
  const seen = relativeAttention({ heads: 2, distances: 3, name: "seen" }).apply([q, k, v]) as tf.SymbolicTensor;
  const model = tf.model({ inputs: notes, outputs: tf.layers.dense({ units: 1 }).apply(seen) as tf.SymbolicTensor });
  model.compile({ optimizer: tf.train.adam(0.05), loss: "meanSquaredError" });
  const x = drawn([8, 5, 4]), y = tf.mean(x, 2, true);
  const { history } = await model.fit(x, y, { epochs: 20, verbose: 0 });
  assert(history.loss.at(-1)! as number < 0.7 * (history.loss[0] as number), `${history.loss}`);
  assert(tf.max(tf.abs(model.getLayer("seen").getWeights()[0])).dataSync()[0] > 1e-3, "the table stayed 0");
  const folder = await Deno.makeTempDir();
  try {
    await saveModel(model, folder);
    const loaded = await loadModel(folder);
    const { heads, distances } = loaded.getLayer("seen") as RelativeAttention;
    assertEquals([heads, distances], [2, 3]);
    assertEquals((loaded.predict(x) as tf.Tensor).arraySync(), (model.predict(x) as tf.Tensor).arraySync());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("relativeAttention() refuses what it cannot do", () => {
  assertThrows(() => relativeAttention({ heads: 0, distances: 2 }), RangeError, "heads must be a positive integer");
  assertThrows(() => relativeAttention({ heads: 1, distances: 1.5 }), RangeError, "distances must be a positive");
  const x = tf.input({ shape: [5, 4] }), layer = () => relativeAttention({ heads: 3, distances: 2 });
  assertThrows(() => layer().apply([x, x, x]), RangeError, "a width that 3 heads can share, got [[null,5,4]");
  assertThrows(() => layer().apply([x, x]), RangeError, "queries, keys and values must be");
  assertThrows(() => layer().apply(x), RangeError, "queries, keys and values must be");
});

Deno.test("relativeAttention() keeps no tensors", () => {
  const { layer, given } = drawnLayer(2, 4, [1, 6, 4]);
  const before = tf.memory().numTensors;
  tf.dispose(layer.apply(given) as tf.Tensor);
  tf.dispose(tf.grads((...all) => tf.sum(layer.apply(all) as tf.Tensor))(given));
  assertEquals(tf.memory().numTensors, before);
});
