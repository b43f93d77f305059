import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine } from "../../lib/kernels/mod.ts";
import { compileNoteModel, evaluate, loadModel, saveModel } from "../../lib/training/mod.ts";
import { compileStock, fusedSteps, inputs, kinds, lossesOf, oneHot, options, truths, windows } from "./compiled.ts";
import { noteModel } from "./models.ts";
import { bits, furthest } from "./tiny.ts";

assert(kernelEngine(), "there is no kernel to test");

for (const kind of kinds) {
  const { cell = "lstm", units = [6] } = kind;
  Deno.test(`compileNoteModel() has model.fit lose what tfjs's own loses over 100 steps: ${cell} ${units}`, async () => {
    const ours = compileNoteModel(noteModel(5, kind), options), stock = compileStock(noteModel(5, kind));
    let losses: number[][] = [];
    assertEquals(await fusedSteps(async () => losses = await lossesOf(ours, 13)), 104);
    const expected = await lossesOf(stock, 13, {}, { ...truths, pitch: oneHot });
    assert(furthest(losses, expected) < 1e-5, `losses differ by ${furthest(losses, expected)}`);
    assert(losses[0][0] - losses[103][0] > 0.3, "nothing was learned");
    assert(furthest(bits(ours), bits(stock)) < 1e-4);
  });
}

Deno.test("compileNoteModel() has model.fit lose what stock tfjs loses over 300 steps", async () => {
  const ours = compileNoteModel(noteModel(5, { units: [12] }), options);
  const { learningRate } = options;
  const stock = compileStock(noteModel(5, { units: [12], stock: true }), tf.train.adam(learningRate, 0.9, 0.999, 1e-7));
  const losses = await lossesOf(ours, 38);
  assertEquals(losses.length, 304);
  assert(furthest(losses, await lossesOf(stock, 38, {}, { ...truths, pitch: oneHot })) < 1e-4);
});

Deno.test("compileNoteModel() takes pitches as numbers and one-hot, in any shape, to the same bits", async () => {
  const losses = [];
  const { pitch } = truths;
  for (const given of [pitch, tf.reshape(pitch, [-1, 1]), tf.cast(pitch, "float32"), oneHot]) {
    losses.push(await lossesOf(compileNoteModel(noteModel(5), options), 1, {}, { ...truths, pitch: given }));
  }
  for (const other of losses.slice(1)) assertEquals(other, losses[0]);
});

Deno.test("compileNoteModel() has the weights in the model after each batch, for callbacks and validation", async () => {
  const [ours, stock] = [compileNoteModel(noteModel(5), options), compileStock(noteModel(5))];
  const weights: number[][][][] = [[], []];
  const given = { ...truths, pitch: oneHot }, histories = [];
  for (const [i, model] of [ours, stock].entries()) {
    const { history } = await model.fit(inputs, given, {
      ...{ epochs: 3, batchSize: 30, shuffle: false, verbose: 0 },
      validationData: [inputs, given as unknown as tf.Tensor[]],
      callbacks: {
        onBatchEnd: () => {
          weights[i].push(bits(model));
          return Promise.resolve();
        },
      },
    });
    histories.push(history);
  }
  assertEquals(weights[0].length, 9);
  weights[0].forEach((each, i) => assert(furthest(each, weights[1][i]) < 1e-4));
  assert(furthest(weights[0][0], weights[0][1]) > 1e-3);

  const { lossWeights } = options, names = ["duration", "pitch", "step"] as const;
  const expected = await evaluate(ours, windows, { batchSize: 30, lossWeights });
  const said = [ours.evaluate(inputs, truths as unknown as tf.Tensor[], { batchSize: 30 })].flat().map((value) =>
    value.dataSync()[0]
  );
  assertEquals(ours.metricsNames, ["loss", ...names.map((name) => `${name}_loss`)]);
  assertEquals(said.length, 4);
  assertAlmostEquals(said[0], expected.total, 1e-5);
  names.forEach((name, i) => assertAlmostEquals(said[i + 1], lossWeights[name] * expected[name], 1e-5));
  assertEquals(Object.keys(histories[0]).length, 8);
  assertAlmostEquals(histories[0].val_loss[2] as number, expected.total, 1e-5);
});

Deno.test("compileNoteModel() lets callbacks stop early by the validation's total loss", async () => {
  const model = compileNoteModel(noteModel(5), { ...options, learningRate: 0.2 });
  const { history, epoch } = await model.fit(inputs, truths, {
    ...{ epochs: 200, batchSize: 10, verbose: 0, validationSplit: 0.3 },
    callbacks: tf.callbacks.earlyStopping({ monitor: "val_loss", patience: 2 }),
  });
  const losses = history.val_loss as number[];
  assert(epoch.length < 200, "it did not stop");
  assert(losses.at(-1)! > Math.min(...losses));
});

Deno.test("compileNoteModel() takes weights and the optimizer's state that somebody sets", async () => {
  const model = compileNoteModel(noteModel(5), options);
  await lossesOf(model, 1);
  const weights = model.getWeights().map((weight) => weight.clone());
  const state = (await model.optimizer.getWeights()).map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
  assertEquals(state.length, 1 + 2 * weights.length);
  assertEquals(state[0].tensor.dataSync()[0], 8);
  const losses = await lossesOf(model, 2), after = bits(model);
  model.setWeights(weights);
  await model.optimizer.setWeights(state);
  assertEquals(await lossesOf(model, 2), losses);
  assertEquals(bits(model), after);

  // In the middle of a fit, one weight alone.
  const twins = [model, compileNoteModel(noteModel(5), options)];
  const [a, b] = await Promise.all(twins.map(async (twin) => {
    twin.setWeights(weights);
    await twin.optimizer.setWeights(state);
    const onBatchEnd = () => tf.tidy(() => twin.layers[2].setWeights(weights.slice(3, 5).map((w) => tf.mul(w, 1.5))));
    const args = { epochs: 2, batchSize: 10, shuffle: false, verbose: 0, callbacks: { onBatchEnd } };
    return (await twin.fit(inputs, truths, args as unknown as tf.ModelFitArgs)).history.loss as number[];
  }));
  assertEquals(a, b);
  assert(Math.abs(a[1] - losses[15][0]) > 1e-3);
});

