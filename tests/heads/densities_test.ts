import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { type Head, logNormal, mixtureDensity } from "../../lib/heads/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { durationClasses, stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

await startBackend();

/** What becomes a deviation. */
const rawOf = (deviation: number) => Math.log(Math.expm1(deviation - 0.02));
const MIDDLE = Math.log(0.2);
const single = logNormal("duration", { classes: durationClasses });
const mixture = mixtureDensity("step", { classes: stepClasses, components: 3, zero: true });
/** 30 % are 0, 40 % about 0.1 seconds, 20 % about 0.3, 10 % about 2. */
const TRUTH = [
  ...[0.3, 0.4, 0.2, 0.1].map(Math.log),
  ...[0.1, 0.3, 2].map((seconds, i) => Math.log(seconds) - Math.log(0.01) - Math.log(400) * (i + 0.5) / 3),
  ...[0.1, 0.2, 0.05].map(rawOf),
];

function lossOf(head: Head, said: readonly (readonly number[])[], came: readonly number[]): number {
  return tf.tidy(() =>
    head.loss(tf.tensor2d(said as number[][], [said.length, head.width]), tf.tensor1d(came as number[])).dataSync()[0]
  );
}

/** The density of log times, as a book has it. */
function density(seconds: number, mean: number, deviation: number): number {
  return Math.exp(-(((Math.log(seconds) - mean) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI));
}

Deno.test("logNormal() loses -ln of the density of the log time", () => {
  assertEquals([single.name, single.width, single.classes, single.kernel], ["duration", 2, 64, undefined]);
  const said = [[0.3, rawOf(0.5)], [-1, rawOf(0.05)]], came = [0.4, 0.08];
  const costs = [density(0.4, MIDDLE + 0.3, 0.5), density(0.08, MIDDLE - 1, 0.05)].map((value) => -Math.log(value));
  assertAlmostEquals(lossOf(single, said, came), (costs[0] + costs[1]) / 2, 1e-4);
});

Deno.test("mixtureDensity() loses -ln of the probability of 0, and of the mixed density of all else", () => {
  assertEquals([mixture.name, mixture.width, mixture.classes, mixture.kernel], ["step", 10, 65, undefined]);
  assertAlmostEquals(lossOf(mixture, [TRUTH], [0]), -Math.log(0.3), 1e-5);
  assertAlmostEquals(lossOf(mixture, [TRUTH], [5e-5]), -Math.log(0.3), 1e-5);
  const seconds = 0.15;
  const mixed = 0.4 * density(seconds, Math.log(0.1), 0.1) + 0.2 * density(seconds, Math.log(0.3), 0.2) +
    0.1 * density(seconds, Math.log(2), 0.05);
  assertAlmostEquals(lossOf(mixture, [TRUTH], [seconds]), -Math.log(mixed), 1e-4);
});

Deno.test("a mixture of one without a zero is logNormal()", () => {
  const one = mixtureDensity("duration", { classes: durationClasses, components: 1 });
  const said = [0.4, 1.2], mixed = [7, ...said];
  Array.from(single.logs(said)).forEach((log, k) => assertAlmostEquals(one.logs(mixed)[k], log, 1e-12));
  assertAlmostEquals(lossOf(one, [mixed], [0.3]), lossOf(single, [said], [0.3]), 1e-5);
});

Deno.test("densities stay finite, and so do their gradients, however far out a time is and however odd the model", () => {
  const heads = [single, mixture, mixtureDensity("duration", { classes: durationClasses })];
  for (const head of heads) {
    for (const value of [0, 1e3, -1e3]) {
      for (const came of [0, 1e-9, 0.01, 0.2, 300]) {
        const said = Array.from({ length: head.width }, (_, i) => i % 2 === 0 ? value : -value);
        const slopes = tf.tidy(() =>
          tf.grad((said) => head.loss(said as tf.Tensor2D, tf.tensor1d([came])))(tf.tensor2d([said])).dataSync()
        );
        assert(Number.isFinite(lossOf(head, [said], [came])), `${head.name}: ${value}, ${came}`);
        assert(slopes.every(Number.isFinite), `${head.name}: ${value}, ${came}: ${slopes}`);
      }
    }
  }
});

Deno.test("the gradients of densities are those of finite differences", () => {
  for (const [head, said] of [[single, [0.3, 0.2]], [mixture, TRUTH]] as [Head, number[]][]) {
    for (const came of [0, 0.12, 1.7]) {
      const slopes = tf.tidy(() =>
        tf.grad((said) => head.loss(said as tf.Tensor2D, tf.tensor1d([came])))(tf.tensor2d([said])).dataSync()
      );
      said.forEach((value, i) => {
        const [up, down] = [1, -1].map((sign) => lossOf(head, [said.with(i, value + sign * 1e-2)], [came]));
        const expected = (up - down) / 2e-2;
        assertAlmostEquals(slopes[i], expected, 0.02 * Math.max(1, Math.abs(expected)), `${head.name} ${came}: ${i}`);
      });
    }
  }
});

Deno.test("densities are integrated over the classes, which sum to 1", () => {
  const cases: [Head, readonly number[], typeof stepClasses, (seconds: number) => number][] = [
    [single, [0.4, rawOf(0.3)], durationClasses, (seconds) => density(seconds, MIDDLE + 0.4, 0.3)],
    [
      mixture,
      TRUTH,
      stepClasses,
      (seconds) =>
        0.4 * density(seconds, Math.log(0.1), 0.1) + 0.2 * density(seconds, Math.log(0.3), 0.2) +
        0.1 * density(seconds, Math.log(2), 0.05),
    ],
  ];
  for (const [head, said, { edges, count }, densityAt] of cases) {
    const logs = head.logs(said);
    assertAlmostEquals(Array.from(logs).reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-12);
    for (let k = 2; k < count - 1; k++) {
      const parts = 400, [from, to] = [Math.log(edges[k - 1]), Math.log(edges[k])], width = (to - from) / parts;
      let mass = 0;
      for (let i = 0; i < parts; i++) mass += width * densityAt(Math.exp(from + (i + 0.5) * width));
      assertAlmostEquals(Math.exp(logs[k]), 0.999 * mass + 0.001 / count, 1e-5, `${head.name}: class ${k}`);
    }
  }
  assertAlmostEquals(Math.exp(mixture.logs(TRUTH)[0]), 0.999 * 0.3 + 0.001 / 65, 1e-9);
  // Far from everything that the model expects, a time costs what a regression's does.
  assertAlmostEquals(single.logs([50, -50])[0], Math.log(0.001 / 64), 1e-9);
});

Deno.test("mixtureDensity() learns the mixture that its times are drawn from", () => {
  const prng = seeded(3);
  const came = Array.from({ length: 1000 }, () => mixture.draw(TRUTH, { temperature: 1, prng }));
  const said = tf.variable(tf.zeros([1, mixture.width]));
  const optimizer = tf.train.adam(0.1);
  const targets = tf.tensor1d(came), ones = tf.ones([came.length, 1]);
  for (let step = 0; step < 300; step++) {
    optimizer.minimize(() => mixture.loss(tf.matMul(ones, said) as tf.Tensor2D, targets));
  }
  const learned = Array.from(said.dataSync()), [expected, found] = [TRUTH, learned].map((x) => mixture.logs(x));
  const distance = Array.from(expected).reduce((sum, log, k) => sum + Math.abs(Math.exp(log) - Math.exp(found[k])), 0);
  assert(distance / 2 < 0.06, `total variation ${distance / 2}`);
  assertAlmostEquals(Math.exp(found[0]), 0.3, 0.03);
  [said, targets, ones].forEach((tensor) => tensor.dispose());
  optimizer.dispose();
});

Deno.test("densities are drawn from as they say, and nearer to the middle with a bias or at a low temperature", () => {
  const spreadOf = (head: Head, said: number[], temperature: number) => {
    const prng = seeded(5);
    const logs = Array.from({ length: 4000 }, () => Math.log(head.draw(said, { temperature, prng })));
    const mean = logs.reduce((a, b) => a + b) / 4000;
    return [mean, Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 4000)];
  };
  const said = [0.5, rawOf(0.4)], biased = logNormal("duration", { classes: durationClasses, bias: 1 });
  for (
    const [head, temperature, deviation] of [[single, 1, 0.4], [single, 0.25, 0.2], [biased, 1, 0.4 / Math.E]] as const
  ) {
    const [mean, spread] = spreadOf(head, said, temperature);
    assertAlmostEquals(mean, MIDDLE + 0.5, 0.03);
    assertAlmostEquals(spread, deviation, 0.02);
  }
  const zeros = (bias: number) => {
    const head = mixtureDensity("step", { classes: stepClasses, components: 3, zero: true, bias }), prng = seeded(6);
    return Array.from({ length: 4000 }, () => head.draw(TRUTH, { temperature: 1, prng })).filter((x) => x === 0).length;
  };
  // Logits are multiplied by 1 + bias, so that with 1 each weight is squared.
  assertAlmostEquals(zeros(0) / 4000, 0.3, 0.025);
  assertAlmostEquals(zeros(1) / 4000, 0.09 / (0.09 + 0.16 + 0.04 + 0.01), 0.025);
  assertEquals(zeros(200), 0);
});

