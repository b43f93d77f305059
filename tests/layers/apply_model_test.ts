import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { applyModel } from "../../lib/layers/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { classesOf, LENGTH, MIXED, mixedModel } from "./mixed_models.ts";
import { difference } from "./twins.ts";

await startBackend();

/** Inputs for a model, drawn; numbers that stand once have no steps. */
function drawnInputs(model: tf.LayersModel, size: number): tf.Tensor[] {
  const prng = seeded(9);
  return model.inputs.map(({ dtype, shape }, i) => {
    const full = [size, ...shape.slice(1).map((length) => length ?? LENGTH)], count = tf.util.sizeFromShape(full);
    if (dtype === "float32") return tf.tensor(Float32Array.from({ length: count }, () => prng() - 0.5), full);
    const classes = classesOf(model.inputNames[i]);
    return tf.tensor(Int32Array.from({ length: count }, () => Math.floor(prng() * classes)), full, "int32");
  });
}

/** What comes before a step, and it. */
const until = (inputs: tf.Tensor[], step: number) =>
  inputs.map((x) => x.shape[1] === LENGTH ? tf.slice(x, 0, [-1, step + 1, ...x.shape.slice(2).map(() => -1)]) : x);

for (const kind in MIXED) {
  Deno.test(`applyModel() says of the last step what the model itself says: ${kind}`, () => {
    tf.tidy(() => {
      const model = mixedModel(kind), inputs = drawnInputs(model, 4);
      const said = applyModel(model, inputs, { training: false, every: false });
      const predicted = [model.predict(inputs)].flat().map((output) =>
        output.rank === 2 ? output : tf.reshape(tf.slice(output, [0, LENGTH - 1, 0]), [4, -1])
      );
      assert(difference(said, predicted) < 1e-6);
    });
  });

  // These hear what comes after a step, too.
  if (kind === "between" || kind === "around") continue;
  Deno.test(`applyModel() says at every step what it says at the end of what comes before: ${kind}`, () => {
    tf.tidy(() => {
      const model = mixedModel(kind), inputs = drawnInputs(model, 4);
      const every = applyModel(model, inputs, { training: false, every: true });
      for (let step = 0; step < LENGTH; step++) {
        const expected = applyModel(model, until(inputs, step), { training: false, every: false });
        const said = every.map((output) =>
          tf.reshape(tf.slice(tf.reshape(output, [4, LENGTH, -1]), [0, step, 0], [-1, 1, -1]), [4, -1])
        );
        assert(difference(said, expected) < 1e-6, `step ${step}`);
      }
    });
  });
}

for (const kind in MIXED) {
  Deno.test(`applyModel() does not see what stands behind the lengths: ${kind}`, () => {
    tf.tidy(() => {
      const model = mixedModel(kind), inputs = drawnInputs(model, 3), lengths = Int32Array.of(LENGTH, 2, 4);
      // What is known of the one event to come has no lengths.
      const said = applyModel(model, inputs, { training: false, every: false, lengths });
      lengths.forEach((length, i) => {
        const one = until(inputs.map((x) => tf.slice(x, i, 1)), length - 1);
        const expected = applyModel(model, one, { training: false, every: false });
        assert(difference(said.map((output) => tf.slice(output, i, 1)), expected) < 1e-6, `example ${i}`);
      });
    });
  });
}

Deno.test("applyModel() draws dropout by its seed, in training", () => {
  tf.tidy(() => {
    const model = mixedModel("chained"), inputs = drawnInputs(model, 4);
    const said = (training: boolean, dropoutSeed: number) =>
      applyModel(model, inputs, { training, every: true, dropoutSeed })[1].arraySync();
    assertEquals(said(true, 5), said(true, 5));
    assert(`${said(true, 5)}` !== `${said(true, 6)}`);
    assertEquals(said(false, 5), said(false, 6));
  });
});

Deno.test("applyModel() says why a model has nothing to say before the end", () => {
  const model = mixedModel("between");
  assertThrows(
    () => tf.tidy(() => applyModel(model, drawnInputs(model, 1), { training: false, every: true })),
    TypeError,
    "goes backwards: it knows what is to come",
  );
  const notes = tf.input({ shape: [4, 3] });
  const flat = tf.layers.flatten({ name: "flat" }).apply(notes) as tf.SymbolicTensor;
  const other = tf.model({ inputs: notes, outputs: tf.layers.dense({ units: 2 }).apply(flat) as tf.SymbolicTensor });
  assertThrows(
    () => tf.tidy(() => applyModel(other, [tf.zeros([1, 4, 3])], { training: false, every: true })),
    TypeError,
    'layer "flat" is a Flatten, which has nothing to say before the end of a window',
  );
});

Deno.test("applyModel() keeps no tensors in a tidy, and leaves the layers as they are", () => {
  const model = mixedModel("classes"), inputs = drawnInputs(model, 2), config = JSON.stringify(model.toJSON());
  const before = tf.memory().numTensors;
  tf.tidy(() => void applyModel(model, inputs, { training: true, every: true, lengths: Int32Array.of(2, 3) }));
  assertEquals(tf.memory().numTensors, before);
  assertEquals(JSON.stringify(model.toJSON()), config);
});
