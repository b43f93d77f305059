import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { paperHeads } from "../../lib/heads/mod.ts";

await startBackend();
const [{ loss: pitchLoss }, { loss: timeLoss }] = paperHeads();

/** 128 logits, 0 but for some. */
function logits(...some: [pitch: number, logit: number][]): number[] {
  const row: number[] = Array(128).fill(0);
  for (const [pitch, logit] of some) row[pitch] = logit;
  return row;
}

function pitchLossOf(pitches: number[], rows: number[][]): number {
  return tf.tidy(() => pitchLoss(tf.tensor2d(rows), tf.tensor1d(pitches, "int32")).dataSync()[0]);
}

function pressureOf(targets: number[], predictions: number[]): number {
  const column = tf.tensor2d(predictions, [predictions.length, 1]);
  return tf.tidy(() => timeLoss(column, tf.tensor1d(targets)).dataSync()[0]);
}

Deno.test("the loss of a pitch is ln 128 of a model that knows nothing", () => {
  assertAlmostEquals(pitchLossOf([0, 60, 127], [logits(), logits(), logits()]), Math.log(128), 1e-6);
});

Deno.test("the loss of a pitch is the mean of -ln softmax", () => {
  const first = Math.log(Math.exp(3) + 127) - 3;
  const second = Math.log(Math.exp(3) + Math.exp(-2) + 126) + 2;
  assertAlmostEquals(pitchLossOf([60], [logits([60, 3])]), first, 1e-5);
  assertAlmostEquals(pitchLossOf([60, 62], [logits([60, 3]), logits([60, 3], [62, -2])]), (first + second) / 2, 1e-5);
});

Deno.test("the loss of a pitch neither clips nor overflows", () => {
  assertAlmostEquals(pitchLossOf([60], [logits([61, 1000])]), 1000, 1e-3);
  assertAlmostEquals(pitchLossOf([60], [logits([60, 1000])]), 0, 1e-6);
});

Deno.test("the loss of a pitch has softmax minus one-hot as its gradient", () => {
  tf.tidy(() => {
    const pitches = tf.tensor1d([60, 64], "int32");
    const gradient = tf.grad((x) => pitchLoss(x as tf.Tensor2D, pitches))(
      tf.tensor2d([logits([60, 3]), logits([60, 3])]),
    ).arraySync() as number[][];
    const p = Math.exp(3) / (Math.exp(3) + 127), q = 1 / (Math.exp(3) + 127);
    assertAlmostEquals(gradient[0][60], (p - 1) / 2, 1e-6);
    assertAlmostEquals(gradient[1][60], p / 2, 1e-6);
    assertAlmostEquals(gradient[1][64], (q - 1) / 2, 1e-6);
  });
});

Deno.test("the loss of a time is the mean square where nothing is negative", () => {
  assertAlmostEquals(pressureOf([0.5, 1], [0.25, 3]), (0.0625 + 4) / 2, 1e-6);
});

Deno.test("the loss of a time adds ten times what is below 0", () => {
  assertAlmostEquals(pressureOf([0.5], [-0.25]), 0.5625 + 2.5, 1e-6);
  assertAlmostEquals(pressureOf([0.5, 0.5], [-0.25, 0.5]), (0.5625 + 2.5) / 2, 1e-6);
});

Deno.test("the loss of a time pushes negative predictions up", () => {
  tf.tidy(() => {
    const gradient = tf.grad((p) => timeLoss(p as tf.Tensor2D, tf.tensor1d([1, 1])))(
      tf.tensor2d([[-0.5], [2]]),
    );
    const [below, above] = gradient.dataSync();
    assertAlmostEquals(below, (2 * -1.5 - 10) / 2, 1e-6);
    assertAlmostEquals(above, (2 * 1) / 2, 1e-6);
  });
});