Deno.test("draws follow the seed", () => {
  const draws = () => {
    const prng = seeded(9);
    return Array.from({ length: 20 }, () => mixture.draw(TRUTH, { temperature: 1, prng }));
  };
  assertEquals(draws(), draws());
  assert(draws().some((time) => time === 0) && draws().some((time) => time > 0));
});

Deno.test("densities refuse options that they do not have, and what is no number", () => {
  assertThrows(
    () => mixtureDensity("step", { classes: stepClasses, components: 0 }),
    RangeError,
    "Cannot make a head: components must be a positive integer, current value is 0",
  );
  assertThrows(
    () => logNormal("step", { classes: stepClasses, bias: -1 }),
    RangeError,
    "bias must be a number of 0 or more, current value is -1",
  );
  assertThrows(() => logNormal("step", { classes: stepClasses, zero: true } as never), TypeError, "zero");
  assertThrows(() => mixture.logs(TRUTH.with(4, NaN)), RangeError, "the model says NaN of step");
  assertThrows(
    () => single.draw([0, Infinity], { temperature: 1, prng: seeded(1) }),
    RangeError,
    "Infinity of duration",
  );
  assertThrows(() => single.draw([1e3, 0], { temperature: 1, prng: seeded(1) }), RangeError, "draws Infinity seconds");
});
