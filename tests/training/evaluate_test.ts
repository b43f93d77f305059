import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { evaluate } from "../../lib/training/mod.ts";
import { scaleWindows, tinyModel } from "./tiny.ts";

await startBackend();
const lossWeights = { pitch: 0.05, step: 1, duration: 1 };

Deno.test("evaluate() does not depend on the batch size", async () => {
  const model = tinyModel(), windows = scaleWindows(40);
  const [whole, parts] = await Promise.all(
    [36, 7].map((batchSize) => evaluate(model, windows, { batchSize, lossWeights })),
  );
  for (const head of ["total", "pitch", "step", "duration"] as const) {
    assertAlmostEquals(parts[head], whole[head], 1e-5);
  }
  assertAlmostEquals(whole.total, 0.05 * whole.pitch + whole.step + whole.duration, 1e-12);
});

Deno.test("evaluate() scores what predict() says", async () => {
  const model = tinyModel(), windows = scaleWindows(5);
  const { inputs, targets: { pitch: [pitch], step: [step], duration: [duration] } } = windows.at(0);
  const losses = await evaluate(model, windows, { batchSize: 1, lossWeights });
  const outputs = model.predict(tf.tensor3d(inputs.notes as Float32Array, [1, 4, 3])) as tf.Tensor[];
  const [logits, [saidStep], [saidDuration]] = outputs.map((output) => output.dataSync());
  const sum = [...logits].reduce((total, logit) => total + Math.exp(logit), 0);
  assertAlmostEquals(losses.pitch, Math.log(sum) - logits[pitch], 1e-5);
  const pressure = (target: number, said: number) => (target - said) ** 2 + 10 * Math.max(-said, 0);
  assertAlmostEquals(losses.step, pressure(step, saidStep), 1e-5);
  assertAlmostEquals(losses.duration, pressure(duration, saidDuration), 1e-5);
});

Deno.test("evaluate() keeps no tensors", async () => {
  const model = tinyModel(), windows = scaleWindows();
  const before = tf.memory().numTensors;
  await evaluate(model, windows, { batchSize: 10, lossWeights });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("evaluate() refuses what does not fit together", async () => {
  const windows = scaleWindows();
  const longer = vanillaLstm({ length: 5, units: 2, prng: seeded(1) });
  await assertRejects(
    () => evaluate(longer, windows, { batchSize: 10, lossWeights }),
    RangeError,
    "it takes windows of 5 notes, these have 4",
  );
  const headless = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [4, 3] })] });
  await assertRejects(
    () => evaluate(headless, windows, { batchSize: 10, lossWeights }),
    TypeError,
    "a sequential model has one output without a name",
  );
  const unweighted = { pitch: 1, step: NaN, duration: 1 };
  await assertRejects(
    () => evaluate(tinyModel(), windows, { batchSize: 10, lossWeights: unweighted }),
    RangeError,
    "lossWeights.step must be a number of 0 or more, current value is NaN",
  );
});

Deno.test("evaluate() gives up when the signal fires", async () => {
  const model = tinyModel();
  const before = tf.memory().numTensors;
  const signal = AbortSignal.abort();
  await assertRejects(() => evaluate(model, scaleWindows(), { batchSize: 10, lossWeights, signal }), DOMException);
  assertEquals(tf.memory().numTensors, before);
});
