import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { seeded } from "../../lib/random/mod.ts";
import { sampleClass } from "../../lib/heads/mod.ts";

/** How often each class comes in 20,000 draws. */
function frequencies(logits: number[], temperature: number): number[] {
  const prng = seeded(1), counts = logits.map(() => 0);
  for (let i = 0; i < 20_000; i++) counts[sampleClass(logits, temperature, prng)]++;
  return counts.map((count) => count / 20_000);
}

Deno.test("sampleClass() draws with the softmax of logits over temperature", () => {
  const logits = [1, 0, -1, 2];
  for (const temperature of [0.5, 1, 4]) {
    const weights = logits.map((logit) => Math.exp(logit / temperature));
    const sum = weights.reduce((a, b) => a + b);
    frequencies(logits, temperature).forEach((frequency, i) => {
      // Four standard deviations of a frequency in 20,000 draws are at most 0.0142.
      assertAlmostEquals(frequency, weights[i] / sum, 0.0142);
    });
  }
});

Deno.test("sampleClass() maps the unit interval to the classes in order", () => {
  const logits = [Math.log(1), Math.log(2), Math.log(1)];
  const drawn = [0, 0.24, 0.26, 0.74, 0.76, 1 - 2 ** -53].map((number) => sampleClass(logits, 1, () => number));
  assertEquals(drawn, [0, 0, 1, 1, 2, 2]);
});

Deno.test("sampleClass() keeps to the likeliest class near temperature 0, without overflow", () => {
  const prng = seeded(2);
  for (let i = 0; i < 100; i++) assertEquals(sampleClass([1, 3, 2], 1e-6, prng), 1);
  for (let i = 0; i < 100; i++) assertEquals(sampleClass([-1e30, 0, -1e30], 1, prng), 1);
});

Deno.test("sampleClass() draws exactly one number", () => {
  let draws = 0;
  sampleClass([0, 0], 1, () => (draws++, 0.5));
  assertEquals(draws, 1);
});

Deno.test("sampleClass() refuses temperatures that are not positive, and logits that are no numbers", () => {
  for (const temperature of [0, -1, NaN, Infinity]) {
    assertThrows(
      () => sampleClass([0, 1], temperature, seeded(1)),
      RangeError,
      `the temperature must be a positive number, current value is ${temperature}`,
    );
  }
  assertThrows(() => sampleClass([0, NaN], 1, seeded(1)), RangeError, "the logit of class 1 is NaN");
  assertThrows(() => sampleClass([0, 1], Number.MIN_VALUE, seeded(1)), RangeError, "class 1");
  assertThrows(() => sampleClass([], 1, seeded(1)), RangeError);
  assert(Number.isInteger(sampleClass(new Float32Array(128), 1, seeded(1))));
});
