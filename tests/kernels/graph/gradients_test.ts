import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createEngine, type Engine, Graph, type GraphBatch, type GraphShape } from "../../../lib/kernels/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import { testNative, withBuilds } from "../native_builds.ts";
import { worstError } from "../numbers.ts";
import { type BatchLike, GraphBuilder, randomBatch, randomWeights } from "./graphs.ts";
import { type Expected, graphByTfjs } from "./reference.ts";

const build = () => new GraphBuilder();

type Size = [size: number, steps: number];

/** Widths of what goes in and what comes out. */
const WIDTHS = [[3, 5], [16, 16], [33, 20]];

/** A row for each operation: graphs that have it in the middle, and what their batches are like. */
const ROWS: Record<string, { shapes: GraphShape[]; like?: Partial<BatchLike>; masked?: boolean; sizes?: Size[] }> = {
  dense: {
    shapes: WIDTHS.flatMap(([inputs, width]) => [
      build().numbers("x", inputs).dense("y", "x", inputs, width, "tanh").dense("z", "y", width, 7)
        .loss("z", "crossEntropy").shape(),
      // Several heads side by side, single numbers among them, and one without a bias.
      build().numbers("x", inputs).dense("y", "x", inputs, width, "gelu").dense("a", "y", width, 3)
        .dense("b", "y", width, 1).dense("c", "y", width, 19).dense("d", "y", width, 1)
        .add("e", ["y"], { op: "dense", activation: "linear" }, [width, 2])
        .loss("a", "crossEntropy", 0.3).loss("b", "pressedError", 2, 0.5).loss("c", "crossEntropy")
        .loss("d", "squaredError").loss("e", "crossEntropy").shape(),
    ]),
  },
  curves: {
    shapes: (["relu", "gelu", "tanh", "sigmoid", "linear"] as const).flatMap((activation) => [
      build().numbers("x", 6).dense("y", "x", 6, 21, activation).dense("z", "y", 21, 5).loss("z", "crossEntropy")
        .shape(),
      build().numbers("x", 6).dense("y", "x", 6, 21).add("w", ["y"], { op: "activation", activation })
        .dense("z", "w", 21, 5).loss("z", "crossEntropy").shape(),
    ]),
  },
  recurrent: {
    masked: true,
    shapes: (["lstm", "gru"] as const).flatMap((op) =>
      WIDTHS.map(([inputs, units]) =>
        build().numbers("x", inputs).dense("w", "x", inputs, inputs, "tanh").recurrent("y", "w", op, inputs, units)
          .dense("z", "y", units, 4).loss("z", "crossEntropy").shape()
      )
    ),
  },
  "recurrent, backwards": {
    shapes: (["lstm", "gru"] as const).flatMap((op) =>
      WIDTHS.map(([inputs, units]) =>
        build().numbers("x", inputs).dense("w", "x", inputs, inputs, "tanh")
          .recurrent("y", "w", op, inputs, units, { backwards: true }).dense("z", "y", units, 4)
          .loss("z", "crossEntropy").shape()
      )
    ),
  },
  "recurrent, both ways at every step": {
    masked: true,
    shapes: WIDTHS.map(([inputs, units]) =>
      build().numbers("x", inputs).dense("w", "x", inputs, inputs, "tanh")
        .recurrent("left", "w", "lstm", inputs, units)
        .recurrent("a", "w", "lstm", inputs, units, { backwards: true }).add("b", ["a"], { op: "reverse" })
        .recurrent("c", "b", "gru", units, units, { backwards: true }).add("right", ["c"], { op: "reverse" })
        .add("both", ["left", "right", "b"], { op: "concatenate" }).dense("z", "both", 3 * units, 4)
        .loss("z", "crossEntropy").shape()
    ),
  },
  reverse: {
    shapes: [
      build().numbers("x", 3).dense("a", "x", 3, 21, "tanh").add("r", ["a"], { op: "reverse" })
        .add("s", ["a", "r"], { op: "multiply" }).dense("z", "s", 21, 4).loss("z", "crossEntropy").shape(),
    ],
  },
  "recurrent, at ticks": {
    masked: true,
    shapes: (["lstm", "gru"] as const).flatMap((op) => [
      ...WIDTHS.map(([inputs, units]) =>
        build().numbers("x", inputs).classes("ticks", 2).dense("w", "x", inputs, inputs, "tanh")
          .recurrent("y", "w", op, inputs, units, { ticks: "ticks" }).dense("z", "y", units, 4)
          .loss("z", "crossEntropy").shape()
      ),
      // Slow below and above fast, on one clock, which is embedded too; and the state after the last tick alone.
      build().numbers("x", 3).classes("ticks", 2).add("e", ["ticks"], { op: "embedding" }, [2, 5])
        .recurrent("a", "x", op, 3, 17, { ticks: "ticks" })
        .add("all", ["a", "e"], { op: "concatenate" }).recurrent("b", "all", "lstm", 22, 6)
        .recurrent("c", "b", op, 6, 5, { ticks: "ticks" }).dense("z", "c", 5, 4).loss("z", "crossEntropy").shape(),
    ]),
  },
  "the last state": {
    masked: true,
    like: { last: true },
    shapes: (["lstm", "gru"] as const).flatMap((op) => [
      build().numbers("x", 3).recurrent("y", "x", op, 3, 17, { every: false }).dense("z", "y", 17, 4)
        .loss("z", "crossEntropy").shape(),
      build().numbers("x", 18).recurrent("w", "x", op, 18, 16).recurrent("y", "w", op, 16, 17, { every: false })
        .dense("z", "y", 17, 4).loss("z", "crossEntropy").shape(),
      build().numbers("x", 5).recurrent("w", "x", op, 5, 16, { backwards: true })
        .recurrent("y", "w", op, 16, 3, { every: false }).dense("z", "y", 3, 4).loss("z", "crossEntropy").shape(),
    ]),
  },
  embedding: {
    shapes: [
      build().classes("x", 7).add("e", ["x"], { op: "embedding" }, [7, 5]).dense("z", "e", 5, 4)
        .loss("z", "crossEntropy").shape(),
      build().classes("x", 7).classes("w", 3).add("e", ["x"], { op: "embedding" }, [7, 20])
        .add("f", ["w"], { op: "embedding" }, [3, 7]).numbers("n", 2)
        .add("all", ["e", "f", "n"], { op: "concatenate" }).recurrent("y", "all", "lstm", 29, 18)
        .dense("z", "y", 18, 4).loss("z", "crossEntropy").shape(),
      // One table for two inputs.
      build().classes("x", 7).classes("w", 7).add("e", ["x"], { op: "embedding" }, [7, 6])
        .add("f", ["w"], { op: "embedding", weights: [0] }).add("s", ["e", "f"], { op: "add" })
        .dense("z", "s", 6, 4).loss("z", "crossEntropy").shape(),
    ],
  },
  concatenate: {
    shapes: [
      build().numbers("x", 3).dense("a", "x", 3, 5, "tanh").dense("b", "x", 3, 18).numbers("n", 20)
        .add("all", ["a", "n", "b", "a"], { op: "concatenate" }).dense("z", "all", 48, 4)
        .loss("z", "crossEntropy").loss("b", "crossEntropy").shape(),
    ],
  },
  "layers beside each other, one after the other": {
    shapes: [
      build().numbers("x", 3).dense("w", "x", 3, 48, "tanh").dense("a", "w", 48, 20, "tanh").dense(
        "b",
        "w",
        48,
        5,
        "gelu",
      )
        .add("s", ["a", "b", "w"], { op: "concatenate" }).dense("c", "s", 73, 5).dense("d", "s", 73, 20)
        .add("t", ["c", "d"], { op: "concatenate" }).dense("u", "t", 25, 48).dense("z", "u", 48, 4)
        .loss("z", "crossEntropy").shape(),
      // What leaves rows where they are does not hide who reads them.
      build().numbers("x", 3).dense("a", "x", 3, 20).dense("b", "x", 3, 20, "tanh")
        .add("d", ["a"], { op: "dropout", rate: 0.3 }).dense("y", "d", 20, 4)
        .dense("z", "b", 20, 4).loss("y", "crossEntropy").loss("z", "crossEntropy").shape(),
    ],
  },
  dropout: {
    shapes: [0, 0.3, 0.9].map((rate) =>
      build().numbers("x", 3).dense("a", "x", 3, 21, "tanh").add("d", ["a"], { op: "dropout", rate })
        .dense("b", "d", 21, 18).add("e", ["b"], { op: "dropout", rate }).dense("z", "e", 18, 4)
        .loss("z", "crossEntropy").shape()
    ),
  },
  layerNormalization: {
    shapes: [1, 5, 16, 35].map((width) =>
      build().numbers("x", 3).dense("a", "x", 3, width)
        .add("n", ["a"], { op: "layerNormalization", epsilon: 1e-3 }, [width], [width])
        .dense("z", "n", width, 4).loss("z", "crossEntropy").shape()
    ),
  },
  "add and multiply": {
    like: { once: ["one"] },
    shapes: (["add", "multiply"] as const).flatMap((op) => [
      build().numbers("x", 3).dense("a", "x", 3, 9, "tanh").dense("b", "x", 3, 9).dense("c", "x", 3, 1)
        .add("s", ["a", "b", "c"], { op }).dense("z", "s", 9, 4).loss("z", "crossEntropy").shape(),
      build().numbers("x", 3).numbers("one", 2).dense("a", "x", 3, 20, "tanh").dense("b", "one", 2, 20, "tanh")
        .dense("c", "one", 2, 1, "tanh").add("s", ["b", "a", "c", "a"], { op }).dense("z", "s", 20, 4)
        .loss("z", "crossEntropy").shape(),
    ]),
  },
  shift: {
    like: { once: ["anchor.key"] },
    shapes: [
      build().numbers("x", 3).classes("anchor", 9).dense("a", "x", 3, 9).dense("b", "x", 3, 17)
        .add("s", ["b", "anchor"], { op: "shift", classes: 9 }).add("z", ["a", "s"], { op: "add" })
        .loss("z", "crossEntropy").shape(),
      build().numbers("x", 3).classes("anchor.key", 12).dense("a", "x", 3, 20).dense("b", "x", 3, 12)
        .add("s", ["b", "anchor.key"], { op: "shift", classes: 20, modulo: 12 })
        .add("z", ["a", "s"], { op: "add" }).loss("z", "crossEntropy").shape(),
    ],
  },
  "a sum of shifts": {
    like: { once: ["anchor.key"] },
    shapes: [
      build().numbers("x", 3).classes("a", 30).classes("b", 30).classes("anchor.key", 12).dense("w", "x", 3, 10, "gelu")
        .dense("absolute", "w", 10, 30).dense("i", "w", 10, 59).dense("j", "w", 10, 9).dense("d", "w", 10, 12)
        .dense("o", "w", 10, 30)
        .add("si", ["i", "a"], { op: "shift", classes: 30 })
        .add("sj", ["j", "b"], { op: "shift", classes: 30, farthest: 4 })
        .add("sd", ["d", "anchor.key"], { op: "shift", classes: 30, modulo: 12 })
        .add("so", ["o", "anchor.key"], { op: "shift", classes: 30, modulo: 30 })
        .add("z", ["sj", "absolute", "si", "sd"], { op: "add" }).loss("z", "crossEntropy")
        .loss("so", "crossEntropy").shape(),
    ],
  },
  last: {
    masked: true,
    like: { last: true },
    shapes: [
      build().numbers("x", 3).dense("a", "x", 3, 9, "tanh").add("l", ["a"], { op: "last" })
        .dense("z", "l", 9, 4).loss("z", "crossEntropy").shape(),
      // Of classes, too.
      build().numbers("x", 3).classes("c", 7).classes("anchor", 9).add("l", ["c"], { op: "last" })
        .add("e", ["l"], { op: "embedding" }, [7, 5]).recurrent("y", "x", "gru", 3, 5, { every: false })
        .add("s", ["e", "y"], { op: "add" }).dense("i", "s", 5, 17).add(
          "k",
          ["anchor"],
          { op: "last" },
        )
        .add("z", ["i", "k"], { op: "shift", classes: 9 }).loss("z", "crossEntropy").shape(),
    ],
  },
  attention: {
    shapes: [[1, 5, 40], [3, 21, 4], [2, 32, 9], [4, 64, 90]].map(([heads, width, distances]) =>
      build().numbers("x", 3).dense("w", "x", 3, width, "tanh").dense("q", "w", width, width)
        .dense("k", "w", width, width).dense("v", "w", width, width)
        .add("a", ["q", "k", "v"], { op: "attention", heads }, [heads, distances, width / heads])
        .dense("z", "a", width, 4).loss("z", "crossEntropy").shape()
    ).concat(
      // What is queries, keys and values at once.
      build().numbers("x", 3).dense("w", "x", 3, 6, "tanh")
        .add("a", ["w", "w", "w"], { op: "attention", heads: 2 }, [2, 4, 3])
        .dense("z", "a", 6, 4).loss("z", "crossEntropy").shape(),
    ),
    sizes: [[1, 1], [1, 6], [3, 61], [5, 17]],
  },
  "two losses of one node": {
    shapes: [
      build().numbers("x", 3).dense("y", "x", 3, 1).loss("y", "squaredError").loss("y", "pressedError", 0.4, 7).shape(),
    ],
  },
};