Deno.test("compileNoteModel() follows a learning rate that is changed on the way", async () => {
  const [ours, stock] = [compileNoteModel(noteModel(5), options), compileStock(noteModel(5))];
  const losses = [];
  for (const model of [ours, stock]) {
    const given = { ...truths, pitch: oneHot };
    await lossesOf(model, 1, {}, given);
    (model.optimizer as unknown as { learningRate: number }).learningRate = 0.05;
    losses.push(await lossesOf(model, 3, {}, given));
  }
  assert(furthest(losses[0], losses[1]) < 1e-4);
  assert(losses[0][0][0] - losses[0][23][0] > 0.5);
});

Deno.test("compileNoteModel() is saved with its optimizer, and loadModel() goes on to the same bits", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const straight = compileNoteModel(noteModel(5), options), losses = await lossesOf(straight, 4);
    const first = compileNoteModel(noteModel(5), options);
    first.setUserDefinedMetadata({ by: "me" });
    await lossesOf(first, 2);
    await saveModel(first, folder, { includeOptimizer: true });
    const second = await loadModel(folder);
    assertEquals(second.getUserDefinedMetadata(), { by: "me", noteModel: options });
    assertEquals(await lossesOf(second, 2), losses.slice(16));
    assertEquals(bits(second), bits(straight));

    // Any tfjs program has the model, but not its losses.
    const { default: json } = await import(`${folder}/model.json`, { with: { type: "json" } });
    assertEquals(json.trainingConfig, undefined);
    await saveModel(first, folder);
    assertEquals((await loadModel(folder)).optimizer, undefined as unknown as tf.Optimizer);

    // Compiled otherwise, it does not say any more what it was compiled with.
    second.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    assertEquals(second.getUserDefinedMetadata(), { by: "me" });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("compileNoteModel() trains in trainOnBatch and fitDataset", async () => {
  const [straight, model, dataset] = [0, 1, 2].map(() => compileNoteModel(noteModel(5), options));
  const losses = await lossesOf(straight, 1);
  const rows = (from: number) => ({
    xs: tf.slice(inputs, [from, 0, 0], [10, -1, -1]),
    ys: Object.fromEntries(Object.entries(truths).map(([name, all]) => [name, tf.slice(all, from, 10)])),
  });
  const said: number[][] = [];
  assertEquals(
    await fusedSteps(async () => {
      for (let from = 0; from < 70; from += 10) {
        const { xs, ys } = rows(from);
        said.push(await model.trainOnBatch(xs, ys) as number[]);
      }
    }),
    7,
  );
  assertEquals(said, losses.slice(0, 7));
  const batches = tf.data.generator(function* () {
    for (let from = 0; from < 70; from += 10) yield rows(from);
  });
  const steps = await fusedSteps(() => dataset.fitDataset(batches, { epochs: 1, verbose: 0 }));
  assertEquals(steps, 7);
  assertEquals(bits(dataset), bits(model));
});

Deno.test("compileNoteModel() tells a loss that is not finite, and leaves the weights as they were", async () => {
  const [model, twin] = [compileNoteModel(noteModel(5), options), compileNoteModel(noteModel(5), options)];
  const xs = tf.slice(inputs, [0, 0, 0], [10, -1, -1]);
  const ys = Object.fromEntries(Object.entries(truths).map(([name, all]) => [name, tf.slice(all, 0, 10)]));
  for (const each of [model, twin]) await each.trainOnBatch(xs, ys);
  const before = bits(model);
  const [total, , pitchLoss, stepLoss] = await model.trainOnBatch(xs, {
    ...ys,
    step: tf.fill([10, 1], NaN),
  }) as number[];
  assert(Number.isNaN(total) && Number.isNaN(stepLoss) && Number.isFinite(pitchLoss));
  assertEquals(bits(model), before);
  assertEquals(await model.trainOnBatch(xs, ys), await twin.trainOnBatch(xs, ys));
});

Deno.test("compileNoteModel() trains two models at once, each as if alone", async () => {
  const make = (i: number) => compileNoteModel(noteModel(5, kinds[i]), options);
  const alone = [await lossesOf(make(0), 3), await lossesOf(make(2), 3)];
  // Taking turns after each batch.
  const together = await Promise.all([make(0), make(2)].map((model) => lossesOf(model, 3, { yieldEvery: "batch" })));
  assertEquals(together, alone);
});

Deno.test("compileNoteModel() keeps no tensors and no memory of the kernel, and gives back what it had", async () => {
  const count = () => [tf.memory().numTensors, tf.backend().numDataIds(), kernelEngine()!.arena.used];
  const run = (model: tf.LayersModel) =>
    model.fit(inputs, truths, { epochs: 2, batchSize: 10, verbose: 0, validationSplit: 0.2 });
  const live = async () => {
    const model = compileNoteModel(noteModel(5, { units: [9, 5] }), options);
    await run(model);
    compileNoteModel(model, options);
    await run(model);
    const before = count();
    for (let i = 0; i < 5; i++) await run(model);
    assertEquals(count(), before);
    model.dispose();
  };
  // The layers keep what the first validation has taken of the kernel's memory.
  await live();
  const before = count();
  await live();
  assertEquals(count(), before);
});
