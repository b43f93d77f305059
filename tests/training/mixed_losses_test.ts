import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { fusedStep, layersModelStep, type TrainingStep, type TrainingStepOptions } from "../../lib/training/mod.ts";
import type { Batch } from "../../lib/windows/mod.ts";
import { classesOf, LENGTH, MIXED, mixedModel, PITCHES } from "../layers/mixed_models.ts";
import { toyHeads } from "./toy.ts";

await startBackend();
assert(kernelEngine(), "there is no kernel to test");

/** Whether a model answers at every step. */
const answersEvery = (model: tf.LayersModel) => model.outputs[0].rank === 3;

/** A batch for whatever a mixed model hears and says, drawn; what is to be said hangs on what is heard. */
function drawnBatch(model: tf.LayersModel, size: number, prng: () => number): Batch {
  const batch: Batch = { size, inputs: {}, steps: {}, targets: {} };
  model.inputs.forEach(({ shape, dtype }, i) => {
    const name = model.inputNames[i], isOnce = shape.length === 2 && dtype === "float32";
    const steps = isOnce ? 1 : LENGTH, count = size * steps * (dtype === "float32" ? shape.at(-1)! : 1);
    const classes = classesOf(name);
    batch.steps[name] = steps;
    batch.inputs[name] = dtype === "float32"
      ? Float32Array.from({ length: count }, () => prng() - 0.5)
      : Int32Array.from({ length: count }, () => Math.floor(prng() * classes));
  });
  const pitches = batch.inputs["heard.pitch"], named = answersEvery(model) ? size * LENGTH : size;
  const each = pitches.length / named;
  batch.targets.pitch = Int32Array.from({ length: named }, (_, i) => (pitches[(i + 1) * each - 1] + 2) % PITCHES);
  batch.targets.step = Float32Array.from(batch.targets.pitch, (pitch) => 0.1 * pitch);
  return batch;
}

/** The losses of so many steps, each of its own batch and its own masks of dropout. */
async function lossesOf(
  kind: string,
  steps: number,
  make: (model: tf.LayersModel, options: TrainingStepOptions) => TrainingStep,
): Promise<number[][]> {
  const model = mixedModel(kind), prng = seeded(8), losses: number[][] = [];
  const heads = toyHeads().filter(({ name }) => model.outputNames.includes(name));
  const match = { inputs: model.inputNames, answersEvery: answersEvery(model) };
  const supervision = match.answersEvery ? "every" : "last";
  const settings = { weightDecay: 0.01, clipNorm: 1, averageDecay: 0.99 };
  const step = make(model, { heads, match, supervision, lossWeights: { pitch: 1, step: 0.5 }, ...settings });
  for (let i = 0; i < steps; i++) {
    const batch = drawnBatch(model, 8, prng);
    losses.push(Object.values(await step.run(batch, { learningRate: 0.01, dropoutSeed: 1000 + i })));
  }
  step.dispose();
  model.dispose();
  return losses;
}

/** The largest difference of two runs at any step, in any loss. */
const apart = (a: number[][], b: number[][]) =>
  Math.max(...a.flatMap((losses, i) => losses.map((loss, k) => Math.abs(loss - b[i][k]))));

const onKernel: typeof layersModelStep = (...args) => {
  const { step, obstacle } = fusedStep(...args);
  assert(step, obstacle);
  return step;
};

for (const kind in MIXED) {
  Deno.test(`the kernel and tfjs lose the same over 50 steps, with the same masks of dropout: ${kind}`, async () => {
    const [kernel, layers] = [await lossesOf(kind, 50, onKernel), await lossesOf(kind, 50, layersModelStep)];
    assert(apart(kernel, layers) < 1e-4, `losses differ by ${apart(kernel, layers)}`);
    const mean = (from: number) => kernel.slice(from, from + 10).reduce((sum, [pitch]) => sum + pitch / 10, 0);
    assert(mean(40) < 0.95 * mean(0), "nothing was learned");
  });
}

for (const kind in MIXED) {
  Deno.test(`the kernel and tfjs differ over 300 steps by no more than twice what tfjs's backends do: ${kind}`, async () => {
    const kernel = await lossesOf(kind, 300, onKernel), wasm = await lossesOf(kind, 300, layersModelStep);
    await tf.setBackend("cpu");
    let cpu: number[][];
    try {
      cpu = await lossesOf(kind, 300, layersModelStep);
    } finally {
      await tf.setBackend("wasm");
    }
    const spread = apart(wasm, cpu), found = Math.min(apart(kernel, wasm), apart(kernel, cpu));
    assert(found <= Math.max(2 * spread, 1e-4), `the kernel is ${found} away, tfjs's backends are ${spread} apart`);
  });
}
