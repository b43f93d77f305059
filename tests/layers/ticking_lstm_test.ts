import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { TickingLstm, tickingLstm } from "../../lib/layers/mod.ts";
import { loadModel, saveModel } from "../../lib/training/mod.ts";
import { difference, drawn } from "./twins.ts";

await startBackend();

const TICKS = [[1, 0, 0, 1, 1, 0, 1], [0, 0, 1, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1]];
const STEPS = TICKS[0].length, UNITS = 3, WIDTH = 4;

const ticksOf = (rows: number[][]) => tf.tensor2d(rows, [rows.length, rows[0].length], "int32");

/** A layer with drawn weights, and rows for it. */
function drawnLayer() {
  const layer = tickingLstm({ units: UNITS }), rows = drawn([TICKS.length, STEPS, WIDTH]) as tf.Tensor3D;
  tf.tidy(() => void layer.apply([rows, ticksOf(TICKS)]));
  layer.setWeights([drawn([WIDTH, 4 * UNITS]), drawn([UNITS, 4 * UNITS]), drawn([4 * UNITS])]);
  return { layer, rows };
}

Deno.test("tickingLstm() says between ticks what tfjs's LSTM says of the rows at ticks alone, on wasm and on cpu", async () => {
  for (const backend of ["wasm", "cpu"]) {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const { layer, rows } = drawnLayer();
      const found = layer.apply([rows, ticksOf(TICKS)]) as tf.Tensor3D;
      const plain = tf.layers.lstm({ units: UNITS, recurrentActivation: "sigmoid", returnSequences: true });
      TICKS.forEach((ticks, example) => {
        const at = ticks.flatMap((tick, step) => tick ? [step] : []);
        const heard = tf.gather(tf.slice(rows, [example, 0, 0], [1, STEPS, WIDTH]), tf.tensor1d(at, "int32"), 1);
        plain.apply(heard);
        plain.setWeights(layer.getWeights());
        const states = tf.reshape(plain.apply(heard) as tf.Tensor3D, [at.length, UNITS]);
        for (let step = 0; step < STEPS; step++) {
          const heardTicks = at.filter((tick) => tick <= step).length;
          const expected = heardTicks === 0 ? tf.zeros([1, UNITS]) : tf.slice(states, [heardTicks - 1, 0], [1, UNITS]);
          const said = tf.reshape(tf.slice(found, [example, step, 0], [1, 1, UNITS]), [1, UNITS]);
          assert(difference([said], [expected]) < 1e-6, `${backend}, example ${example}, step ${step}`);
        }
      });
    });
  }
  await tf.setBackend("wasm");
});

Deno.test("tickingLstm() goes back as finite differences say, and not into rows without a tick", () => {
  tf.tidy(() => {
    const { layer, rows } = drawnLayer(), weigh = drawn([TICKS.length, STEPS, UNITS]);
    const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const loss = (x: tf.Tensor) => tf.sum(tf.mul(layer.apply([x, ticksOf(TICKS)]) as tf.Tensor, weigh)) as tf.Scalar;
    const slope = tf.grad((x) => loss(x))(rows), silent = ticksOf(TICKS).expandDims(2).equal(0);
    assertEquals(tf.max(tf.abs(tf.mul(slope, silent))).dataSync()[0], 0);
    const { grads } = tf.variableGrads(() => loss(rows), variables);
    const check = (values: Float32Array, found: ArrayLike<number>, at: (moved: Float32Array) => number) => {
      for (let i = 0; i < values.length; i += 5) {
        const [above, below] = [1e-2, -1e-2].map((by) => at(values.map((x, k) => k === i ? x + by : x)));
        assert(Math.abs(found[i] - (above - below) / 2e-2) < 2e-2, `number ${i}: ${found[i]}`);
      }
    };
    const values = rows.dataSync().slice() as Float32Array;
    check(values, slope.dataSync(), (moved) => loss(tf.tensor(moved, rows.shape)).dataSync()[0]);
    for (const variable of variables) {
      const held = variable.dataSync().slice() as Float32Array;
      check(held, grads[variable.name].dataSync(), (moved) => {
        variable.assign(tf.tensor(moved, variable.shape));
        return loss(rows).dataSync()[0];
      });
      variable.assign(tf.tensor(held, variable.shape));
    }
  });
});

Deno.test("tickingLstm() learns in model.fit, and is saved and loaded in tfjs's format", async () => {
  const inputs = [tf.input({ shape: [STEPS, WIDTH] }), tf.input({ shape: [STEPS], dtype: "int32" })];
  const slow = tickingLstm({ units: 6, name: "slow" }).apply(inputs) as tf.SymbolicTensor;
  const model = tf.model({ inputs, outputs: tf.layers.dense({ units: 1 }).apply(slow) as tf.SymbolicTensor });
  // The forget gate begins open, and nothing else.
  assertEquals([...model.getLayer("slow").getWeights()[2].dataSync()].map(Boolean).indexOf(true), 6);
  model.compile({ optimizer: tf.train.adam(0.05), loss: "meanSquaredError" });
  const ticks = ticksOf(TICKS), x = drawn([TICKS.length, STEPS, WIDTH]);
  // Of each step what was first heard at the last tick.
  const last = TICKS.map((row) => row.map((_, step) => row.lastIndexOf(1, step)));
  const first = x.arraySync() as number[][][];
  const y = tf.tensor3d(last.map((row, i) => row.map((at) => [at < 0 ? 0 : first[i][at][0]])));
  const { history } = await model.fit([x, ticks], y, { epochs: 40, verbose: 0 });
  assert(history.loss.at(-1)! as number < 0.3 * (history.loss[0] as number), `${history.loss}`);
  const folder = await Deno.makeTempDir();
  try {
    await saveModel(model, folder);
    const loaded = await loadModel(folder);
    assertEquals((loaded.getLayer("slow") as TickingLstm).units, 6);
    const [said, again] = [model, loaded].map((each) => (each.predict([x, ticks]) as tf.Tensor).arraySync());
    assertEquals(again, said);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("tickingLstm() refuses what it cannot do", () => {
  assertThrows(() => tickingLstm({ units: 0 }), RangeError, "units must be a positive integer");
  const rows = tf.input({ shape: [5, 4] }), ticks = tf.input({ shape: [5], dtype: "int32" });
  const fewer = tf.input({ shape: [4], dtype: "int32" });
  for (const wrong of [rows, [rows, rows], [ticks, ticks], [rows, fewer]]) {
    assertThrows(() => tickingLstm({ units: 2 }).apply(wrong), RangeError, "must be called on [batch, steps, width]");
  }
});

Deno.test("tickingLstm() keeps no tensors", () => {
  const { layer, rows } = drawnLayer(), ticks = ticksOf(TICKS);
  const before = tf.memory().numTensors;
  tf.dispose(layer.apply([rows, ticks]) as tf.Tensor);
  tf.dispose(tf.grad((x) => tf.sum(layer.apply([x, ticks]) as tf.Tensor))(rows));
  assertEquals(tf.memory().numTensors, before);
});
