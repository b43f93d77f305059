import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine } from "../../lib/kernels/mod.ts";
import { adamOptimizer, compileNoteModel } from "../../lib/training/mod.ts";
import { compileStock, fusedSteps, inputs, lossesOf, oneHot, options, truths, windows } from "./compiled.ts";
import { noteModel, type NoteModelOptions } from "./models.ts";
import { furthest } from "./tiny.ts";

assert(kernelEngine(), "there is no kernel to test");

const classWeight = Object.fromEntries(Array.from({ length: 128 }, (_, i) => [i, 1 + i / 64]));

/** As `kernelRegularizer` of the pitch's head would. */
function regularise(model: tf.LayersModel): void {
  const head = model.getLayer("pitch") as tf.layers.Layer & { addLoss(loss: () => tf.Scalar): void };
  head.addLoss(() => tf.regularizers.l2({ l2: 0.01 }).apply(head.weights[0].read()));
}

/** What the kernel has not: how a model and a fit of it are made. */
const others: Record<string, { make?: NoteModelOptions; args?: tf.ModelFitArgs; set?(m: tf.LayersModel): void }> = {
  "tfjs's own layers": { make: { stock: true } },
  "other gates": { make: { args: { recurrentActivation: "hardSigmoid" } } },
  "no bias": { make: { args: { useBias: false } } },
  "dropout": { make: { args: { dropout: 0.3, seed: 3 } as Partial<tf.LSTMLayerArgs> } },
  "regularisers": { set: regularise },
  "frozen layers": { set: (model) => void (model.layers[1].trainable = false) },
  "weights of classes": { args: { classWeight: { pitch: classWeight, step: { 0: 1 }, duration: { 0: 1 } } } },
};

for (const [what, { make = {}, args, set }] of Object.entries(others)) {
  Deno.test(`compileNoteModel() leaves to tfjs what the kernel has not, with the same losses: ${what}`, async () => {
    const [ours, stock] = [noteModel(5, make), noteModel(5, make)];
    for (const model of [ours, stock]) set?.(model);
    const given = { ...truths, pitch: oneHot };
    if (args?.classWeight) {
      // Of the times' class, which is the same for all notes.
      given.step = given.duration = tf.zeros([windows.size, 1]) as tf.Tensor2D;
    }
    compileNoteModel(ours, options);
    compileStock(stock);
    if (args?.classWeight) {
      // tfjs weighs what a loss says of each example.
      const { step, duration } = options.lossWeights;
      const pressed = (weight: number) => (y: tf.Tensor, p: tf.Tensor) =>
        tf.add(tf.square(tf.sub(y, p)), tf.mul(tf.relu(tf.neg(p)), 10)).mean(-1).mul(weight);
      const pitch = (y: tf.Tensor, p: tf.Tensor) => tf.logSoftmax(p).mul(y).sum(-1).mul(-options.lossWeights.pitch);
      stock.compile({
        optimizer: adamOptimizer(options.learningRate),
        loss: { pitch, step: pressed(step), duration: pressed(duration) },
      });
    }
    let losses: number[][] = [];
    assertEquals(await fusedSteps(async () => losses = await lossesOf(ours, 2, args, given)), 0);
    const expected = await lossesOf(stock, 2, args, given);
    assert(losses.flat().every(Number.isFinite));
    // Dropout is drawn anew by each model.
    if (what !== "dropout") assert(furthest(losses, expected) < 1e-5, `differ by ${furthest(losses, expected)}`);
    assert(losses[15][0] < losses[0][0]);
  });
}

Deno.test("compileNoteModel() leaves batches to tfjs whose pitches are no classes, and goes on from there", async () => {
  const soft = tf.tidy(() => {
    const later = oneHot.slice([20, 0]);
    const even = tf.fill([10, 128], 1 / 128), none = tf.zeros([10, 128]);
    return tf.concat([even, none, later]);
  });
  const given = { ...truths, pitch: soft };
  const [ours, stock] = [compileNoteModel(noteModel(5), options), compileStock(noteModel(5))];
  let losses: number[][] = [];
  assertEquals(await fusedSteps(async () => losses = await lossesOf(ours, 3, {}, given)), 18);
  assert(furthest(losses, await lossesOf(stock, 3, {}, given)) < 1e-5);
});

Deno.test("compileNoteModel() tells metrics, with tfjs's own operations", async () => {
  const given = { ...truths, pitch: oneHot };
  const model = compileNoteModel(noteModel(5), { ...options, metrics: { pitch: "accuracy" } });
  const args = { epochs: 2, batchSize: 10, shuffle: false, verbose: 0 };
  const { history } = await model.fit(inputs, given, args);
  assertEquals(Object.keys(history), ["loss", "duration_loss", "pitch_loss", "step_loss", "pitch_acc"]);
  const plain = await compileNoteModel(noteModel(5), options).fit(inputs, given, args);
  (history.loss as number[]).forEach((loss, i) => assertAlmostEquals(loss, plain.history.loss[i] as number, 1e-5));
  // Numbers would be counted as if they were vectors.
  await assertRejects(() => model.fit(inputs, truths, args), Error, "each with shape [1]");
});

Deno.test("compileNoteModel() is undone by another compile or optimizer, and done anew by itself", async () => {
  const given = { ...truths, pitch: oneHot };
  const model = compileNoteModel(noteModel(5), options);
  assertEquals(await fusedSteps(() => lossesOf(model, 1, {}, given)), 8);
  model.optimizer = tf.train.sgd(0.01);
  assertEquals(await fusedSteps(() => lossesOf(model, 1, {}, given)), 0);
  compileStock(model);
  assertEquals(await fusedSteps(() => lossesOf(model, 1, {}, given)), 0);
  await assertRejects(() => model.fit(inputs, truths, { verbose: 0 }), Error, "each with shape [1]");
  compileNoteModel(compileNoteModel(model, options), options);
  assertEquals(await fusedSteps(() => lossesOf(model, 1, {}, given)), 8);
});

Deno.test("compileNoteModel() says what does not fit", async () => {
  const make = () => noteModel(5);
  assertThrows(() => compileNoteModel(make(), { ...options, learningRate: 0 }), RangeError, "current value is 0");
  const lossWeights = { pitch: 1, step: -1, duration: 1 };
  assertThrows(() => compileNoteModel(make(), { ...options, lossWeights }), RangeError, "weight of step");
  const { inputs: notes, outputs } = make();
  assertThrows(
    () => compileNoteModel(tf.model({ inputs: notes, outputs: outputs.slice(1) }), options),
    TypeError,
    'no output "duration", its outputs are "pitch", "step"',
  );
  assertThrows(
    () => compileNoteModel(noteModel(5, { every: true }), options),
    TypeError,
    'its output "pitch" is [batch, 5, 128], but its loss, sampler and scorer want [batch, 128]',
  );
  for (const [stray, stock] of [[128, false], [60.5, true], [-1, false], [NaN, true]] as const) {
    const model = compileNoteModel(noteModel(5, { stock }), options);
    const pitches = tf.fill([windows.size, 1], stray);
    await assertRejects(
      () => model.fit(inputs, { ...truths, pitch: pitches }, { verbose: 0 }),
      RangeError,
      `a whole number from 0 to 127, got ${stray}`,
    );
  }
});
