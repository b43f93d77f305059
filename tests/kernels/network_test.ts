import { assert, assertEquals, assertThrows } from "@std/assert";
import { createEngine, type Engine, Network, type NetworkShape } from "../../lib/kernels/mod.ts";
import { type Prng, seeded } from "../../lib/random/mod.ts";
import { networkGradients } from "./network_reference.ts";
import { numbers, worstError } from "./numbers.ts";

const ADAM = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

const SHAPES: NetworkShape[] = [
  {
    inputs: 3,
    layers: [{ cell: "lstm", units: 128 }],
    heads: [
      { loss: "crossEntropy", size: 128, weight: 0.05 },
      { loss: "pressedError", size: 1, weight: 1, pressure: 10 },
      { loss: "pressedError", size: 1, weight: 0.5, pressure: 3 },
    ],
  },
  {
    inputs: 2,
    layers: [{ cell: "gru", units: 19 }, { cell: "lstm", units: 33 }],
    heads: [
      { loss: "pressedError", size: 1, weight: 2, pressure: 10 },
      { loss: "crossEntropy", size: 5, weight: 1 },
      { loss: "crossEntropy", size: 17, weight: 0.3 },
    ],
  },
  {
    inputs: 20,
    layers: [{ cell: "lstm", units: 7 }, { cell: "gru", units: 16 }, { cell: "lstm", units: 1 }],
    heads: [{ loss: "crossEntropy", size: 2, weight: 1 }],
  },
];

/** Weights, and a batch for them. */
function example(shape: NetworkShape, every: boolean, size: number, steps: number, prng: Prng) {
  const weights = shape.layers.flatMap(({ cell, units }, i) => {
    const columns = units * (cell === "lstm" ? 4 : 3);
    const inputs = i ? shape.layers[i - 1].units : shape.inputs;
    return [inputs * columns, units * columns, columns].map((length) => numbers(length, prng, 0.8 / Math.sqrt(units)));
  });
  const { units } = shape.layers.at(-1)!;
  for (const head of shape.heads) weights.push(numbers(units * head.size, prng), numbers(head.size, prng));
  const inputs = numbers(size * steps * shape.inputs, prng);
  const targets = shape.heads.map((head) => {
    const count = size * (every ? steps : 1);
    if (head.loss === "pressedError") return Float32Array.from(numbers(count, prng), Math.abs);
    return Int32Array.from({ length: count }, () => Math.floor(prng() * head.size));
  });
  return { weights, batch: { inputs, targets, size, steps, every } };
}

const float32 = (all: Float64Array[]) => all.map((values) => Float32Array.from(values));

async function withEngine(threads: number, body: (engine: Engine) => void): Promise<void> {
  const engine = await createEngine({ native: false, threads });
  try {
    body(engine);
  } finally {
    engine.dispose();
  }
}

for (const threads of [1, 2, 3]) {
  Deno.test(`Network has the losses and gradients of float64 loops, on ${threads} threads`, () =>
    withEngine(threads, (engine) => {
      for (const shape of SHAPES) {
        for (const every of [false, true]) {
          for (const [size, steps] of [[1, 3], [7, 5], [6, 40]]) {
            const { weights, batch } = example(shape, every, size, steps, seeded(size));
            const expected = networkGradients(shape, weights, batch);
            const network = new Network(engine, shape);
            network.weights = float32(weights);
            const given = { ...batch, inputs: Float32Array.from(batch.inputs) };
            const about = `${JSON.stringify(shape.layers)} ${size} x ${steps} ${every}`;
            const close = (name: string, actual: ArrayLike<number>, wanted: ArrayLike<number>) => {
              const error = worstError(actual, wanted);
              assert(error < 5e-6, `${name} is off by ${error}: ${about}`);
            };
            close("evaluated loss", network.evaluate(given), expected.losses);
            network.predict(given).forEach((said, i) => close(`output ${i}`, said, expected.outputs[i]));
            close("loss", network.train(given), expected.losses);
            network.gradients.forEach((gradient, i) => close(`gradient ${i}`, gradient, expected.gradients[i]));
            network.weights.forEach((weight, i) => assertEquals(weight, Float32Array.from(weights[i])));
            network.dispose();
          }
        }
      }
    }));
}

/** Adam in float64, as tfjs writes it. */
function adamStep(
  weights: Float64Array[],
  gradients: Float64Array[],
  [first, second]: Float64Array[][],
  iteration: number,
  clipNorm: number,
): void {
  const norm = Math.sqrt(gradients.reduce((sum, g) => sum + g.reduce((s, x) => s + x * x, 0), 0));
  const shrink = norm > clipNorm ? clipNorm / norm : 1;
  weights.forEach((weight, i) =>
    weight.forEach((_, j) => {
      const g = gradients[i][j] * shrink;
      first[i][j] = ADAM.beta1 * first[i][j] + (1 - ADAM.beta1) * g;
      second[i][j] = ADAM.beta2 * second[i][j] + (1 - ADAM.beta2) * g * g;
      const [m, v] = [first[i][j] / (1 - ADAM.beta1 ** iteration), second[i][j] / (1 - ADAM.beta2 ** iteration)];
      weight[j] -= ADAM.learningRate * m / (Math.sqrt(v) + ADAM.epsilon);
    })
  );
}

