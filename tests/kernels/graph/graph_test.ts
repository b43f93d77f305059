import { assert, assertEquals, assertThrows } from "@std/assert";
import { createEngine, dropoutMask, type Engine, Graph, type GraphShape } from "../../../lib/kernels/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import { worstError } from "../numbers.ts";
import { GraphBuilder, randomBatch, randomWeights } from "./graphs.ts";

const ADAM = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** A bit of everything that has weights. */
const SHAPE = new GraphBuilder().classes("p", 9).add("e", ["p"], { op: "embedding" }, [9, 20])
  .recurrent("y", "e", "lstm", 20, 20).add("d", ["y"], { op: "dropout", rate: 0.3 })
  .recurrent("r", "d", "gru", 20, 20).add("n", ["r"], { op: "layerNormalization", epsilon: 1e-5 }, [20], [20])
  .dense("q", "n", 20, 20).dense("k", "n", 20, 20).dense("v", "n", 20, 20)
  .add("t", ["q", "k", "v"], { op: "attention", heads: 4 }, [4, 6, 5]).dense("z", "t", 20, 9)
  .loss("z", "crossEntropy").shape();

async function withEngine(threads: number, body: (engine: Engine) => void): Promise<void> {
  const engine = await createEngine({ native: false, threads });
  try {
    body(engine);
  } finally {
    engine.dispose();
  }
}

/** AdamW and the average in float64. */
class Reference {
  readonly moments: [Float64Array[], Float64Array[]];
  readonly average: Float64Array[];

  constructor(readonly shape: GraphShape, readonly weights: Float64Array[]) {
    this.moments = [weights.map((w) => new Float64Array(w.length)), weights.map((w) => new Float64Array(w.length))];
    this.average = weights.map((w) => w.slice());
  }

  step(gradients: Float32Array[], iteration: number, clipNorm: number, weightDecay: number, average: number): void {
    const norm = Math.sqrt(gradients.reduce((sum, g) => sum + g.reduce((s, x) => s + x * x, 0), 0));
    const shrink = norm > clipNorm ? clipNorm / norm : 1;
    this.weights.forEach((weight, i) => {
      const decay = this.shape.weights[i].shape.length > 1 ? ADAM.learningRate * weightDecay : 0;
      const [first, second] = [this.moments[0][i], this.moments[1][i]];
      weight.forEach((_, j) => {
        const g = gradients[i][j] * shrink;
        first[j] = ADAM.beta1 * first[j] + (1 - ADAM.beta1) * g;
        second[j] = ADAM.beta2 * second[j] + (1 - ADAM.beta2) * g * g;
        const [m, v] = [first[j] / (1 - ADAM.beta1 ** iteration), second[j] / (1 - ADAM.beta2 ** iteration)];
        weight[j] -= decay * weight[j];
        weight[j] -= ADAM.learningRate * m / (Math.sqrt(v) + ADAM.epsilon);
        this.average[i][j] += (1 - average) * (weight[j] - this.average[i][j]);
      });
    });
  }
}

for (const [clipNorm, weightDecay, average] of [[Infinity, 0, 0.9], [0.1, 0.5, 0.99]]) {
  Deno.test(`Graph.train() takes AdamW's steps, clip ${clipNorm}, decay ${weightDecay}, average ${average}`, () =>
    withEngine(2, (engine) => {
      const graph = new Graph(engine, SHAPE), weights = randomWeights(SHAPE, seeded(1));
      graph.weights = weights;
      const reference = new Reference(SHAPE, weights.map((w) => Float64Array.from(w)));
      for (let iteration = 1; iteration <= 20; iteration++) {
        const batch = randomBatch(SHAPE, { size: 5, steps: 9 }, iteration);
        graph.train(batch, { ...ADAM, iteration, clipNorm, weightDecay, average });
        reference.step(graph.gradients, iteration, clipNorm, weightDecay, average);
      }
      const close = (name: string, actual: Float32Array[], expected: Float64Array[]) =>
        actual.forEach((values, i) => {
          const error = worstError(values, expected[i]);
          assert(error < 2e-5, `${name} of ${SHAPE.weights[i].name} is off by ${error}`);
        });
      close("weights", graph.weights, reference.weights);
      close("average", graph.average!, reference.average);
      graph.moments.forEach((moments, i) => close("moments", moments, reference.moments[i]));
    }));
}

