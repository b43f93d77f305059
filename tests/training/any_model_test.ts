import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import {
  evaluate,
  fit,
  fusedStep,
  layersModelStep,
  matchOf,
  type TrainingStepOptions,
} from "../../lib/training/mod.ts";
import type { Batch } from "../../lib/windows/mod.ts";
import { LENGTH, mixedModel, PITCHES } from "../layers/mixed_models.ts";
import { bits, furthest } from "./tiny.ts";
import { toyHeads, toyOptions, toyWindows } from "./toy.ts";

await startBackend();

/** The heads that a mixed model has. */
const headsOf = (kind: string) => toyHeads().slice(0, kind === "attention" || kind === "sums" ? 1 : 2);

for (const kind of ["classes", "chained", "attention", "sums", "scales"]) {
  for (const supervision of ["last", "every"] as const) {
    Deno.test(`fit() trains heads by name, on inputs by name: ${kind}, ${supervision}`, async () => {
      const model = mixedModel(kind), heads = headsOf(kind), heldOut = toyWindows(30);
      const options = toyOptions({ epochs: 25, heads, supervision, heldOut });
      const { epochs } = await fit(model, toyWindows(), options);
      assertEquals(Object.keys(epochs[0].train), ["total", ...heads.map(({ name }) => name)]);
      const [first, last] = [epochs[0], epochs[24]].map(({ heldOut }) => heldOut!.total);
      assert(last < 0.75 * first, `held out from ${first} to ${last}`);
      // What it says of itself is what evaluate() says of it.
      const { batchSize, lossWeights } = options;
      const measured = await evaluate(model, heldOut, { batchSize, lossWeights, heads, supervision });
      for (const name in measured) assertAlmostEquals(measured[name], epochs[24].heldOut![name], 1e-4);
    });
  }
}

Deno.test("fit() measures held-out windows so that each event counts once", async () => {
  const model = mixedModel("classes"), apart = toyWindows(31, { shift: LENGTH });
  const { batchSize, lossWeights, heads = [] } = toyOptions();
  const measure = (supervision: "last" | "every", windows = apart) =>
    evaluate(model, windows, { batchSize, lossWeights, heads, supervision });
  const [last, every] = [await measure("last"), await measure("every")];
  assert(last.pitch !== every.pitch);
  // One by one, the windows say of each of their events what longer ones end with.
  const match = matchOf(model, apart, heads);
  const step = layersModelStep(model, { heads, match, supervision: "every", lossWeights });
  const batch = apart.gather([...Array(apart.size).keys()], "every");
  assertAlmostEquals((await step.measure(batch, "every")).pitch, every.pitch, 1e-6);
  // Windows that overlap would count an event several times.
  const overlapping = toyWindows(31);
  assertEquals(await measure("every", overlapping), await measure("last", overlapping));
});

/** A batch of which the end of each example is padding, and its examples one by one. */
function padded(every: boolean): { batch: Batch; alone: Batch[] } {
  const lengths = Int32Array.of(LENGTH, 2, 4);
  const full = toyWindows().gather([0, 9, 20], every ? "every" : "last");
  const alone = Array.from(lengths, (length, i): Batch => {
    const cut = (values: Int32Array | Float32Array, steps: number) => {
      const each = values.length / full.size, part = values.subarray(i * each, (i + 1) * each);
      return steps === 1 ? part.slice() : part.slice(0, each / steps * length);
    };
    const inputs = Object.fromEntries(Object.entries(full.inputs).map(([name, x]) => [name, cut(x, full.steps[name])]));
    const steps = Object.fromEntries(
      Object.entries(full.steps).map(([name, steps]) => [name, steps === 1 ? 1 : length]),
    );
    const targets = Object.fromEntries(
      Object.entries(full.targets).map(([name, x]) => [name, cut(x, every ? LENGTH : 1)]),
    );
    return { size: 1, inputs, steps, targets };
  });
  return { batch: { ...full, lengths }, alone };
}

