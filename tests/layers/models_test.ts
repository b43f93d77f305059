import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { accelerate, gru, lstm, obstacle } from "../../lib/layers/mod.ts";
import { classesOf, LENGTH, MIXED, mixedModel, PITCHES } from "./mixed_models.ts";
import { difference, drawn } from "./twins.ts";

await startBackend();
assert(kernelEngine(), "there is no kernel to test");

type Kind = { lstm: (args: tf.LSTMLayerArgs) => tf.layers.Layer; gru: (args: tf.GRULayerArgs) => tf.layers.Layer };
const OURS: Kind = { lstm, gru }, STOCK: Kind = { lstm: tf.layers.lstm, gru: tf.layers.gru };

/** An LSTM, a GRU on it, and a dense layer. */
function model(kind: Kind): tf.Sequential {
  const args = { recurrentActivation: "sigmoid", recurrentInitializer: "glorotUniform" } as const;
  return tf.sequential({
    layers: [
      kind.lstm({ ...args, name: "low", units: 7, returnSequences: true, inputShape: [6, 3] }),
      kind.gru({ ...args, name: "high", units: 5 }),
      tf.layers.dense({ name: "said", units: 2 }),
    ],
  });
}

async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts;
  await model.save(tf.io.withSaveHandler((artifacts) => {
    saved = artifacts;
    return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
  }));
  return saved!;
}

const x = drawn([23, 6, 3]), y = drawn([23, 2]);

Deno.test("a model of lstm() and gru() says of itself what tfjs's says", () => {
  const [ours, stock] = [OURS, STOCK].map(model);
  const named = (model: tf.LayersModel) => JSON.stringify(model.toJSON(null, false)).replaceAll(/sequential_\d+/g, "");
  assertEquals(named(ours), named(stock));
  assertEquals(ours.layers.map((layer) => layer.getClassName()), ["LSTM", "GRU", "Dense"]);
  const lines = (model: tf.LayersModel) => {
    const lines: string[] = [];
    model.summary(undefined, undefined, (line) => lines.push(line.replaceAll(/sequential_\d+/g, "")));
    return lines;
  };
  assertEquals(lines(ours), lines(stock));
});

Deno.test("a model of lstm() and gru() learns in model.fit what tfjs's learns, and evaluates the same", async () => {
  const [ours, stock] = [OURS, STOCK].map(model);
  stock.setWeights(ours.getWeights());
  const [a, b] = [[], []] as number[][];
  for (const [model, losses] of [[ours, a], [stock, b]] as const) {
    model.compile({ optimizer: tf.train.adam(0.02), loss: "meanSquaredError" });
    // Batches of 10, 10 and 3.
    const { history } = await model.fit(x, y, { epochs: 20, batchSize: 10, shuffle: false, verbose: 0 });
    losses.push(...history.loss as number[]);
    losses.push((model.evaluate(x, y, { batchSize: 9 }) as tf.Scalar).dataSync()[0]);
  }
  a.forEach((loss, i) => assert(Math.abs(loss - b[i]) < 1e-5, `epoch ${i}: ${loss}, ${b[i]}`));
  assert(a[19] < 0.8 * a[0]);
  assert(difference([ours.predict(x) as tf.Tensor], [stock.predict(x) as tf.Tensor]) < 1e-4);
});

Deno.test("a model of lstm() and gru() is saved as tfjs's own, and loaded as that, until it is accelerated", async () => {
  const ours = model(OURS);
  const artifacts = await saved(ours);
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  assertEquals(
    obstacle(loaded.layers[0]),
    "is tfjs's own: write lstm or gru of lib/layers, or accelerate the model",
  );
  const said = [ours, loaded, accelerate(loaded)].map((model) => model.predict(x) as tf.Tensor);
  assertEquals(obstacle(loaded.layers[0]), undefined);
  assert(difference([said[1]], [said[0]]) < 1e-6);
  // On the kernel again: bit by bit.
  assertEquals(said[2].dataSync(), said[0].dataSync());
  assertEquals((await saved(loaded)).modelTopology, artifacts.modelTopology);
});

Deno.test("accelerate() takes models that tfjs has saved", async () => {
  const stock = model(STOCK);
  const loaded = accelerate(await tf.loadLayersModel(tf.io.fromMemory(await saved(stock))));
  assertEquals(loaded.layers.slice(0, 2).map((layer) => obstacle(layer)), [undefined, undefined]);
  assert(difference([loaded.predict(x) as tf.Tensor], [stock.predict(x) as tf.Tensor]) < 1e-6);
});

Deno.test("lstm() computes in two models at once", async () => {
  const [ours, twin, other] = [OURS, OURS, OURS].map(model);
  twin.setWeights(ours.getWeights());
  for (const each of [ours, twin, other]) each.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  const alone = await twin.fit(x, y, { epochs: 3, shuffle: false, verbose: 0 });
  const [together] = await Promise.all(
    [ours, other].map((model) => model.fit(x, y, { epochs: 3, shuffle: false, verbose: 0 })),
  );
  assertEquals(together.history.loss, alone.history.loss);
});

Deno.test("model.fit keeps no tensors and no memory of the kernel with lstm()", async () => {
  const ours = model(OURS);
  ours.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
  const run = () => ours.fit(x, y, { epochs: 2, batchSize: 10, verbose: 0 });
  await run();
  const count = () => [tf.memory().numTensors, tf.backend().numDataIds(), kernelEngine()!.arena.used];
  const before = count();
  for (let i = 0; i < 5; i++) await run();
  assertEquals(count(), before);
});

for (const kind in MIXED) {
  Deno.test(`model.compile and model.fit of tfjs train any mixed model of our layers: ${kind}`, async () => {
    const model = mixedModel(kind), size = 16;
    const inputs = model.inputs.map(({ shape, dtype }, i) => {
      const full = [size, ...shape.slice(1).map((length) => length ?? LENGTH)];
      const classes = classesOf(model.inputNames[i]);
      return dtype === "int32" ? tf.randomUniformInt(full, 0, classes, 5) : tf.randomNormal(full, 0, 1, "float32", 5);
    });
    const targets = model.outputs.map(({ shape }) => {
      const full = [size, ...shape.slice(1, -1).map((length) => length ?? LENGTH)];
      return shape.at(-1) === 1 ? tf.ones([...full, 1]) : tf.oneHot(tf.zeros(full, "int32"), PITCHES);
    });
    const losses = model.outputs.map(({ shape }) => shape.at(-1) === 1 ? "meanSquaredError" : logits);
    model.compile({ optimizer: tf.train.adam(0.02), loss: losses as string[] });
    const { history } = await model.fit(inputs, targets, { epochs: 15, batchSize: 8, verbose: 0 });
    assert(history.loss[14] as number < 0.7 * (history.loss[0] as number), `${history.loss}`);
  });
}

/** Cross-entropy of logits, at every step or at the last. */
function logits(truth: tf.Tensor, said: tf.Tensor): tf.Scalar {
  return tf.losses.softmaxCrossEntropy(truth, said) as tf.Scalar;
}
