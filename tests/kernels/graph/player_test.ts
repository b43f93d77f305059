import { assert, assertEquals, assertThrows } from "@std/assert";
import { createEngine, Graph, type GraphBatch, type GraphShape } from "../../../lib/kernels/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import { testNative, withBuilds } from "../native_builds.ts";
import { worstError } from "../numbers.ts";
import { GraphBuilder, randomBatch, randomWeights, widthOf } from "./graphs.ts";

const embed = (b: GraphBuilder, name: string, from: string, classes: number, width: number) =>
  b.add(name, [from], { op: "embedding" }, [classes, width]);

/** Graphs that remember in all the ways that there are. */
const SHAPES: Record<string, GraphShape> = {
  "numbers, one layer": new GraphBuilder().numbers("x", 3).recurrent("y", "x", "lstm", 3, 17)
    .dense("a", "y", 17, 5).dense("b", "y", 17, 1).shape("a", "b"),
  "classes and numbers, a stack with dropout": embed(new GraphBuilder().classes("p", 9), "e", "p", 9, 20)
    .numbers("n", 2).add("all", ["e", "n"], { op: "concatenate" }).recurrent("y", "all", "lstm", 22, 20)
    .add("d", ["y"], { op: "dropout", rate: 0.5 }).recurrent("z", "d", "gru", 20, 7, { every: false })
    .dense("a", "z", 7, 9).shape("a"),
  "a slow layer below and above a fast one": embed(
    new GraphBuilder().classes("tick", 2).numbers("x", 3),
    "e",
    "tick",
    2,
    4,
  )
    .recurrent("slow", "x", "lstm", 3, 17, { ticks: "tick" }).add("all", ["slow", "e"], { op: "concatenate" })
    .recurrent("fast", "all", "gru", 21, 9).recurrent("slower", "fast", "gru", 9, 18, { ticks: "tick" })
    .add("both", ["slow", "slower"], { op: "concatenate" }).dense("a", "both", 35, 5).shape("a"),
  "gates on an input that only an output needs": new GraphBuilder().numbers("x", 3).numbers("logs", 5)
    .recurrent("y", "x", "lstm", 3, 17).dense("a", "y", 17, 5).dense("g", "y", 17, 1).dense("h", "y", 17, 1)
    .add("product", ["g", "logs"], { op: "multiply" }).add("other", ["logs", "h"], { op: "multiply" })
    .add("sum", ["a", "product", "other"], { op: "add" }).shape("sum"),
  attention: embed(new GraphBuilder().classes("p", 9), "e", "p", 9, 12)
    .add("n", ["e"], { op: "layerNormalization", epsilon: 1e-5 }, [12], [12])
    .dense("q", "n", 12, 12).dense("k", "n", 12, 12).dense("v", "n", 12, 12)
    .add("t", ["q", "k", "v"], { op: "attention", heads: 3 }, [3, 20, 4])
    .dense("w", "t", 12, 12).add("s", ["w", "e"], { op: "add" }).dense("f", "s", 12, 30, "gelu")
    .dense("a", "f", 30, 9).shape("a"),
};

/** The inputs of one step. */
function event(shape: GraphShape, batch: GraphBatch, step: number): Record<string, ArrayLike<number>> {
  return Object.fromEntries(
    Object.entries(batch.inputs).map(([name, values]) => {
      const width = widthOf(shape, name);
      return [name, values.subarray(step * width, (step + 1) * width)];
    }),
  );
}