for (const kind of ["classes", "chained", "attention", "sums", "scales"]) {
  Deno.test(`a step on examples of unequal length is a step on each of them, on tfjs and on the kernel: ${kind}`, async () => {
    const heads = headsOf(kind), [model, other] = [mixedModel(kind), mixedModel(kind)];
    const match = matchOf(model, toyWindows(), heads);
    const options: TrainingStepOptions = { heads, match, supervision: "every", lossWeights: { pitch: 1, step: 1 } };
    const layers = layersModelStep(model, options), fused = fusedStep(other, options).step!;
    for (const at of ["every", "last"] as const) {
      const { batch, alone } = padded(at === "every" || match.answersEvery);
      const found = [await layers.measure(batch, at), await fused.measure(batch, at)];
      for (const { name } of heads) {
        let sum = 0, count = 0;
        for (const [i, one] of alone.entries()) {
          const named = at === "every" ? batch.lengths![i] : 1;
          sum += named * (await layers.measure(one, at))[name];
          count += named;
        }
        for (const losses of found) assertAlmostEquals(losses[name], sum / count, 1e-5);
      }
    }
    const { batch } = padded(true);
    for (let i = 0; i < 5; i++) {
      const args = { learningRate: 0.01, dropoutSeed: i };
      const [a, b] = [await layers.run(batch, args), await fused.run(batch, args)];
      for (const { name } of heads) assertAlmostEquals(a[name], b[name], 1e-5);
    }
    fused.writeModel();
    assert(furthest(bits(model), bits(other)) < 1e-4);
    fused.dispose();
  });
}

Deno.test("a class below 0 is no target, on tfjs and on the kernel", async () => {
  const heads = toyHeads(), match = matchOf(mixedModel("classes"), toyWindows(), heads);
  const options: TrainingStepOptions = { heads, match, supervision: "last", lossWeights: { pitch: 1, step: 1 } };
  const batch = toyWindows().gather([0, 9, 20]), args = { learningRate: 0.01, dropoutSeed: 1 };
  for (const make of [layersModelStep, (...all: Parameters<typeof fusedStep>) => fusedStep(...all).step!]) {
    const model = mixedModel("classes"), step = make(model, options);
    const some = { ...batch, targets: { ...batch.targets, pitch: Int32Array.of(-1, batch.targets.pitch[1], -1) } };
    const alone = await step.measure(toyWindows().gather([9]), "last");
    assertAlmostEquals((await step.measure(some, "last")).pitch, alone.pitch, 1e-5);
    const none = { ...batch, targets: { ...batch.targets, pitch: Int32Array.of(-1, -1, -1) } };
    const before = bits(model), losses = await step.run(none, args);
    assertEquals(losses.pitch, 0);
    step.writeModel();
    assert(furthest(bits(model), before) > 1e-3, "the other head learns");
    step.dispose();
  }
});

Deno.test("fit() refuses to resume when anything that is heard, or the encoding's settings, have changed", async () => {
  const run = await Deno.makeTempDir();
  try {
    const train = (windows = toyWindows(), resume = true) =>
      fit(mixedModel("classes"), windows, toyOptions({ epochs: 2, run, resume }));
    await train(toyWindows(), false);
    await train();
    await assertRejects(() => train(toyWindows(46, { extra: 1 })), RangeError, "(windows.content was ");
    await assertRejects(
      () => train(toyWindows(46, { settings: { bars: 4 } })),
      RangeError,
      "(windows.settings was {}, is ",
    );
    const transposed = toyWindows(46, { augmentation: { transpose: [-1, 1] } });
    await assertRejects(() => train(transposed), RangeError, "(windows.augmentation was {}, is ");
  } finally {
    await Deno.remove(run, { recursive: true });
  }
});

