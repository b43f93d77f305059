import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { categorical, counted, logNormalClasses, logProbability, paperHeads, regression } from "../../lib/heads/mod.ts";
import { durationClasses, stepClasses } from "../../lib/notes/mod.ts";
import { gaussian, seeded } from "../../lib/random/mod.ts";

await tf.setBackend("cpu");

const close = (actual: ArrayLike<number>, expected: number[]) =>
  expected.forEach((value, i) => assertAlmostEquals(actual[i], value, 1e-6));

Deno.test("categorical() loses the mean of -ln softmax, and is scored by the same", () => {
  const head = categorical("voice", { classes: 3, reads: ["step"] });
  const logits = [[0, 1, 2], [3, 0, 0]], came = [2, 1];
  const costs = logits.map((row, i) => -logProbability(head, row, came[i]));
  const loss = tf.tidy(() => head.loss(tf.tensor2d(logits), tf.tensor1d(came, "int32")).dataSync()[0]);
  assertAlmostEquals(loss, (costs[0] + costs[1]) / 2, 1e-6);
  assertAlmostEquals(Math.exp(-costs[0]), Math.exp(2) / (1 + Math.E + Math.exp(2)), 1e-12);
  assertEquals([head.name, head.width, head.classes, head.reads, head.kernel?.loss], [
    "voice",
    3,
    3,
    ["step"],
    "crossEntropy",
  ]);
  close(head.logs([1000, 0, -1000]), [0, -1000, -2000]);
});

Deno.test("counted() takes log-probabilities as they are, even where they sum to less", () => {
  const head = counted("pitch", { classes: 2 });
  assertEquals(logProbability(head, [Math.log(0.25), Math.log(0.5)], 0), Math.log(0.25));
  const prng = seeded(1);
  const draws = Array.from(
    { length: 3000 },
    () => head.draw([Math.log(0.25), Math.log(0.5)], { temperature: 1, prng }),
  );
  assertAlmostEquals(draws.filter((value) => value === 0).length / 3000, 1 / 3, 0.03);
});

Deno.test("regression() pushes what is below 0 upwards, and names a time as it is", () => {
  const head = regression("step", { classes: stepClasses });
  const loss = (said: number[], came: number[]) =>
    tf.tidy(() => head.loss(tf.tensor2d(said, [said.length, 1]), tf.tensor1d(came)).dataSync()[0]);
  assertAlmostEquals(loss([1, 3], [2, 1]), (1 + 4) / 2, 1e-6);
  assertAlmostEquals(loss([-0.5], [1]), 1.5 ** 2 + 10 * 0.5, 1e-6);
  const slope = tf.tidy(() =>
    tf.grad((said) => head.loss(said as tf.Tensor2D, tf.tensor1d([1])))(tf.tensor2d([[-1]])).dataSync()[0]
  );
  assertAlmostEquals(slope, -14, 1e-5);
  assertEquals(head.draw([0.3], { temperature: 4, prng: () => assert(false) as never }), 0.3);
});

Deno.test("regression() is scored by a normal distribution, whose sigma is fitted on held-out values", () => {
  const head = regression("duration", { classes: durationClasses });
  assertThrows(() => head.logs([1]), TypeError, "fit a sigma on held-out notes first");
  assertEquals(regression("duration", { classes: durationClasses, reads: ["step"] }).fit([]).reads, ["step"]);
  const prng = seeded(4);
  const heldOut = Array.from({ length: 800 }, () => ({ said: [1], value: 1 + 0.2 * gaussian(prng) }));
  const fitted = head.fit(heldOut);
  assert(Math.abs(Math.log(fitted.sigma! / 0.2)) < 0.15, `sigma ${fitted.sigma}`);
  assertEquals(fitted.logs([0.7]), logNormalClasses(0.7, fitted.sigma!, durationClasses));
  assertEquals(logProbability(fitted, [0.7], 0.71), fitted.logs([0.7])[durationClasses.of(0.71)]);
  assertThrows(() => fitted.logs([NaN]), RangeError, "the model says NaN as duration");
  assertThrows(
    () => regression("step", { classes: stepClasses, sigma: 0 }),
    RangeError,
    "sigma must be a positive number, current value is 0",
  );
});

Deno.test("paperHeads() are the paper's three", () => {
  assertEquals(paperHeads().map(({ name, width, classes, kernel }) => [name, width, classes, kernel]), [
    ["pitch", 128, 128, { loss: "crossEntropy" }],
    ["step", 1, 65, { loss: "pressedError", pressure: 10 }],
    ["duration", 1, 64, { loss: "pressedError", pressure: 10 }],
  ]);
});