for (const clipNorm of [Infinity, 0.2]) {
  Deno.test(`Network.train() takes the steps of Adam in float64, gradients clipped at ${clipNorm}`, () =>
    withEngine(2, (engine) => {
      const shape = SHAPES[1];
      const { weights, batch } = example(shape, true, 7, 20, seeded(5));
      const moments = [0, 1].map(() => weights.map((w) => new Float64Array(w.length)));
      const network = new Network(engine, shape);
      network.weights = float32(weights);
      const given = { ...batch, inputs: Float32Array.from(batch.inputs) };
      for (let iteration = 1; iteration <= 30; iteration++) {
        const expected = networkGradients(shape, weights, batch);
        const losses = network.train(given, { ...ADAM, iteration, clipNorm });
        const error = worstError(losses, expected.losses);
        assert(error < 1e-5, `losses of step ${iteration} are off by ${error}`);
        adamStep(weights, expected.gradients, moments, iteration, clipNorm);
      }
      network.weights.forEach((weight, i) => assert(worstError(weight, weights[i]) < 2e-4, `weight ${i}`));
      // Moments survive a copy into another network, which then goes on in the same way.
      const twin = new Network(engine, shape);
      twin.weights = network.weights;
      twin.moments = network.moments;
      const adam = { ...ADAM, iteration: 31, clipNorm };
      assertEquals(twin.train(given, adam), network.train(given, adam));
      assertEquals(twin.weights, network.weights);
    }));
}

Deno.test("Network.train() does not depend on the number of threads, and repeats itself bit by bit", async () => {
  const { weights, batch } = example(SHAPES[0], false, 50, 20, seeded(9));
  const given = { ...batch, inputs: Float32Array.from(batch.inputs) };
  const run = async (threads: number) => {
    let result: Float32Array[] = [];
    await withEngine(threads, (engine) => {
      const network = new Network(engine, SHAPES[0]);
      network.weights = float32(weights);
      network.train(given);
      result = network.gradients;
    });
    return result;
  };
  const [one, two, again] = [await run(1), await run(2), await run(2)];
  assertEquals(two, again);
  one.forEach((gradient, i) => {
    const error = worstError(two[i], gradient);
    assert(error < 3e-6, `gradient ${i} is off by ${error}`);
  });
});

Deno.test("NotePlayer hears note by note what Network.predict() hears at once", () =>
  withEngine(2, (engine) => {
    for (const shape of SHAPES) {
      const steps = 9;
      const { weights, batch } = example(shape, true, 1, steps, seeded(3));
      const network = new Network(engine, shape);
      network.weights = float32(weights);
      const inputs = Float32Array.from(batch.inputs);
      const expected = network.predict({ inputs, size: 1, steps, every: true });
      const player = network.player();
      const play = (from: number, to: number) => {
        for (let t = from; t < to; t++) {
          const said = player.step(inputs.subarray(t * shape.inputs, (t + 1) * shape.inputs));
          said.forEach((values, head) => {
            const { size } = shape.heads[head];
            assert(worstError(values, expected[head].subarray(t * size, (t + 1) * size)) < 1e-6, `step ${t}`);
          });
        }
      };
      play(0, steps);
      player.reset();
      play(0, 4);
      const remembered = player.state;
      play(4, steps);
      player.state = remembered;
      play(4, steps);
      player.dispose();
    }
  }));

Deno.test("Network rejects what does not fit", () =>
  withEngine(1, (engine) => {
    const network = new Network(engine, SHAPES[2]);
    const inputs = new Float32Array(2 * 3 * 20);
    const targets = [Int32Array.of(0, 1)];
    assertThrows(() => network.train({ inputs, targets, size: 2, steps: 4 }), RangeError, "must have 160 numbers");
    assertThrows(() => network.train({ inputs, targets, size: 2, steps: 0 }), RangeError, "steps");
    const wrong = [Int32Array.of(0, 2)];
    assertThrows(() => network.train({ inputs, targets: wrong, size: 2, steps: 3 }), RangeError, "0 to 1, got 2");
    assertThrows(() => network.weights = [], RangeError, "11 weights");
    assertThrows(() => network.player().step([1]), RangeError, "20 numbers, got 1");
    assertThrows(() => new Network(engine, { ...SHAPES[2], layers: [] }), RangeError, "layers");
  }));
