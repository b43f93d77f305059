import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { gru, lstm } from "../../lib/layers/mod.ts";
import { gaussian, seeded } from "../../lib/random/mod.ts";
import { fusedStep, layersModelStep, type TrainingStepOptions } from "../../lib/training/mod.ts";
import { PITCHES } from "../layers/mixed_models.ts";
import { furthest } from "./tiny.ts";
import { toyHeads } from "./toy.ts";

await startBackend();
assert(kernelEngine(), "there is no kernel to test");

/** Two inputs that go through one LSTM, and one that goes through one dense layer twice. */
function model(): tf.LayersModel {
  const inputs = ["a", "b"].map((name) => tf.input({ shape: [null, 3], name }));
  const on = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
    layer.apply(x) as tf.SymbolicTensor;
  const args = { recurrentActivation: "sigmoid", recurrentInitializer: "zeros" } as const;
  const heard = lstm({ ...args, units: 5 }), wide = tf.layers.dense({ units: 3, activation: "tanh" });
  const twice = on(gru({ ...args, units: 4 }), on(wide, on(wide, inputs[0])));
  const both = on(tf.layers.concatenate(), [on(heard, inputs[0]), on(heard, inputs[1]), twice]);
  const made = tf.model({ inputs, outputs: on(tf.layers.dense({ units: PITCHES, name: "pitch" }), both) });
  const prng = seeded(3), drawn = (length: number) => Float32Array.from({ length }, () => 0.4 * gaussian(prng));
  tf.tidy(() => made.setWeights(made.getWeights().map(({ shape, size }) => tf.tensor(drawn(size), shape))));
  return made;
}

Deno.test("the kernel trains layers that are used more than once as tfjs does", async () => {
  const options: TrainingStepOptions = {
    ...{
      heads: toyHeads().slice(0, 1),
      lossWeights: { pitch: 1 },
      supervision: "last",
      clipNorm: 0.5,
      weightDecay: 0.1,
    },
    match: { inputs: ["a", "b"], answersEvery: false },
  };
  const { step: fused, obstacle } = fusedStep(model(), options);
  assert(fused, obstacle);
  const losses: number[][] = [];
  for (const step of [fused, layersModelStep(model(), options)]) {
    const prng = seeded(2), draw = () => Float32Array.from({ length: 8 * 5 * 3 }, () => prng() - 0.5);
    const all: number[] = [];
    for (let i = 0; i < 30; i++) {
      const pitch = Int32Array.from({ length: 8 }, (_, k) => k % PITCHES);
      const batch = { size: 8, inputs: { a: draw(), b: draw() }, steps: { a: 5, b: 5 }, targets: { pitch } };
      all.push((await step.run(batch, { learningRate: 0.01, dropoutSeed: 1 })).pitch);
    }
    losses.push(all);
    step.dispose();
  }
  assert(furthest([losses[0]], [losses[1]]) < 1e-5, `losses differ by ${furthest([losses[0]], [losses[1]])}`);
  assert(losses[0][29] < losses[0][0] - 0.05, "nothing was learned");
});
