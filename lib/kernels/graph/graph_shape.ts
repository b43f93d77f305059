/** The curves that follow a sum, in the kernel's order. `gelu` is the exact one, `x · Φ(x)`. */
export const CURVES = ["linear", "relu", "gelu", "tanh", "sigmoid"] as const;

/** One of them. */
export type Curve = typeof CURVES[number];

/** Whether the kernel has a curve. */
export function isCurve(name: string): name is Curve {
  return (CURVES as readonly string[]).includes(name);
}

/** One of a model's weights, in tfjs's own shape and order. Two nodes may share one. */
export interface GraphWeight {
  /** For people. */
  name: string;
  /** As tfjs has it. */
  shape: readonly number[];
}

/** What an operation of a graph is; `weights` are places in {@linkcode GraphShape.weights}. */
export type GraphOperation =
  /** What comes from outside: classes, or numbers, `width` at each step. */
  | { op: "input"; classes?: number; width: number }
  /** A row of a table, shape [classes, width], for each class. */
  | { op: "embedding"; weights: readonly [table: number] }
  /** Kernel [inputs, width], bias [width]. */
  | { op: "dense"; weights: readonly [kernel: number, bias?: number]; activation: Curve }
  /**
   * As tfjs computes them: the gates input, forget, candidate, output; update, reset, candidate. Every state, or the
   * last. `backwards` takes the steps from the last to the first and leaves its states in that order. A second node that
   * `from` names, an input of two classes, tells where the layer moves on: at a 0 its state stays as it is.
   */
  | {
    op: "lstm" | "gru";
    weights: readonly [kernel: number, recurrentKernel: number, bias: number];
    every: boolean;
    backwards: boolean;
  }
  /** Sets a share of the numbers to 0 while it trains, and enlarges the others by as much. */
  | { op: "dropout"; rate: number }
  /** Each row to mean 0 and variance 1, then times gamma [width], plus beta [width]. */
  | { op: "layerNormalization"; weights: readonly [gamma: number, beta: number]; epsilon: number }
  /** Side by side. */
  | { op: "concatenate" }
  /** Sum or product of all; a width of 1, or a single step, is spread over the others. */
  | { op: "add" | "multiply" }
  /**
   * Logits of intervals, or of scale degrees, as logits of classes. `from` names them and an input of classes, the
   * anchor: `out[c] = logits[c - anchor + farthest]` of `2 · farthest + 1` logits, the outermost for what is beyond; the
   * farthest is `classes - 1` if it is not given. With a modulo it is `out[c] = logits[(c - anchor) mod modulo]`, of as
   * many. An anchor below 0 is none: all zeros.
   */
  | { op: "shift"; classes: number; modulo?: number; farthest?: number }
  /**
   * Causal self-attention with relative positions (Huang et al. 2018, Music Transformer). `from` names queries, keys
   * and values; the table has the shape [heads, distances, width / heads], and longer distances take its last row.
   */
  | { op: "attention"; heads: number; weights: readonly [relative: number] }
  /** The last step. */
  | { op: "last" }
  /** The steps from the last to the first. */
  | { op: "reverse" }
  /** A curve on its own. */
  | { op: "activation"; activation: Curve };

/** One node of a graph: what it is called, and the nodes that it reads, which come before it. */
export type GraphNode = { name: string; from: readonly string[] } & GraphOperation;

/** What the outputs of a node are held against. */
export interface GraphLoss {
  /** The node. */
  node: string;
  /** The name of the targets in a batch. */
  target: string;
  /**
   * `crossEntropy`: softmax cross-entropy in nats, of logits; a target of -1 is not counted. `pressedError`:
   * `(y - p)² + pressure · max(-p, 0)`. `squaredError`: the same without pressure.
   */
  loss: "crossEntropy" | "pressedError" | "squaredError";
  /** What its mean counts by in what is learned. */
  weight: number;
  /**
   * How much numbers below 0 cost.
   *
   * @default {0}
   */
  pressure?: number;
}

/** What a `Graph` computes. A tensor has the shape [size, steps, width]; `steps` is 1 for what stands once. */
export interface GraphShape {
  /** In an order in which they can be computed. */
  nodes: readonly GraphNode[];
  /** What is learned. */
  weights: readonly GraphWeight[];
  /** Names of the nodes that `predict` gives. */
  outputs: readonly string[];
  /** What is minimised: their weighted sum. */
  losses: readonly GraphLoss[];
}

/** What a `Graph` learns from, or is measured by. */
export interface GraphBatch {
  /** Examples. */
  size: number;
  /** By the name of the input: numbers [size, steps, width], or classes [size, steps]. */
  inputs: Readonly<Record<string, Int32Array | Float32Array>>;
  /** Steps of each input. */
  steps: Readonly<Record<string, number>>;
  /** By the target of the loss: [size] or [size, steps], classes or numbers. A class of -1 is not counted. */
  targets: Readonly<Record<string, Int32Array | Float32Array>>;
  /**
   * Steps of each example that are music; what is to the right of them is padding. Recurrent layers stand still there,
   * `last` takes the last step before it, and no loss counts there.
   *
   * @default {all steps}
   */
  lengths?: Int32Array;
  /**
   * Decides all masks of dropout, with the names of the nodes.
   *
   * @default {0}
   */
  dropoutSeed?: number;
}
