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

Deno.test("Adam.update() lets matrices decay beside its step, and vectors stay (AdamW)", () => {
  const [plain, decaying] = [{}, { weightDecay: 0.1 }].map((options) => new Adam([[2, 1], [2]], options));
  const weights = () => [new Float32Array([1, -2]), new Float32Array([1, -2])];
  const gradients = [new Float32Array([0.5, 0.25]), new Float32Array([0.5, 0.25])];
  const [moved, decayed] = [plain, decaying].map((adam) => {
    const changed = weights();
    adam.update(changed, gradients, 0.01);
    return changed;
  });
  moved[0].forEach((w, k) => assertAlmostEquals(decayed[0][k], w - 0.01 * 0.1 * weights()[0][k], 1e-7));
  assertEquals(decayed[1], moved[1]);
  assertEquals(decaying.getState(), plain.getState());
});

Deno.test("Adam.update() shortens a gradient that is too long, all weights together", () => {
  const [clipping, plain] = [{ clipNorm: 1 }, {}].map((options) => new Adam([[1], [1]], options));
  const weights = [clipping, plain].map((adam, i) => {
    const changed = [new Float32Array(1), new Float32Array(1)];
    // Of length 5: a fifth is left.
    const gradients = i === 0 ? [3, 4] : [0.6, 0.8];
    adam.update(changed, gradients.map((g) => new Float32Array([g])), 0.01);
    // This one is short enough.
    adam.update(changed, [0.3, 0.4].map((g) => new Float32Array([g])), 0.01);
    return changed.map(([w]) => w);
  });
  weights[0].forEach((w, i) => assertAlmostEquals(w, weights[1][i], 1e-7));
});

Deno.test("Adam.update() keeps an average of the weights, from where they began", () => {
  const adam = new Adam([[1]], { averageDecay: 0.9 });
  const weight = new Float32Array([1]);
  let expected = 1;
  for (const g of [1, -2, 0.5]) {
    adam.update([weight], [new Float32Array([g])], 0.1);
    expected = 0.9 * expected + 0.1 * weight[0];
  }
  assertAlmostEquals(adam.getState().average![0][0], expected, 1e-6);
  const other = new Adam([[1]], { averageDecay: 0.9 });
  other.setState(adam.getState());
  assertEquals(other.getState(), adam.getState());
});
