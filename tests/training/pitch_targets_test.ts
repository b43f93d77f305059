import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { pitchesOf } from "../../lib/training/pitch_targets.ts";

await startBackend();

Deno.test("pitchesOf() reads MIDI numbers and one-hot vectors of 128, and nothing else", () => {
  const read = (make: () => tf.Tensor) => {
    const tensor = make();
    try {
      return pitchesOf(tensor);
    } finally {
      tensor.dispose();
    }
  };
  const numbers = Int32Array.of(60, 0, 127);
  assertEquals(read(() => tf.tensor1d(numbers, "int32")), numbers);
  assertEquals(read(() => tf.tensor2d(numbers, [3, 1])), numbers);
  assertEquals(read(() => tf.oneHot(tf.tensor1d(numbers, "int32"), 128)), numbers);
  // Of 12 pitch classes, say: not for this model.
  assertEquals(read(() => tf.oneHot(tf.tensor1d(Int32Array.of(3, 11), "int32"), 12)), undefined);
  assertEquals(read(() => tf.fill([2, 128], 1 / 128)), undefined);
  assertEquals(read(() => tf.zeros([1, 128])), undefined);
  assertThrows(() => read(() => tf.tensor1d([128])), RangeError, "got 128");
});
