import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { seeded, type SeededPrng } from "../../lib/random/mod.ts";
import type { Supervision } from "../../lib/settings/mod.ts";
import { Adam, fusedStep, layersModelStep, type TrainingStep } from "../../lib/training/mod.ts";
import type { Batch, Windows } from "../../lib/windows/mod.ts";
import { drawnWindows, noteModel, type NoteModelOptions } from "./models.ts";
import { ARGS, batchTensors, headLosses, stepOptions } from "./steps.ts";
import { bits, furthest } from "./tiny.ts";

await startBackend();
assert(kernelEngine(), "there is no kernel to test");

const kinds: NoteModelOptions[] = [{}, { cell: "gru" }, { units: [9, 5] }, { cell: "gru", units: [4, 4, 17] }];

/** A fused step on a model of a kind. */
function fusedNote(kind: NoteModelOptions): TrainingStep {
  const model = noteModel(5, kind);
  return fusedStep(model, stepOptions(model)).step!;
}

/** The losses of so many steps, in epochs of shuffled batches. */
async function lossesOf(
  step: TrainingStep,
  windows: Windows,
  steps: number,
  { prng = seeded(1), supervision }: { prng?: SeededPrng; supervision?: Supervision } = {},
) {
  const losses: number[][] = [];
  while (losses.length < steps) {
    for (const batch of windows.batches({ size: 10, prng, supervision })) {
      const { pitch, step: time, duration } = await step.run(batch, ARGS);
      if (losses.length < steps) losses.push([pitch, time, duration]);
    }
  }
  return losses;
}

for (const kind of kinds) {
  const { cell = "lstm", units = [6] } = kind;
  for (const supervision of ["last", "every"] as const) {
    Deno.test(`fusedStep() and layersModelStep() lose the same over 100 steps: ${cell} ${units}, ${supervision}`, async () => {
      const [ours, other] = [noteModel(5, kind), noteModel(5, kind)];
      const fused = fusedStep(ours, stepOptions(ours, { supervision })).step!;
      const layers = layersModelStep(other, stepOptions(other, { supervision }));
      const windows = drawnWindows(5);
      const [a, b] = [
        await lossesOf(fused, windows, 100, { supervision }),
        await lossesOf(layers, windows, 100, { supervision }),
      ];
      assert(furthest(a, b) < 1e-5, `losses differ by ${furthest(a, b)}`);
      assert(b[0][0] - b[99][0] > 0.2, "nothing was learned");
      fused.writeModel();
      assert(furthest(bits(ours), bits(other)) < 1e-4);
      fused.dispose();
    });
  }
}

Deno.test("fusedStep() loses what stock tfjs loses over 300 steps", async () => {
  const [ours, stock] = [noteModel(6, { units: [12] }), noteModel(6, { units: [12], stock: true })];
  const fused = fusedStep(ours, stepOptions(ours)).step!;
  const windows = drawnWindows(6, 46);
  const losses = await lossesOf(fused, windows, 300);
  assert(furthest(losses, await lossesOf(layersModelStep(stock, stepOptions(stock)), windows, 300)) < 1e-4);
  assert(losses[0][0] - losses[299][0] > 1);
  fused.dispose();
});

/** The three losses of a stock model that answers at every step. */
function lossesAtEveryStep(model: tf.LayersModel, batch: Batch): tf.Scalar[] {
  const { inputs, targets } = batchTensors(batch);
  const outputs = model.apply(inputs) as tf.Tensor3D[];
  const said = (name: string) => {
    const output = outputs[model.outputNames.indexOf(name)];
    return tf.reshape(output, [-1, output.shape[2]]) as tf.Tensor2D;
  };
  return headLosses({ pitch: said("pitch"), step: said("step"), duration: said("duration") }, targets);
}

