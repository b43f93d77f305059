import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { Adam, evaluate, layersModelStep } from "../../lib/training/mod.ts";
import { ARGS, batchTensors, headLosses, stepOptions } from "./steps.ts";
import { bits, scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();

Deno.test("layersModelStep() says the losses before the update", async () => {
  const model = tinyModel(), windows = scaleWindows(14), options = tinyOptions();
  const expected = await evaluate(model, windows, { batchSize: 10, lossWeights: options.lossWeights });
  const batch = windows.gather([...Array(10).keys()]);
  const losses = await layersModelStep(model, stepOptions(model)).run(batch, ARGS);
  for (const head of ["pitch", "step", "duration"] as const) assertAlmostEquals(losses[head], expected[head], 1e-6);
  model.dispose();
});

Deno.test("layersModelStep() follows the gradient of the weighted sum", async () => {
  const [ours, other] = [tinyModel(), tinyModel()];
  const batch = scaleWindows().gather([0, 5, 11, 17]);
  const step = layersModelStep(ours, stepOptions(ours));
  const adam = new Adam(other.getWeights().map(({ shape }) => shape));
  for (let i = 0; i < 5; i++) {
    await step.run(batch, ARGS);
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const { inputs, targets } = batchTensors(batch);
        const [pitch, step, duration] = other.predict(inputs) as tf.Tensor2D[];
        const losses = headLosses({ pitch, step, duration }, targets);
        return tf.addN(losses.map((loss, i) => tf.mul(loss, [0.3, 1, 0.7][i]))) as tf.Scalar;
      }, other.getWeights() as tf.Variable[]);
      const weights = other.getWeights().map((weight) => weight.dataSync().slice() as Float32Array);
      adam.update(
        weights,
        other.getWeights().map((weight) => grads[(weight as tf.Variable).name].dataSync() as Float32Array),
        ARGS.learningRate,
      );
      other.setWeights(weights.map((weight, i) => tf.tensor(weight, other.weights[i].shape as number[])));
    });
  }
  const [a, b, begun] = [ours, other, tinyModel()].map(bits);
  const worst = (x: number[][], y: number[][]) =>
    Math.max(...x.flatMap((weight, i) => weight.map((w, k) => Math.abs(w - y[i][k]))));
  assert(worst(a, b) < 1e-5, `worst difference ${worst(a, b)}`);
  assert(worst(a, begun) > 0.02, "nothing was learned");
});

Deno.test("layersModelStep() leaves the weights alone when a loss is not finite", async () => {
  const model = tinyModel();
  const batch = scaleWindows().gather([0, 1]);
  const broken = { ...batch, targets: { ...batch.targets, step: Float32Array.of(NaN, 0) } };
  const before = bits(model);
  const losses = await layersModelStep(model, stepOptions(model)).run(broken, ARGS);
  assert(Number.isNaN(losses.step) && Number.isFinite(losses.pitch));
  assertEquals(bits(model), before);
});

Deno.test("layersModelStep() keeps no tensors", async () => {
  const model = tinyModel(), batch = scaleWindows().gather([0, 1, 2]);
  const step = layersModelStep(model, stepOptions(model));
  await step.run(batch, ARGS);
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  for (let i = 0; i < 5; i++) await step.run(batch, ARGS);
  assertEquals([tf.memory().numTensors, tf.backend().numDataIds()], before);
});