const SIZES: Size[] = [[1, 1], [1, 6], [5, 4], [7, 23], [230, 2]];

function* cases(row: keyof typeof ROWS): Generator<{ shape: GraphShape; batch: GraphBatch; about: string }> {
  const { shapes, like, masked = false, sizes = SIZES } = ROWS[row];
  for (const [i, shape] of shapes.entries()) {
    for (const [size, steps] of sizes) {
      for (const withLengths of masked ? [false, true] : [false]) {
        const batch = randomBatch(shape, { size, steps, masked: withLengths, ...like }, 1 + size + steps);
        yield { shape, batch, about: `${row}, graph ${i}, ${size} x ${steps}${withLengths ? ", lengths" : ""}` };
      }
    }
  }
}

/** What tfjs has computed, by what it was about. */
const known = new Map<string, { expected: Expected; silent: Expected }>();

function compare(engine: Engine, row: keyof typeof ROWS): void {
  for (const { shape, batch, about } of cases(row)) {
    const weights = randomWeights(shape, seeded(3));
    const { expected, silent } = known.get(about) ?? {
      expected: graphByTfjs(shape, weights, batch),
      silent: graphByTfjs(shape, weights, batch, false),
    };
    known.set(about, { expected, silent });
    const graph = new Graph(engine, shape);
    graph.weights = weights;
    const close = (name: string, actual: ArrayLike<number>, wanted: ArrayLike<number>) => {
      const error = worstError(actual, wanted);
      assert(error < 1e-5, `${name} is off by ${error}: ${about}`);
    };
    graph.predict(batch).forEach((said, i) => close(`output ${i}`, said, silent.outputs[i]));
    close("evaluated loss", graph.evaluate(batch), silent.losses);
    close("loss", graph.train(batch), expected.losses);
    graph.gradients.forEach((gradient, i) => close(shape.weights[i].name, gradient, expected.gradients[i]));
    // Twice, because buffers are used again.
    graph.train(batch);
    graph.gradients.forEach((gradient, i) => close(`again ${shape.weights[i].name}`, gradient, expected.gradients[i]));
    // Clipped gradients have the length that they are clipped to, unless padding has a gradient, too.
    graph.train(batch, { learningRate: 0, beta1: 0.5, beta2: 0.5, epsilon: 1e-7, iteration: 1, clipNorm: 1e-6 });
    const length = 2 * Math.hypot(...graph.moments[0].map((moment) => Math.hypot(...moment)));
    assert(Math.abs(length / 1e-6 - 1) < 1e-5, `gradients are clipped to ${length}: ${about}`);
    graph.dispose();
  }
}