Deno.test('fusedStep() learns from every step as a stock model that answers at every step, with "every"', async () => {
  for (const kind of kinds) {
    const ours = noteModel(5, kind), stock = noteModel(5, { ...kind, stock: true, every: true });
    const fused = fusedStep(ours, stepOptions(ours, { supervision: "every" })).step!;
    const variables = stock.getWeights() as tf.Variable[];
    const adam = new Adam(variables.map(({ shape }) => shape));
    const { pitch, step, duration } = stepOptions(ours).lossWeights;
    const windows = drawnWindows(5);
    for (const batch of windows.batches({ size: 25, supervision: "every" })) {
      const expected: number[] = [];
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => {
          const losses = lossesAtEveryStep(stock, batch);
          expected.push(...losses.map((loss) => loss.dataSync()[0]));
          return tf.addN(losses.map((loss, i) => tf.mul(loss, [pitch, step, duration][i]))) as tf.Scalar;
        }, variables);
        const weights = variables.map((variable) => variable.dataSync().slice() as Float32Array);
        adam.update(weights, variables.map(({ name }) => grads[name].dataSync() as Float32Array), ARGS.learningRate);
        variables.forEach((variable, i) => variable.assign(tf.tensor(weights[i], variable.shape)));
      });
      const losses = await fused.run(batch, ARGS);
      assert(furthest([[losses.pitch, losses.step, losses.duration]], [expected]) < 1e-5);
    }
    fused.writeModel();
    assert(furthest(bits(ours), bits(stock)) < 1e-4);
    fused.dispose();
  }
});

Deno.test("fusedStep() measures as the model does, without learning", async () => {
  const model = noteModel(5, { units: [9, 5] }), batch = drawnWindows(5).gather([3, 1, 4, 15]);
  const fused = fusedStep(model, stepOptions(model)).step!, before = bits(model);
  const [a, b] = [
    await fused.measure(batch, "last"),
    await layersModelStep(model, stepOptions(model)).measure(batch, "last"),
  ];
  for (const head of ["pitch", "step", "duration"] as const) assertAlmostEquals(a[head], b[head], 1e-6);
  fused.writeModel();
  assertEquals(bits(model), before);
  fused.dispose();
});

Deno.test("fusedStep() brings its weights into the model when it is told to, and takes the model's", async () => {
  const model = noteModel(5), batch = drawnWindows(5).gather([3, 1, 4, 15]);
  const fused = fusedStep(model, stepOptions(model)).step!, begun = bits(model);
  await fused.run(batch, ARGS);
  assertEquals(bits(model), begun);
  fused.writeModel();
  assert(furthest(bits(model), begun) > 1e-3);
  const losses = await fused.measure(batch, "last");
  model.setWeights(begun.map((weight, i) => tf.tensor(weight, model.getWeights()[i].shape)));
  fused.readModel();
  assert((await fused.measure(batch, "last")).pitch > losses.pitch);
  fused.dispose();
});

Deno.test("fusedStep() and layersModelStep() take each other's state, and go on to the same bits from their own", async () => {
  const windows = drawnWindows(5), steps = 14;
  const fusedOne: typeof layersModelStep = (...args) => fusedStep(...args).step!;
  const half = async (make: typeof layersModelStep, from?: { model: tf.LayersModel; step: TrainingStep }) => {
    const model = noteModel(5, { units: [9, 5] });
    if (from) tf.tidy(() => model.setWeights(from.model.getWeights().map((weight) => weight.clone())));
    const step = make(model, stepOptions(model));
    if (from) step.setState(from.step.getState());
    const losses = await lossesOf(step, windows, steps, { prng: seeded(from ? 2 : 1) });
    step.writeModel();
    return { model, step, losses };
  };
  const straight = noteModel(5, { units: [9, 5] }), step = fusedStep(straight, stepOptions(straight)).step!;
  await lossesOf(step, windows, steps, { prng: seeded(1) });
  const rest = await lossesOf(step, windows, steps, { prng: seeded(2) });
  step.writeModel();

  const first = await half(fusedOne), second = await half(fusedOne, first);
  assertEquals(second.losses, rest);
  assertEquals(bits(second.model), bits(straight));
  assertEquals(second.step.getState(), step.getState());
  // The other way round and across: the same state in the same order, but for rounding.
  const across = [await half(layersModelStep, first), await half(fusedOne, await half(layersModelStep))];
  for (const { losses } of across) assert(furthest(losses, rest) < 1e-5);
});