async function compare(native: string | false): Promise<void> {
  const engine = await createEngine({ native, threads: 2 });
  const used = engine.arena.used;
  for (const [about, shape] of Object.entries(SHAPES)) {
    // More than an attention's first memory has room for.
    const steps = 150, batch = randomBatch(shape, { size: 1, steps }, 5);
    const graph = new Graph(engine, shape);
    graph.weights = randomWeights(shape, seeded(2));
    const hear = (player: ReturnType<Graph["player"]>, step: number, expected: Float32Array[]) => {
      player.hear(event(shape, batch, step));
      shape.outputs.forEach((name, i) => {
        const said = player.say(name), wanted = expected[i].slice(-said.length);
        const error = worstError(said, wanted);
        assert(error < 1e-5, `${name} is off by ${error} at step ${step}: ${about}`);
      });
    };
    const expected = (step: number) => {
      const inputs = Object.fromEntries(
        Object.entries(batch.inputs).map((
          [name, values],
        ) => [name, values.subarray(0, (step + 1) * widthOf(shape, name))]),
      );
      const length = Object.fromEntries(Object.keys(inputs).map((name) => [name, step + 1]));
      return graph.predict({ size: 1, inputs, steps: length });
    };
    const player = graph.player();
    for (const step of [0, 1]) hear(player, step, expected(step));
    for (let step = 2; step < 70; step++) player.hear(event(shape, batch, step));
    const twin = player.fork();
    shape.outputs.forEach((name) => assertEquals(twin.say(name), player.say(name)));
    for (let step = 70; step < steps - 1; step++) player.hear(event(shape, batch, step));
    hear(player, steps - 1, expected(steps - 1));
    // The twin has stayed where it was.
    hear(twin, 70, expected(70));
    twin.dispose();
    player.dispose();
    graph.dispose();
  }
  assertEquals(engine.arena.used, used);
  engine.dispose();
}

Deno.test("GraphPlayer says event by event what Graph.predict() says at once, and so does its twin", () =>
  compare(false));

testNative("GraphPlayer says the same on native kernels", () => withBuilds(compare));

/** A second head that reads what the first has drawn, and an anchor. */
const CHAINED = embed(
  embed(new GraphBuilder().classes("p", 9), "e", "p", 9, 6).classes("next.s", 4),
  "c",
  "next.s",
  4,
  5,
)
  .classes("anchor", 9).recurrent("y", "e", "lstm", 6, 8).dense("s", "y", 8, 4)
  .add("all", ["y", "c"], { op: "concatenate" }).dense("f", "all", 13, 9).dense("i", "all", 13, 17)
  .add("m", ["i", "anchor"], { op: "shift", classes: 9 }).add("q", ["f", "m"], { op: "add" })
  .shape("s", "q");

Deno.test("GraphPlayer.say() takes what a chained head needs, anew each time", async () => {
  const engine = await createEngine({ native: false, threads: 1 });
  const graph = new Graph(engine, CHAINED);
  graph.weights = randomWeights(CHAINED, seeded(2));
  const player = graph.player();
  const predict = (p: number[], s: number, anchor: number) => {
    const steps = p.length, last = (x: number) => Int32Array.from(p, () => x);
    const inputs = { p: Int32Array.from(p), "next.s": last(s), anchor: last(anchor) };
    return graph.predict({ size: 1, inputs, steps: { p: steps, "next.s": steps, anchor: steps } })
      .map((said, i) => said.slice(-[4, 9][i]));
  };
  const close = (a: Float32Array, b: Float32Array) => assert(worstError(a, b) < 1e-6);
  player.hear({ p: [3] });
  player.hear({ p: [7] });
  for (const [s, anchor] of [[2, 4], [1, 4], [1, -1]]) {
    const [wantedS, wantedQ] = predict([3, 7], s, anchor);
    close(player.say("s"), wantedS);
    close(player.say("q", { "next.s": [s], anchor: [anchor] }), wantedQ);
  }
  // What was given is remembered within the event, and forgotten with it.
  close(player.say("q", { "next.s": [3] }), predict([3, 7], 3, -1)[1]);
  player.hear({ p: [0] });
  assertThrows(() => player.say("q", { "next.s": [3] }), RangeError, "needs the input anchor");
  engine.dispose();
});

Deno.test("GraphPlayer rejects what does not fit", async () => {
  const engine = await createEngine({ native: false, threads: 1 });
  const graph = new Graph(engine, CHAINED);
  const player = graph.player();
  assertThrows(() => player.say("s"), TypeError, "nothing has been heard");
  assertThrows(() => player.hear({ anchor: [3] }), RangeError, "needs the input p");
  assertThrows(() => player.hear({ p: [9] }), RangeError, "class below 9, got 9");
  assertThrows(() => player.hear({ p: [1, 2] }), RangeError, "1 numbers, got 2");
  assertThrows(() => player.hear({ z: [1] }), RangeError, "no input z");
  player.hear({ p: [1] });
  assertThrows(() => player.hear({ p: [1], anchor: [0] }), RangeError, "must be p, got anchor,p");
  assertThrows(() => player.say("y"), RangeError, "the outputs are s, q");
  engine.dispose();
});
