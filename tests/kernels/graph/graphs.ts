// Small graphs for every operation, with odd widths, and batches for them.
import type { Curve, GraphBatch, GraphLoss, GraphNode, GraphOperation, GraphShape } from "../../../lib/kernels/mod.ts";
import { gaussian, type Prng, seeded } from "../../../lib/random/mod.ts";

type OfOwnWeights<Operation> = Operation extends unknown ? Omit<Operation, "weights"> : never;

/** What {@linkcode GraphBuilder} makes a node of; `weights` only where they are another's. */
type Made = OfOwnWeights<GraphOperation> & { weights?: readonly number[] };

/** Puts a graph together, and numbers its weights. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #weights: { name: string; shape: readonly number[] }[] = [];
  readonly #losses: GraphLoss[] = [];

  /** Adds a node; `shapes` are those of weights of its own. */
  add(name: string, from: readonly string[], made: Made, ...shapes: (readonly number[])[]): this {
    const weights = shapes.map((shape) => this.#weights.push({ name: `${name} ${shape}`, shape }) - 1);
    this.#nodes.push({ name, from, ...(shapes.length ? { weights } : {}), ...made } as unknown as GraphNode);
    return this;
  }

  classes(name: string, classes: number): this {
    return this.add(name, [], { op: "input", classes, width: 1 });
  }

  numbers(name: string, width: number): this {
    return this.add(name, [], { op: "input", width });
  }

  dense(name: string, from: string, inputs: number, width: number, activation: Curve = "linear"): this {
    return this.add(name, [from], { op: "dense", activation }, [inputs, width], [width]);
  }

  recurrent(
    name: string,
    from: string,
    op: "lstm" | "gru",
    inputs: number,
    units: number,
    { ticks, ...more }: { ticks?: string; every?: boolean; backwards?: boolean } = {},
  ): this {
    const columns = units * (op === "lstm" ? 4 : 3);
    const made = { op, every: true, backwards: false, ...more };
    return this.add(name, ticks === undefined ? [from] : [from, ticks], made, [inputs, columns], [units, columns], [
      columns,
    ]);
  }

  loss(node: string, loss: GraphLoss["loss"], weight = 1, pressure = 0): this {
    this.#losses.push({ node, target: `${node} ${loss}`, loss, weight, pressure });
    return this;
  }

  shape(...outputs: string[]): GraphShape {
    return {
      nodes: this.#nodes,
      weights: this.#weights,
      losses: this.#losses,
      outputs: outputs.length ? outputs : [...new Set(this.#losses.map(({ node }) => node))],
    };
  }
}

/** A recurrent layer of 16 units on three numbers, and one number that its last state says: the least that trains. */
export const SMALL: GraphShape = new GraphBuilder().numbers("x", 3).recurrent("h", "x", "lstm", 3, 16, { every: false })
  .dense("y", "h", 16, 1).loss("y", "pressedError", 1, 10).shape();

/** Weights that neither vanish nor explode. */
export function randomWeights(shape: GraphShape, prng: Prng): Float32Array[] {
  return shape.weights.map(({ shape }) => {
    const scale = shape.length > 1 ? 0.8 / Math.sqrt(shape.at(-2)!) : 0.3;
    return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * gaussian(prng));
  });
}

/** What a batch is to be like. */
export interface BatchLike {
  size: number;
  steps: number;
  /** Inputs that stand once. */
  once?: readonly string[];
  /** Whether examples have lengths of their own. */
  masked?: boolean;
  /** Targets that stand once. */
  last?: boolean;
}

/** A batch of random numbers. Some targets, and some anchors, are none. */
export function randomBatch(shape: GraphShape, like: BatchLike, seed = 1): GraphBatch {
  const prng = seeded(seed), { size, once = [], masked = false, last = false } = like;
  const batch = { size, inputs: {}, steps: {}, targets: {}, dropoutSeed: seed } as {
    inputs: Record<string, Int32Array | Float32Array>;
    steps: Record<string, number>;
    targets: Record<string, Int32Array | Float32Array>;
  } & GraphBatch;
  for (const node of shape.nodes) {
    if (node.op !== "input") continue;
    const steps = batch.steps[node.name] = once.includes(node.name) ? 1 : like.steps, { classes } = node;
    const anchors = node.name.startsWith("anchor");
    const draw = classes === undefined
      ? () => gaussian(prng)
      : () => anchors && prng() < 0.2 ? -1 : Math.floor(prng() * classes);
    const length = size * steps * node.width;
    batch.inputs[node.name] = classes === undefined
      ? Float32Array.from({ length }, draw)
      : Int32Array.from({ length }, draw);
  }
  if (masked) batch.lengths = Int32Array.from({ length: size }, (_, i) => 1 + (i * 3 + like.steps - 1) % like.steps);
  const widths = new Map(shape.losses.map(({ node }) => [node, widthOf(shape, node)]));
  for (const { node, target, loss } of shape.losses) {
    const length = size * (last ? 1 : like.steps), width = widths.get(node)!;
    batch.targets[target] = loss === "crossEntropy"
      ? Int32Array.from({ length }, (_, i) => i > 0 && prng() < 0.2 ? -1 : Math.floor(prng() * width))
      : Float32Array.from({ length }, () => Math.abs(gaussian(prng)));
  }
  return batch;
}

/** How many numbers a node gives. */
export function widthOf(shape: GraphShape, name: string): number {
  const node = shape.nodes.find((node) => node.name === name)!;
  const of = (weight: number) => shape.weights[weight].shape;
  switch (node.op) {
    case "input":
      return node.width;
    case "embedding":
    case "dense":
      return of(node.weights[0])[1];
    case "lstm":
    case "gru":
      return of(node.weights[1])[0];
    case "concatenate":
      return node.from.reduce((sum, from) => sum + widthOf(shape, from), 0);
    case "shift":
      return node.classes;
    case "attention":
      return widthOf(shape, node.from[2]);
    default:
      return Math.max(...node.from.map((from) => widthOf(shape, from)));
  }
}
