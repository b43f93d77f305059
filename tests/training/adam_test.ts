import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Adam } from "../../lib/training/mod.ts";

Deno.test("Adam.update() takes the steps that Keras takes", () => {
  const adam = new Adam([[1]]);
  const weight = new Float32Array([1]);

  adam.update([weight], [new Float32Array([0.5])], 0.1);
  // m = 0.05, v = 0.00025; rate = 0.1 * sqrt(0.001) / 0.1
  let expected = 1 - Math.sqrt(0.001) * 0.05 / (Math.sqrt(0.00025) + 1e-7);
  assertAlmostEquals(weight[0], expected, 1e-6);

  adam.update([weight], [new Float32Array([-1])], 0.1);
  // m = 0.9 * 0.05 - 0.1, v = 0.999 * 0.00025 + 0.001; rate = 0.1 * sqrt(1 - 0.999^2) / (1 - 0.9^2)
  expected += 0.1 * Math.sqrt(0.001999) / 0.19 * 0.055 / (Math.sqrt(0.00124975) + 1e-7);
  assertAlmostEquals(weight[0], expected, 1e-6);
});

Deno.test("Adam.update() adds epsilon where Keras adds it", () => {
  const adam = new Adam([[1]]);
  const weight = new Float32Array([0]);
  // sqrt(v) = 3.16e-8 is less than epsilon: with epsilon after the correction the step would be 0.0909.
  adam.update([weight], [new Float32Array([1e-6])], 0.1);
  assertAlmostEquals(weight[0], -Math.sqrt(0.001) * 1e-7 / (Math.sqrt(1e-15) + 1e-7), 1e-6);
  assertAlmostEquals(weight[0], -0.02403, 1e-4);
});

Deno.test("Adam.setState() goes on as if it had never stopped", () => {
  const gradients = [1, -2, 0.5, 3].map((g) => new Float32Array([g, -g]));
  const straight = new Float32Array(2), stopped = new Float32Array(2);
  const one = new Adam([[2]]);
  for (const gradient of gradients) one.update([straight], [gradient], 0.01);

  const before = new Adam([[2]]);
  for (const gradient of gradients.slice(0, 2)) before.update([stopped], [gradient], 0.01);
  const state = before.getState();
  before.update([new Float32Array(2)], [gradients[3]], 0.01);
  const after = new Adam([[2]]);
  after.setState(state);
  for (const gradient of gradients.slice(2)) after.update([stopped], [gradient], 0.01);
  assertEquals(stopped, straight);
});

Deno.test("Adam.setState() refuses the state of other weights", () => {
  const adam = new Adam([[2], [3]]);
  assertThrows(() => adam.setState(new Adam([[3], [2]]).getState()), RangeError, "weights of other shapes");
});
