import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate } from "../../lib/sampling/mod.ts";
import { evaluate, fit, layersModelStep } from "../../lib/training/mod.ts";
import { noteModel } from "./models.ts";
import { bits, furthest, scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();
assert(kernelEngine(), "there is no kernel to test");

Deno.test("fit() trains on the fused step by itself, and on tfjs where it must, to the same losses", async () => {
  const model = tinyModel(), other = tinyModel();
  let steps = 0;
  const before = bits(model);
  const history = await fit(
    model,
    scaleWindows(),
    tinyOptions({
      onStep: () => {
        // The weights come at the end of the epoch: it is not tfjs that computes.
        if (++steps < 4) assertEquals(bits(model), before);
      },
    }),
  );
  const stock = await fit(other, scaleWindows(), tinyOptions({ createStep: layersModelStep }));
  history.epochs.forEach(({ train }, i) => assertAlmostEquals(train.total, stock.epochs[i].train.total, 1e-5));
  assert(furthest(bits(model), bits(other)) < 1e-4);
});

for (const cell of ["lstm", "gru"] as const) {
  Deno.test(`fit(), evaluate() and generate() have tfjs's own ${cell} layers on the kernel, to the same bits`, async () => {
    const seed = Array.from({ length: 4 }, (_, i) => ({ pitch: 60 + i, step: 0.5, duration: 0.5 }));
    const { batchSize, lossWeights } = tinyOptions();
    const results = [];
    for (const stock of [true, false]) {
      const model = noteModel(4, { cell, units: [6, 5], stock });
      const before = await evaluate(model, scaleWindows(), { batchSize, lossWeights });
      const { epochs } = await fit(model, scaleWindows(), tinyOptions({ heldOut: scaleWindows(20) }));
      const after = await evaluate(model, scaleWindows(), { batchSize, lossWeights });
      const losses = epochs.map(({ train, heldOut }) => [train, heldOut]);
      const samples = [];
      for (const carryState of [true, false]) {
        const prng = seeded(1);
        const drawn = { count: 10, temperature: 1, carryState, prng } as const;
        samples.push((await generate(model, seed, drawn)).toRecords());
      }
      results.push({ before, losses, after, weights: bits(model), samples });
    }
    assertEquals(results[0], results[1]);
  });
}

Deno.test("fit() says in one line which layer keeps a model from the kernel, and what to write instead", async () => {
  const { warn } = console;
  let lines: string[] = [];
  console.warn = (line: string) => void lines.push(line);
  const said = async (model: tf.LayersModel) => {
    lines = [];
    await fit(model, scaleWindows(), tinyOptions({ epochs: 1 }));
    return lines.map((line) => line.replace(/model\d+|lstm_LSTM\d+|gru_GRU\d+/g, "…"));
  };
  try {
    assertEquals(await said(noteModel(4, { stock: true })), []);
    for (const stock of [true, false]) {
      assertEquals(await said(noteModel(4, { stock, args: { recurrentActivation: "hardSigmoid" } })), [
        'Slow: tfjs trains "…", because layer "…" has the recurrent activation hardSigmoid, where the kernel has sigmoid: ' +
        'write recurrentActivation: "sigmoid"',
      ]);
    }
    const notes = tf.input({ shape: [4, 3] });
    const simple = tf.layers.simpleRNN({ units: 4, name: "simple", recurrentInitializer: "zeros" }).apply(notes);
    const heads = Object.entries({ pitch: 128, step: 1, duration: 1 }).map(([name, units]) =>
      tf.layers.dense({ name, units }).apply(simple) as tf.SymbolicTensor
    );
    assertEquals(await said(tf.model({ inputs: notes, outputs: heads })), [
      'Slow: tfjs trains "…", because layer "simple" is a SimpleRNN, which the kernel does not have',
    ]);
  } finally {
    console.warn = warn;
  }
});

Deno.test("fit() leaves what was learned in the model when a callback fails", async () => {
  const model = tinyModel(), before = bits(model);
  const onStep = () => {
    throw new TypeError("the figure is broken");
  };
  await assertRejects(() => fit(model, scaleWindows(), tinyOptions({ onStep })), TypeError);
  assert(furthest(bits(model), before) > 1e-3);
});

Deno.test('fit() learns from every note with supervision "every", and says where it cannot', async () => {
  const [every, last] = await Promise.all((["every", "last"] as const).map(async (supervision) => {
    const model = tinyModel();
    return await fit(model, scaleWindows(), tinyOptions({ supervision, heldOut: scaleWindows(20) }));
  }));
  assert(every.epochs[0].train.pitch !== last.epochs[0].train.pitch);
  assert(every.epochs[1].train.pitch < every.epochs[0].train.pitch);
  // A second run on tfjs's layers, with the same numbers.
  const layers = await fit(
    tinyModel(),
    scaleWindows(),
    tinyOptions({ supervision: "every", createStep: layersModelStep }),
  );
  assertAlmostEquals(layers.epochs[1].train.total, every.epochs[1].train.total, 1e-5);

  const { inputs, outputs } = noteModel(4);
  const flat = tf.layers.flatten({ name: "flat" }).apply(inputs[0]) as tf.SymbolicTensor;
  const heads = outputs.map(({ shape }, i) =>
    tf.layers.dense({ units: shape[1]!, name: ["duration", "pitch", "step"][i] }).apply(flat) as tf.SymbolicTensor
  );
  const other = tf.model({ inputs, outputs: heads });
  await assertRejects(
    () => fit(other, scaleWindows(), tinyOptions({ supervision: "every" })),
    TypeError,
    'Cannot train with supervision "every": layer "flat" is a Flatten, which has nothing to say before the end',
  );
  await assertRejects(
    () => fit(tinyModel(), scaleWindows(), tinyOptions({ supervision: "all" as "every" })),
    TypeError,
    'supervision must be "last" or "every", current value is "all"',
  );
});

Deno.test("fit() resumes under the supervision that the run was begun with, to the same bits", async () => {
  const run = await Deno.makeTempDir();
  try {
    const [straight, first, second] = [tinyModel(), tinyModel(), tinyModel(99)];
    await fit(straight, scaleWindows(), tinyOptions({ epochs: 4, supervision: "every" }));
    await fit(first, scaleWindows(), tinyOptions({ epochs: 2, supervision: "every", run }));
    const resume = (changes: Parameters<typeof tinyOptions>[0]) =>
      fit(second, scaleWindows(), tinyOptions({ epochs: 4, run, resume: true, ...changes }));
    await assertRejects(() => resume({}), RangeError, "supervision was every, is not given");
    await resume({ supervision: "every" });
    assertEquals(bits(second), bits(straight));
  } finally {
    await Deno.remove(run, { recursive: true });
  }
});