Deno.test("fit() says what of a model and windows does not go together", async () => {
  const refused = (
    model: tf.LayersModel,
    message: string,
    changes = {},
    type: typeof TypeError | typeof RangeError = TypeError,
  ) => assertRejects(() => fit(model, toyWindows(), toyOptions(changes)), type, message);
  const input = (name: string, shape: (number | null)[], dtype?: "int32") => tf.input({ name, shape, dtype });
  const model = (notes: tf.SymbolicTensor) => {
    const hidden = tf.layers.lstm({ units: 3, recurrentInitializer: "zeros" }).apply(
      notes.dtype === "int32" ? tf.layers.embedding({ inputDim: PITCHES, outputDim: 2 }).apply(notes) : notes,
    );
    const heads = { pitch: PITCHES, step: 1 };
    const outputs = Object.entries(heads).map(([name, units]) => tf.layers.dense({ name, units }).apply(hidden));
    return tf.model({ inputs: notes, outputs: outputs as tf.SymbolicTensor[] });
  };
  await refused(
    model(input("tempo", [null, 1])),
    'its input "tempo" is not a column of the windows, which have "pitch"',
  );
  await refused(model(input("times", [null, 3])), "its input must be [batch, length, 2], got [batch, any, 3]");
  await refused(model(input("heard.pitch", [null, 2])), "its input must be [batch, length], of 7 classes");
  await refused(model(input("times", [5, 2])), "it takes windows of 5 notes, these have 6", {}, RangeError);
  const good = () => model(input("times", [null, 2]));
  await refused(good(), "lossWeights.step is missing", { lossWeights: { pitch: 1 } });
  const other = { ...toyHeads()[0], name: "tempo" };
  await refused(good(), 'it has no output "tempo", its outputs are "pitch", "step"', {
    heads: [other],
    lossWeights: { tempo: 1 },
  });
});

Deno.test("fit() refuses regularizers and constraints, which it would leave out", async () => {
  const refused = async (args: object, message: string) => {
    const input = tf.input({ name: "times", shape: [null, 2] });
    const hidden = tf.layers.lstm({ units: 3, recurrentInitializer: "zeros" }).apply(input);
    const heads = Object.entries({ pitch: PITCHES, step: 1 }).map(([name, units]) =>
      tf.layers.dense({ name, units, ...args }).apply(hidden) as tf.SymbolicTensor
    );
    const model = tf.model({ inputs: input, outputs: heads });
    await assertRejects(() => fit(model, toyWindows(), toyOptions()), TypeError, message);
  };
  await refused({ kernelRegularizer: "l1l2" }, 'layer "pitch" has a regularizer, which fit does not have');
  await refused({ kernelConstraint: "nonNeg" }, 'layer "pitch" has a constraint, which fit does not have');
});

Deno.test("fit() resumes to the same bits where layers that are tfjs's have dropout of their own", async () => {
  const model = () => {
    const input = tf.input({ name: "times", shape: [null, 2] });
    const hidden = tf.layers.lstm({
      ...{ units: 3, dropout: 0.3, recurrentDropout: 0.2, recurrentActivation: "sigmoid" },
      ...{ kernelInitializer: "ones", recurrentInitializer: "ones" },
    }).apply(input);
    const heads = Object.entries({ pitch: PITCHES, step: 1 }).map(([name, units]) =>
      tf.layers.dense({ name, units, kernelInitializer: "ones" }).apply(hidden) as tf.SymbolicTensor
    );
    return tf.model({ inputs: input, outputs: heads });
  };
  const run = await Deno.makeTempDir();
  try {
    const [straight, first, second] = [model(), model(), model()];
    await fit(straight, toyWindows(), toyOptions({ epochs: 3 }));
    await fit(first, toyWindows(), toyOptions({ epochs: 1, run }));
    await fit(second, toyWindows(), toyOptions({ epochs: 3, run, resume: true }));
    assertEquals(bits(second), bits(straight));
  } finally {
    await Deno.remove(run, { recursive: true });
  }
});