Deno.test("Graph goes on to the bit from weights, moments and average", () =>
  withEngine(2, (engine) => {
    const [graph, twin] = [new Graph(engine, SHAPE), new Graph(engine, SHAPE)];
    graph.weights = randomWeights(SHAPE, seeded(1));
    assertEquals(graph.average, undefined);
    const step = (graph: Graph, iteration: number) => {
      const batch = randomBatch(SHAPE, { size: 5, steps: 9 }, iteration);
      return graph.train(batch, { ...ADAM, iteration, clipNorm: 1, weightDecay: 0.1, average: 0.9 });
    };
    for (let iteration = 1; iteration <= 5; iteration++) step(graph, iteration);
    twin.weights = graph.weights;
    twin.moments = graph.moments;
    twin.average = graph.average;
    for (let iteration = 6; iteration <= 9; iteration++) assertEquals(step(twin, iteration), step(graph, iteration));
    assertEquals(worstError(twin.weights.flatMap((w) => [...w]), graph.weights.flatMap((w) => [...w])), 0);
    assertEquals(worstError(twin.average!.flatMap((w) => [...w]), graph.average!.flatMap((w) => [...w])), 0);
  }));

Deno.test("Graph.train() repeats itself to the bit, and does not depend on the threads but by rounding", async () => {
  const run = async (threads: number) => {
    let all: number[] = [];
    await withEngine(threads, (engine) => {
      const graph = new Graph(engine, SHAPE);
      graph.weights = randomWeights(SHAPE, seeded(1));
      const batch = randomBatch(SHAPE, { size: 12, steps: 60 }, 2);
      all = [...graph.train(batch), ...graph.gradients.flatMap((g) => [...g])];
    });
    return all;
  };
  const [one, two, again] = [await run(1), await run(2), await run(2)];
  assertEquals(worstError(two, again), 0);
  assert(worstError(two, one) < 1e-6);
});

Deno.test("dropoutMask() is what Graph.train() multiplies by, and keeps the share that it should", () =>
  withEngine(2, (engine) => {
    // The gradient of a bias is the sum over the rows of its numbers: the masks are seen there, one row at a time.
    const shape = new GraphBuilder().numbers("x", 1).dense("y", "x", 1, 33)
      .add("d", ["y"], { op: "dropout", rate: 0.3 }).dense("z", "d", 33, 1).loss("z", "squaredError").shape();
    const graph = new Graph(engine, shape);
    graph.weights = [0, 1, 1, 0].map((value, i) => new Float32Array([33, 33, 33, 1][i]).fill(value));
    for (const seed of [0, 7]) {
      const mask = dropoutMask("d", 0.3, seed, [1, 1, 33]);
      const batch = { size: 1, inputs: { x: Float32Array.of(1) }, steps: { x: 1 }, dropoutSeed: seed };
      const said = mask.reduce((sum, x) => sum + x, 0);
      graph.train({ ...batch, targets: { "z squaredError": Float32Array.of(said - 0.5) } });
      assert(worstError(graph.gradients[2], mask) < 1e-4, `${graph.gradients[2]}`);
    }
    const many = dropoutMask("d", 0.3, 1, [100, 50, 40]);
    const kept = many.reduce((sum, x) => sum + (x ? 1 : 0), 0) / many.length;
    assert(Math.abs(kept - 0.7) < 0.005, `${kept}`);
    assertEquals(many.find((x) => x > 0), Math.fround(1 / 0.7));
  }));

Deno.test("Graph leaves everything as it is when a loss is not finite", () =>
  withEngine(1, (engine) => {
    const shape = new GraphBuilder().numbers("x", 3).recurrent("y", "x", "lstm", 3, 5).dense("z", "y", 5, 4)
      .loss("z", "crossEntropy").shape();
    const graph = new Graph(engine, shape);
    graph.weights = randomWeights(shape, seeded(1));
    const before = graph.weights, good = randomBatch(shape, { size: 2, steps: 3 });
    const expected = graph.train(good);
    const x = good.inputs.x.slice();
    x[4] = NaN;
    assert(Number.isNaN(graph.train({ ...good, inputs: { x } }, { ...ADAM, iteration: 1 })[0]));
    assertEquals(graph.weights, before);
    assertEquals(graph.train(good), expected);
  }));

