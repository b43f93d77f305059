import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { shiftedLogits } from "../../lib/layers/mod.ts";
import { loadModel, saveModel } from "../../lib/training/mod.ts";
import { difference, drawn } from "./twins.ts";

await startBackend();

const CLASSES = 5;
const anchors = tf.tensor2d([[0, 4, -1], [2, 2, 3]], [2, 3], "int32");

for (const { modulo, farthest } of [{}, { modulo: 3 }, { farthest: 2 }] as { modulo?: number; farthest?: number }[]) {
  const reach = farthest ?? CLASSES - 1, width = modulo ?? 2 * reach + 1;
  /** Where the logit of a class stands, by the definition. */
  const place = (c: number, anchor: number) =>
    modulo ? (c - anchor + 3 * modulo) % modulo : Math.min(Math.max(c - anchor, -reach), reach) + reach;

  Deno.test(`shiftedLogits() computes its definition, forwards and back, modulo ${modulo}, farthest ${farthest}`, () => {
    tf.tidy(() => {
      const logits = drawn([2, 3, width]), layer = shiftedLogits({ classes: CLASSES, modulo, farthest });
      const given = logits.arraySync() as number[][][], at = anchors.arraySync();
      const expected = at.map((row, b) =>
        row.map((anchor, i) =>
          Array.from({ length: CLASSES }, (_, c) => anchor < 0 ? 0 : given[b][i][place(c, anchor)])
        )
      );
      const weigh = drawn([2, 3, CLASSES]);
      assert(difference([layer.apply([logits, anchors]) as tf.Tensor], [tf.tensor3d(expected)]) < 1e-7);
      const back = tf.grad((x) => tf.sum(tf.mul(layer.apply([x, anchors]) as tf.Tensor, weigh)))(logits);
      const gradient = given.map((rows) => rows.map((row) => row.map(() => 0)));
      const w = weigh.arraySync() as number[][][];
      at.forEach((row, b) =>
        row.forEach((anchor, i) => {
          for (let c = 0; c < CLASSES; c++) if (anchor >= 0) gradient[b][i][place(c, anchor)] += w[b][i][c];
        })
      );
      assert(difference([back], [tf.tensor3d(gradient)]) < 1e-6);
    });
  });
}

Deno.test("shiftedLogits() takes the last anchor for logits that stand once", () => {
  tf.tidy(() => {
    const logits = drawn([2, 9]), layer = shiftedLogits({ classes: CLASSES });
    const [all, last] = [anchors, tf.tensor1d([-1, 3], "int32")].map((x) => layer.apply([logits, x]) as tf.Tensor);
    assertEquals(all.arraySync(), last.arraySync());
  });
});

Deno.test("shiftedLogits() is saved and loaded in tfjs's format", async () => {
  const notes = tf.input({ shape: [3, 2] }), anchor = tf.input({ shape: [3], dtype: "int32" });
  const steps = tf.layers.dense({ units: 9 }).apply(notes) as tf.SymbolicTensor;
  const degrees = tf.layers.dense({ units: 3 }).apply(notes) as tf.SymbolicTensor;
  const summed = tf.layers.add().apply([
    shiftedLogits({ classes: CLASSES, name: "steps" }).apply([steps, anchor]) as tf.SymbolicTensor,
    shiftedLogits({ classes: CLASSES, modulo: 3, name: "degrees" }).apply([degrees, anchor]) as tf.SymbolicTensor,
  ]) as tf.SymbolicTensor;
  const model = tf.model({ inputs: [notes, anchor], outputs: summed });
  assertEquals(model.outputs[0].shape, [null, 3, CLASSES]);
  const folder = await Deno.makeTempDir(), x = [drawn([2, 3, 2]), anchors];
  try {
    await saveModel(model, folder);
    const loaded = await loadModel(folder);
    assertEquals((loaded.predict(x) as tf.Tensor).arraySync(), (model.predict(x) as tf.Tensor).arraySync());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("shiftedLogits() refuses what it cannot do", () => {
  assertThrows(() => shiftedLogits({ classes: 0 }), RangeError, "classes must be a positive integer");
  assertThrows(() => shiftedLogits({ classes: 5, modulo: 0.5 }), RangeError, "modulo must be a positive integer");
  const anchor = tf.input({ shape: [3], dtype: "int32" }), layer = () => shiftedLogits({ classes: 5 });
  assertThrows(() => layer().apply([tf.input({ shape: [3, 8] }), anchor]), RangeError, "called on 9 logits");
  const [logits, few] = [tf.zeros([2, 3, 9]), tf.zeros([2], "int32")];
  assertThrows(() => layer().call([logits, few], {}), RangeError, "there are 6 rows of them, and 2 anchors");
});

Deno.test("shiftedLogits() refuses intervals farther than there are, and a farthest degree", () => {
  assertThrows(
    () => shiftedLogits({ classes: CLASSES, farthest: 5 }),
    RangeError,
    "Cannot shift logits: farthest is 5, intervals of 5 classes end at 4",
  );
  assertThrows(
    () => shiftedLogits({ classes: CLASSES, modulo: 3, farthest: 2 }),
    TypeError,
    "or degrees, with a modulo",
  );
});
