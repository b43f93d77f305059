import { assert, assertEquals } from "@std/assert";
import { createEngine, Graph, type GraphShape, RecurrentPass } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { GraphBuilder, randomBatch, randomWeights } from "./graph/graphs.ts";
import { testNative, withBuilds } from "./native_builds.ts";
import { numbers } from "./numbers.ts";

/** All that a recurrent layer and its gradients are, with an initial state and gradients from everywhere. */
async function passOf(
  native: string | false,
  threads: number,
  cell: "lstm" | "gru",
  [batch, steps, inputs, units]: number[],
): Promise<Float32Array[]> {
  const engine = await createEngine({ native, threads });
  try {
    const prng = seeded(batch + units);
    const draw = (length: number, scale = 0.5) => Float32Array.from(numbers(length, prng, scale));
    const columns = units * (cell === "lstm" ? 4 : 3);
    const state = () => ({ h: draw(batch * units), ...(cell === "lstm" && { c: draw(batch * units) }) });
    const shape = { cell, batch, steps, inputs, units, training: true, sequences: true, inputGradient: true };
    const pass = new RecurrentPass(engine, shape);
    const result = pass.forward({
      inputs: draw(batch * steps * inputs),
      weights: {
        kernel: draw(inputs * columns),
        recurrentKernel: draw(units * columns, 0.8 / Math.sqrt(units)),
        bias: draw(columns),
      },
      state: state(),
    });
    const gradients = pass.backward({ outputs: draw(batch * steps * units), ...state() });
    pass.dispose();
    return [...Object.values(result), ...Object.values(gradients)].filter((values) => values !== undefined);
  } finally {
    engine.dispose();
  }
}

/** Two layers and three heads on the last state, or on every one. */
const shapeOf = (every: boolean): GraphShape =>
  new GraphBuilder().numbers("x", 3).recurrent("l", "x", "lstm", 3, 50).recurrent("g", "l", "gru", 50, 21, { every })
    .dense("a", "g", 21, 128).dense("b", "g", 21, 5).dense("c", "g", 21, 1)
    .loss("a", "crossEntropy", 0.05).loss("b", "crossEntropy").loss("c", "pressedError", 1, 10).shape();

/** Losses, weights, moments and outputs after ten steps of training, gradients clipped. */
async function trained(native: string | false, threads: number, every: boolean): Promise<ArrayLike<number>[]> {
  const engine = await createEngine({ native, threads });
  try {
    const shape = shapeOf(every), graph = new Graph(engine, shape);
    graph.weights = randomWeights(shape, seeded(7));
    const batch = randomBatch(shape, { size: 13, steps: 20, last: !every });
    // A large epsilon: where a gradient is rounding noise, Adam would make a full step of it, in any direction.
    const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-3, clipNorm: 0.5 };
    const losses = [];
    for (let iteration = 1; iteration <= 10; iteration++) losses.push(graph.train(batch, { ...adam, iteration }));
    losses.push(graph.evaluate(batch));
    const player = graph.player();
    const notes = [0.1, 0.2, 0.3].flatMap((x) => {
      player.hear({ x: [x, -x, 1] });
      return shape.outputs.map((name) => player.say(name));
    });
    const [first, second] = graph.moments;
    return [...losses, ...graph.weights, ...first, ...second, ...graph.predict(batch), ...notes];
  } finally {
    engine.dispose();
  }
}

function assertClose(
  actual: ArrayLike<number>[],
  expected: ArrayLike<number>[],
  tolerance: number,
  what: string,
): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((values, i) => {
    assertEquals(values.length, expected[i].length);
    let apart = 0, largest = 0;
    for (let j = 0; j < values.length; j++) {
      const difference = Math.abs(values[j] - expected[i][j]);
      if (!(difference <= apart)) apart = difference;
      largest = Math.max(largest, Math.abs(expected[i][j]));
    }
    assert(
      apart <= tolerance * largest,
      `${what}: array ${i} is off by ${apart}, where the largest number is ${largest}`,
    );
  });
}

const SIZES = [
  [1, 1, 1, 1],
  [2, 3, 5, 17],
  [5, 4, 33, 16],
  [3, 9, 17, 40],
  [29, 3, 3, 47],
  // Enough work for several threads; more depth than one pass; an odd number of rows for each.
  [27, 12, 2, 80],
  [31, 3, 100, 130],
];

for (const cell of ["lstm", "gru"] as const) {
  testNative(`the native kernel computes the ${cell} of the portable one`, () =>
    withBuilds(async (file) => {
      for (const sizes of SIZES) {
        const expected = await passOf(false, 1, cell, sizes);
        for (const threads of [1, 2]) {
          assertClose(
            await passOf(file, threads, cell, sizes),
            expected,
            1e-5,
            `${file}, ${sizes}, ${threads} threads`,
          );
        }
      }
    }));
}

testNative("the native kernel trains as the portable one", () =>
  withBuilds(async (file) => {
    for (const every of [false, true]) {
      const expected = await trained(false, 1, every);
      for (const threads of [1, 2]) {
        assertClose(await trained(file, threads, every), expected, 5e-5, `${file}, ${threads} threads`);
      }
    }
  }));

testNative("the native kernel gives the same bits every time", () =>
  withBuilds(async (file) => {
    for (const threads of [1, 3]) assertEquals(await trained(file, threads, true), await trained(file, threads, true));
  }));

testNative("the native kernel keeps a NaN", () =>
  withBuilds(async (file) => {
    const engine = await createEngine({ native: file, threads: 1 });
    const shape = shapeOf(false), graph = new Graph(engine, shape);
    const batch = randomBatch(shape, { size: 1, steps: 2, last: true });
    assertEquals([...graph.train({ ...batch, inputs: { x: Float32Array.of(0, 0, 0, 0, NaN, 0) } })], [NaN, NaN, NaN]);
    assert(graph.gradients[0].some(Number.isNaN));
    engine.dispose();
  }));
