import type { GraphLoss, GraphNode, GraphWeight } from "./graph_shape.ts";
import type { Parameters } from "./parameters.ts";
import type { Plan } from "./plan.ts";
import type { Tensor } from "./tensor.ts";

/** What goes from node to node. */
export interface Signal {
  /** Numbers at each step. */
  width: number;
  /** How many classes there are, if it is classes. */
  classes?: number;
}

/** A node as the kernel computes it. */
export interface Operation extends Signal {
  /** The node with which it is computed, if not on its own. */
  leader?: string;
  /** Appends what computes it, and says how to go back. */
  lower(plan: Plan, from: readonly Tensor[]): Tensor;
}

/** What an operation can know of the graph around it. */
export interface Surroundings {
  parameters: Parameters;
  weights: readonly GraphWeight[];
  /** What comes from the nodes that it reads. */
  signals: readonly Signal[];
  /** The nodes that read another, and what its outputs are held against. */
  readers(name: string): GraphNode[];
  losses(name: string): GraphLoss[];
  /** Whether somebody outside wants to know of a node: it is an output, or has a loss. */
  isSaid(name: string): boolean;
  /** Whether two nodes have one of these weights. */
  shared(weights: readonly number[]): boolean;
  /** Where a node's rows go if another has a place for them, instead of rows of their own. */
  place(name: string, plan: Plan, steps: number): Tensor["block"] | undefined;
}

/** A node of one kind. */
export type NodeOf<O extends GraphNode["op"]> = Extract<GraphNode, { op: O }>;

/** The weights of a node. */
export function weightsOf(node: GraphNode): number[] {
  if (!("weights" in node)) return [];
  return (node.weights as readonly (number | undefined)[]).filter((weight) => weight !== undefined);
}

/** Complains about a node. */
export function refuse(node: { name: string }, why: string): never {
  throw new RangeError(`Cannot make a graph: ${node.name} ${why}`);
}