for (const [kind, supervision] of [[{}, "last"], [{ cell: "gru", units: [4, 4, 17] }, "every"]] as const) {
  const { cell = "lstm" } = kind as NoteModelOptions;
  Deno.test(`fusedStep() keeps what it learned before a loss that is not finite, and goes on: ${cell}, ${supervision}`, async () => {
    const [model, other] = [noteModel(5, kind as NoteModelOptions), noteModel(5, kind as NoteModelOptions)];
    const batch = drawnWindows(5).gather([0, 1], supervision);
    const [step, twin] = [model, other].map((each) => fusedStep(each, stepOptions(each, { supervision })).step!);
    const { targets } = batch;
    // Finite numbers, whose squares are not.
    const broken = [
      { ...batch, targets: { ...targets, step: targets.step.map(() => 1e30) } },
      { ...batch, targets: { ...targets, duration: targets.duration.map(() => -1e30) } },
    ];
    const begun = bits(model);
    for (const bad of broken) {
      // Nobody writes the model in between.
      for (const each of [step, twin]) await each.run(batch, ARGS);
      const losses = await step.run(bad, ARGS);
      assert(![losses.pitch, losses.step, losses.duration].every(Number.isFinite));
      assertEquals(step.getState(), twin.getState());
    }
    assertEquals(bits(model), begun);
    for (const each of [step, twin]) each.writeModel();
    assertEquals(bits(model), bits(other));
    const [a, b] = await Promise.all([step, twin].map((each) => lossesOf(each, drawnWindows(5), 20, { supervision })));
    assertEquals(a, b);
    for (const each of [step, twin]) each.dispose();
  });
}

Deno.test("fusedStep() trains two models at once, each as if alone", async () => {
  const windows = drawnWindows(5);
  const alone = await Promise.all(
    kinds.slice(0, 2).map(async (kind) => {
      const step = fusedNote(kind);
      return await lossesOf(step, windows, 20);
    }),
  );
  const steps = kinds.slice(0, 2).map((kind) => fusedNote(kind));
  const losses: number[][][] = [[], []], prng = seeded(1);
  while (losses[0].length < 20) {
    for (const batch of windows.batches({ size: 10, prng })) {
      for (const [i, step] of steps.entries()) {
        const { pitch, step: time, duration } = await step.run(batch, ARGS);
        if (losses[i].length < 20) losses[i].push([pitch, time, duration]);
      }
    }
  }
  assertEquals(losses, alone);
});

Deno.test("fusedStep() keeps no tensors and no memory of the kernel", async () => {
  const model = noteModel(5), windows = drawnWindows(5), prng = seeded(1);
  const count = () => [tf.memory().numTensors, tf.backend().numDataIds(), kernelEngine()!.arena.used];
  const empty = count();
  const step = fusedStep(model, stepOptions(model)).step!;
  await lossesOf(step, windows, 10, { prng });
  step.writeModel();
  const before = count();
  await lossesOf(step, windows, 1000, { prng });
  for (let i = 0; i < 10; i++) {
    step.writeModel();
    step.readModel();
    step.setState(step.getState());
  }
  assertEquals(count(), before);
  step.dispose();
  assertEquals(count(), empty);
});

Deno.test("fusedStep() leaves to tfjs what the kernel cannot train", () => {
  const none = (model: tf.LayersModel) => assertEquals(fusedStep(model, stepOptions(model)).step, undefined);
  none(noteModel(5, { args: { recurrentActivation: "hardSigmoid" } }));
  none(noteModel(5, { args: { dropout: 0.2 } }));
  none(noteModel(5, { args: { useBias: false } }));
  const frozen = noteModel(5);
  frozen.layers[1].trainable = false;
  none(frozen);
});
