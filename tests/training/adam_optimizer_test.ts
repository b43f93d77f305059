import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { adamOptimizer } from "../../lib/training/mod.ts";

await startBackend();

const x = tf.randomNormal([8, 3], 0, 1, "float32", 1), y = tf.randomNormal([8, 2], 0, 1, "float32", 2);

/** A compiled model, the same each time. */
function compiled(optimizer: tf.Optimizer): tf.Sequential {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3], kernelInitializer })] });
  model.compile({ optimizer, loss: "meanSquaredError" });
  return model;
}

async function lossesOf(model: tf.LayersModel, epochs: number): Promise<number[]> {
  const { history } = await model.fit(x, y, { epochs, batchSize: 4, shuffle: false, verbose: 0 });
  return history.loss as number[];
}

function assertClose(a: number[], b: number[]) {
  assertEquals(a.length, b.length);
  a.forEach((loss, i) => assert(Math.abs(loss - b[i]) < 1e-5, `epoch ${i}: ${loss}, ${b[i]}`));
}

Deno.test("adamOptimizer() takes the steps of tf.train.adam in model.fit", async () => {
  const [ours, stock] = [adamOptimizer(0.1), tf.train.adam(0.1, 0.9, 0.999, 1e-7)].map(compiled);
  const losses = await lossesOf(ours, 20);
  assertClose(losses, await lossesOf(stock, 20));
  assert(losses[19] < 0.8 * losses[0]);
});

Deno.test("adamOptimizer() is saved with a model as tf.train.adam is, which goes on from it", async () => {
  const [straight, model] = [adamOptimizer(0.1), adamOptimizer(0.1)].map(compiled);
  const losses = await lossesOf(straight, 8);
  await lossesOf(model, 4);
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } });
    }),
    { includeOptimizer: true },
  );
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
  assertClose(await lossesOf(loaded, 4), losses.slice(4));
});

Deno.test("adamOptimizer() keeps two tensors a weight, and gives them back", async () => {
  const before = tf.memory().numTensors;
  const optimizer = adamOptimizer(0.1), model = compiled(optimizer);
  const made = tf.memory().numTensors;
  await lossesOf(model, 1);
  assertEquals(tf.memory().numTensors, made + 4);
  await lossesOf(model, 5);
  assertEquals(tf.memory().numTensors, made + 4);
  model.dispose();
  optimizer.dispose();
  assertEquals(tf.memory().numTensors, before);
});
