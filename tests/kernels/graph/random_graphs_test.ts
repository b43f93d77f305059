import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createEngine, type Engine, Graph, type GraphShape } from "../../../lib/kernels/mod.ts";
import { type Prng, seeded } from "../../../lib/random/mod.ts";
import { worstError } from "../numbers.ts";
import { GraphBuilder, randomBatch, randomWeights, widthOf } from "./graphs.ts";
import { graphByTfjs } from "./reference.ts";

/** Puts together what nobody would think of: a dozen layers on one another and beside each other, drawn by a seed. */
function randomGraph(prng: Prng): GraphShape {
  const draw = (n: number) => Math.floor(prng() * n);
  const pick = <T>(of: readonly T[]) => of[draw(of.length)];
  const graph = new GraphBuilder().numbers("x", 1 + draw(20)).classes("c", 7).classes("anchor", 9).classes("ticks", 2);
  const embedded = 1 + draw(20);
  graph.add("e", ["c"], { op: "embedding" }, [7, embedded]);
  const widths = new Map([["x", widthOf(graph.shape(), "x")], ["e", embedded]]);
  const add = (name: string, width: number) => widths.set(name, width);
  for (let i = 0; i < 12; i++) {
    const name = `n${i}`, from = pick([...widths.keys()].slice(-5)), width = widths.get(from)!;
    const like = [...widths].filter(([, other]) => other === width || other === 1).map(([name]) => name);
    switch (draw(10)) {
      case 0:
      case 1: {
        const out = pick([1, 3, 16, 20]);
        graph.dense(name, from, width, out, pick(["linear", "tanh", "gelu", "relu", "sigmoid"]));
        add(name, out);
        break;
      }
      case 2: {
        const units = pick([3, 16, 18]);
        graph.recurrent(name, from, pick(["lstm", "gru"] as const), width, units, {
          ticks: pick([undefined, "ticks"]),
        });
        add(name, units);
        break;
      }
      case 3:
        graph.add(name, [from], { op: "dropout", rate: pick([0, 0.3]) });
        add(name, width);
        break;
      case 4:
        graph.add(name, [from], { op: "layerNormalization", epsilon: 1e-2 }, [width], [width]);
        add(name, width);
        break;
      case 5: {
        const others = [from, pick([...widths.keys()]), pick([...widths.keys()])];
        graph.add(name, others, { op: "concatenate" });
        add(name, others.reduce((sum, other) => sum + widths.get(other)!, 0));
        break;
      }
      case 6:
        graph.add(name, [from, pick(like), pick(like)], { op: pick(["add", "multiply"]) });
        add(name, width);
        break;
      case 7: {
        const modulo = pick([undefined, 12]), farthest = pick([3, 8]), logits = modulo ?? 2 * farthest + 1;
        graph.dense(`${name} logits`, from, width, logits);
        const made = { op: "shift", classes: 9, ...modulo ? { modulo } : { farthest } } as const;
        graph.add(name, [`${name} logits`, "anchor"], made);
        add(name, 9);
        break;
      }
      case 8: {
        const parts = ["q", "k", "v"].map((part) => `${name} ${part}`);
        for (const part of parts) graph.dense(part, from, width, 12);
        graph.add(name, parts, { op: "attention", heads: 3 }, [3, 5, 4]);
        add(name, 12);
        break;
      }
      case 9:
        graph.add(name, [from], { op: "activation", activation: pick(["tanh", "gelu", "sigmoid"]) });
        add(name, width);
        break;
    }
  }
  const last = [...widths.keys()].slice(-4);
  last.forEach((from, i) => {
    graph.dense(`h${i}`, from, widths.get(from)!, pick([1, 1, 5, 17]));
    graph.loss(`h${i}`, widthOf(graph.shape(), `h${i}`) === 1 ? "squaredError" : "crossEntropy", 0.5 + prng());
  });
  return graph.shape();
}

function check(engine: Engine, seed: number): void {
  const prng = seeded(seed), shape = randomGraph(prng), weights = randomWeights(shape, prng);
  const size = 1 + seed % 5, steps = 2 + seed % 9;
  const about = () => `seed ${seed}: ${JSON.stringify(shape.nodes.map(({ name, op, from }) => [name, op, ...from]))}`;
  const close = (name: string, actual: ArrayLike<number>, wanted: ArrayLike<number>) => {
    const error = worstError(actual, wanted);
    assert(error < 5e-5, `${name} is off by ${error}, ${about()}`);
  };
  const graph = new Graph(engine, shape);
  graph.weights = weights;
  const batch = randomBatch(shape, { size, steps }, seed);
  const expected = graphByTfjs(shape, weights, batch);
  for (let again = 0; again < 2; again++) {
    close("loss", graph.train(batch), expected.losses);
    // Of graphs with many layers some slopes are small, and their rounding is that of the large ones.
    close("gradients", graph.gradients.flatMap((g) => [...g]), expected.gradients.flatMap((g) => [...g]));
  }
  graph.train(batch, { learningRate: 0, beta1: 0.5, beta2: 0.5, epsilon: 1e-7, iteration: 1, clipNorm: 1e-6 });
  const length = 2 * Math.hypot(...graph.moments[0].map((moment) => Math.hypot(...moment)));
  assert(Math.abs(length / 1e-6 - 1) < 1e-4, `gradients are clipped to ${length}, ${about()}`);
  const one = randomBatch(shape, { size: 1, steps }, seed + 1);
  const said = graph.predict(one);
  const player = graph.player();
  for (let step = 0; step < steps; step++) {
    const event = ([name, values]: [string, Int32Array | Float32Array]) => {
      const width = values.length / steps;
      return [name, values.subarray(step * width, (step + 1) * width)] as const;
    };
    player.hear(Object.fromEntries(Object.entries(one.inputs).map(event)));
    shape.outputs.forEach((name, i) => {
      const width = widthOf(shape, name);
      close(`played ${name}`, player.say(name), said[i].subarray(step * width, (step + 1) * width));
    });
  }
  player.dispose();
  graph.dispose();
}

Deno.test("Graph computes whatever is put together: gradients as tfjs, played as predicted", async () => {
  await tf.setBackend("cpu");
  const engine = await createEngine({ native: false, threads: 2 });
  const used = engine.arena.used;
  for (let seed = 1; seed <= 12; seed++) check(engine, seed);
  assert(engine.arena.used === used, "memory has not been given back");
  engine.dispose();
});