for (const row of Object.keys(ROWS)) {
  Deno.test(`Graph has the gradients of tfjs: ${row}`, async () => {
    await tf.setBackend("cpu");
    for (const threads of [1, 3]) {
      const engine = await createEngine({ native: false, threads });
      const used = engine.arena.used;
      compare(engine, row);
      assert(engine.arena.used === used, "memory has not been given back");
      engine.dispose();
    }
  });

  testNative(`Graph has the gradients of tfjs on native kernels: ${row}`, async () => {
    await tf.setBackend("cpu");
    await withBuilds(async (native) => {
      const engine = await createEngine({ native, threads: 2 });
      compare(engine, row);
      engine.dispose();
    });
  });

  Deno.test(`Graph has the gradients of finite differences: ${row}`, async () => {
    const engine = await createEngine({ native: false, threads: 1 });
    for (const shape of ROWS[row].shapes) {
      const batch = randomBatch(shape, { size: 4, steps: 5, ...ROWS[row].like }, 9), prng = seeded(4);
      const weights = randomWeights(shape, prng);
      const graph = new Graph(engine, shape);
      const total = () => graph.train(batch).reduce((sum, loss, i) => sum + loss * shape.losses[i].weight, 0);
      graph.weights = weights;
      total();
      const { gradients } = graph;
      // About along the gradient itself, where the loss changes most.
      const direction = gradients.map((gradient) => gradient.map((slope) => slope * (0.5 + prng())));
      const length = Math.hypot(...direction.map((part) => Math.hypot(...part)));
      const step = 2e-3 / length;
      const along = (sign: number) => {
        graph.weights = weights.map((w, i) => w.map((x, j) => x + sign * step * direction[i][j]));
        return total();
      };
      const slope = (along(1) - along(-1)) / 4e-3;
      const expected = gradients.reduce((sum, g, i) => sum + g.reduce((s, x, j) => s + x * direction[i][j], 0), 0) /
        length;
      assert(Math.abs(slope - expected) < 2e-2 * Math.abs(expected) + 1e-4, `${slope} instead of ${expected}: ${row}`);
      graph.dispose();
    }
    engine.dispose();
  });
}