Deno.test("Graph says what does not fit", () =>
  withEngine(1, (engine) => {
    const make = (shape: GraphShape) => () => new Graph(engine, shape);
    const build = () => new GraphBuilder().numbers("x", 3).classes("c", 5);
    assertThrows(
      make(build().dense("y", "x", 4, 2).shape("y")),
      RangeError,
      "y reads 3 numbers, its kernel has 4 rows",
    );
    assertThrows(make(build().dense("y", "c", 1, 2).shape("y")), RangeError, "y reads classes, c, as numbers");
    assertThrows(make(build().dense("y", "w", 1, 2).shape("y")), RangeError, "w, which does not come before it");
    assertThrows(make(build().add("y", ["x"], { op: "sum" } as never).shape("y")), RangeError, "unknown kind: sum");
    assertThrows(make(build().dense("y", "x", 3, 2).shape("z")), RangeError, "no node z");
    assertThrows(
      make(build().add("e", ["c"], { op: "embedding" }, [4, 2]).shape("e")),
      RangeError,
      "a table of 4 rows for 5 classes",
    );
    const twice = build().dense("y", "x", 3, 3).add("z", ["y"], { op: "lstm", weights: [0, 0, 1] } as never);
    assertThrows(make(twice.shape("z")), RangeError);
    const ticking = (ticks: string, more = {}) =>
      build().classes("t", 2).recurrent("y", "x", "lstm", 3, 2, { ticks, ...more }).shape("y");
    assertThrows(make(ticking("c")), RangeError, "y must read two classes as its ticks: stay, and move on");
    assertThrows(make(ticking("x")), RangeError, "y must read two classes as its ticks: stay, and move on");
    assertThrows(make(ticking("t", { backwards: true })), RangeError, "y cannot have ticks and go backwards");
    const clock = new Graph(engine, ticking("t")), inputs = { x: new Float32Array(6), c: new Int32Array(2) };
    assertThrows(
      () => clock.predict({ size: 1, inputs: { ...inputs, t: Int32Array.of(1) }, steps: { x: 2, c: 2, t: 1 } }),
      RangeError,
      "y reads 2 steps, and ticks of 1",
    );
    assertThrows(
      () => clock.predict({ size: 1, inputs: { ...inputs, t: Int32Array.of(1, 2) }, steps: { x: 2, c: 2, t: 2 } }),
      RangeError,
      "the input t must be classes from 0 to 1, got 2",
    );
    const shape = build().add("e", ["c"], { op: "embedding" }, [5, 2])
      .add("all", ["e", "x"], { op: "concatenate" }).dense("z", "all", 5, 4).loss("z", "crossEntropy").shape();
    const graph = new Graph(engine, shape), good = randomBatch(shape, { size: 2, steps: 3 });
    const wrong = (more: object, message: string) =>
      assertThrows(() => graph.train({ ...good, ...more }), RangeError, message);
    wrong({ size: 0 }, "size must be a whole number above 0, got 0");
    wrong({ steps: { x: 3 } }, "the steps of c must be a whole number above 0, got undefined");
    wrong({ steps: { x: 1, c: 3 } }, "the same number of steps");
    wrong({ inputs: { x: good.inputs.x } }, "the input c must have 6 numbers, got none");
    wrong({ inputs: { ...good.inputs, c: Int32Array.of(0, 1, 2, 3, 4, 5) } }, "classes from 0 to 4, got 5");
    wrong({ targets: { "z crossEntropy": Int32Array.of(0, 1, 2, 3, 0, 4) } }, "classes from 0 to 3, got 4");
    wrong({ lengths: Int32Array.of(0, 3) }, "the lengths must be from 1 to 3, got 0");
    assertThrows(() => graph.weights = [], RangeError, "3 weights, got 0");
  }));
