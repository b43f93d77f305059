import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

await startBackend();

const weightsOf = (model: tf.LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);

Deno.test("vanillaLstm() has the published shapes and 84,354 weights", () => {
  const model = vanillaLstm({ prng: seeded(42) });
  assertEquals(model.countParams(), 84_354);
  assertEquals(model.inputs[0].shape, [null, 75, 3]);
  assertEquals(model.outputNames, ["pitch", "step", "duration"]);
  assertEquals(model.outputShape, [[null, 128], [null, 1], [null, 1]]);
  assertEquals(model.weights.map(({ shape }) => shape), [
    [3, 512],
    [128, 512],
    [512],
    [128, 128],
    [128],
    [128, 1],
    [1],
    [128, 1],
    [1],
  ]);
  model.dispose();
});

Deno.test("vanillaLstm() says Keras's activations in its config", () => {
  const model = vanillaLstm({ length: 4, units: 8, prng: seeded(42) });
  const lstm = model.getLayer("lstm").getConfig();
  assertEquals([lstm.activation, lstm.recurrentActivation, lstm.unitForgetBias], ["tanh", "sigmoid", true]);
  for (const head of model.outputNames) assertEquals(model.getLayer(head).getConfig().activation, "linear");
  model.dispose();
});

Deno.test("vanillaLstm() begins as Keras does", () => {
  const units = 8;
  const model = vanillaLstm({ length: 4, units, prng: seeded(42) });
  const [kernel, recurrent, bias, pitchKernel, ...rest] = weightsOf(model);
  const limit = Math.sqrt(6 / (3 + 4 * units));
  assert(kernel.every((w) => Math.abs(w) <= limit) && kernel.some((w) => Math.abs(w) > 0.8 * limit));
  const row = (i: number) => recurrent.slice(i * 4 * units, (i + 1) * 4 * units);
  const dot = (i: number, j: number) => row(i).reduce((sum, w, k) => sum + w * row(j)[k], 0);
  assertAlmostEquals(dot(0, 0), 1, 1e-6);
  assertAlmostEquals(dot(0, 5), 0, 1e-6);
  assertEquals(bias, [...Array(8).fill(0), ...Array(8).fill(1), ...Array(16).fill(0)]);
  assert(pitchKernel.every((w) => Math.abs(w) <= Math.sqrt(6 / (units + 128))));
  const [pitchBias, stepKernel, stepBias, durationKernel, durationBias] = rest;
  assertEquals([...pitchBias, ...stepBias, ...durationBias], Array(130).fill(0));
  assert(stepKernel.join() !== durationKernel.join());
  model.dispose();
});

Deno.test("vanillaLstm() computes an LSTM with sigmoid gates", () => {
  const [length, units] = [5, 4];
  const model = vanillaLstm({ length, units, prng: seeded(7) });
  const [kernel, recurrent, bias, pitchKernel, , stepKernel, , durationKernel] = weightsOf(model);
  const prng = seeded(8);
  const notes = Array.from({ length }, () => [prng(), prng(), prng()]);

  // Hochreiter and Schmidhuber's cell with forget gates, gates in Keras's order: input, forget, cell, output.
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  let h = Array(units).fill(0), c = Array(units).fill(0);
  for (const x of notes) {
    const z = bias.map((b, n) =>
      b + x.reduce((sum, value, k) => sum + value * kernel[k * 4 * units + n], 0) +
      h.reduce((sum, value, k) => sum + value * recurrent[k * 4 * units + n], 0)
    );
    c = c.map((value, i) => sigmoid(z[units + i]) * value + sigmoid(z[i]) * Math.tanh(z[2 * units + i]));
    h = c.map((value, i) => sigmoid(z[3 * units + i]) * Math.tanh(value));
  }
  const head = (weights: number[], size: number, n: number) =>
    h.reduce((sum, value, k) => sum + value * weights[k * size + n], 0);

  tf.tidy(() => {
    const [pitch, step, duration] = model.predict(tf.tensor3d([notes])) as tf.Tensor[];
    assertAlmostEquals(pitch.dataSync()[60], head(pitchKernel, 128, 60), 1e-5);
    assertAlmostEquals(step.dataSync()[0], head(stepKernel, 1, 0), 1e-5);
    assertAlmostEquals(duration.dataSync()[0], head(durationKernel, 1, 0), 1e-5);
  });
  model.dispose();
});

Deno.test("vanillaLstm() depends on the prng alone", () => {
  const [a, b, c] = [1, 1, 2].map((seed) => vanillaLstm({ length: 4, units: 8, prng: seeded(seed) }));
  assertEquals(weightsOf(a), weightsOf(b));
  assert(weightsOf(a)[0].join() !== weightsOf(c)[0].join());
  tf.dispose([a, b, c].flatMap((model) => model.getWeights()));
});

Deno.test("vanillaLstm() gives all its tensors back", () => {
  const before = tf.memory().numTensors;
  vanillaLstm({ length: 4, units: 8, prng: seeded(1) }).dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("vanillaLstm() refuses sizes that are no positive integers", () => {
  const prng = seeded(1);
  assertThrows(
    () => vanillaLstm({ units: 0, prng }),
    RangeError,
    "units must be a positive integer, current value is 0",
  );
  assertThrows(() => vanillaLstm({ length: 7.5, prng }), RangeError, "length must be a positive integer");
});
