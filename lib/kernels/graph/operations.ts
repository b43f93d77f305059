import { attention } from "./layers/attention.ts";
import { activation } from "./layers/curves.ts";
import { dense, standsBeside } from "./layers/dense.ts";
import { dropout } from "./layers/dropout.ts";
import { add, Concatenate, multiply } from "./layers/elementwise.ts";
import { embedding } from "./layers/embedding.ts";
import type { GraphNode, GraphShape } from "./graph_shape.ts";
import { input } from "./layers/input.ts";
import { last } from "./layers/last.ts";
import { layerNormalization } from "./layers/normalization.ts";
import { type NodeOf, type Operation, refuse, type Surroundings, weightsOf } from "./operation.ts";
import type { Parameters } from "./parameters.ts";
import { recurrent } from "./layers/recurrent.ts";
import { reverse } from "./layers/reverse.ts";
import { shift } from "./layers/shift.ts";

type One<O extends GraphNode["op"]> = (node: NodeOf<O>, around: Surroundings) => Operation;

/** What computes the nodes of each kind, but for those that stand beside each other. */
const OPERATIONS: { [O in Exclude<GraphNode["op"], "dense" | "concatenate">]: One<O> } = {
  input,
  embedding,
  lstm: recurrent,
  gru: recurrent,
  dropout,
  layerNormalization,
  add,
  multiply,
  shift,
  attention,
  last,
  reverse,
  activation,
};

/**
 * Finds what computes each node of a graph, and lays out its weights.
 *
 * @returns By the nodes' names, in their order.
 * @throws {RangeError} If nodes, weights and widths do not fit together.
 */
export function operationsOf(shape: GraphShape, parameters: Parameters): Map<string, Operation> {
  const { nodes, weights, losses } = shape;
  const operations = new Map<string, Operation>();
  const isSaid = (name: string) => shape.outputs.includes(name) || losses.some(({ node }) => node === name);
  const readers = (name: string) => nodes.flatMap((node) => node.from.filter((from) => from === name).map(() => node));
  const owners = weights.map((_, weight) => nodes.filter((node) => weightsOf(node).includes(weight)).length);
  const place: Surroundings["place"] = (name, plan, steps) => {
    const [reader, ...others] = readers(name);
    if (reader?.op !== "concatenate" || others.length > 0 || isSaid(name)) return undefined;
    const all = operations.get(reader.name) ?? concatenate(reader);
    return (all as Concatenate).place(plan, reader.from.indexOf(name), steps);
  };
  const around = (node: GraphNode): Surroundings => ({
    ...{ parameters, weights, readers, isSaid, place },
    signals: node.from.map((name) => operations.get(name)!),
    losses: (name) => losses.filter((loss) => loss.node === name),
    shared: (of) => of.some((weight) => owners[weight] > 1),
  });
  const concatenate = (node: NodeOf<"concatenate">): Concatenate => {
    const made = new Concatenate(node, node.from.map((name) => operations.get(name)!.width));
    operations.set(node.name, made);
    return made;
  };
  for (const node of nodes) {
    checkNode(node, operations, shape);
    if (operations.has(node.name)) continue;
    const site = around(node);
    if (node.op === "concatenate") concatenate(node);
    else if (node.op === "dense") {
      const beside = standsBeside(node, site) ? nodes.filter((other) => isBeside(node, other, site)) : [node];
      const group = beside as NodeOf<"dense">[];
      dense(group, site).forEach((operation, i) => operations.set(group[i].name, operation));
    } else operations.set(node.name, (OPERATIONS[node.op] as One<typeof node.op>)(node, site));
  }
  for (const name of [...shape.outputs, ...losses.map(({ node }) => node)]) {
    if (!operations.has(name)) throw new RangeError(`Cannot make a graph: there is no node ${name}`);
  }
  return operations;
}

function isBeside(node: NodeOf<"dense">, other: GraphNode, around: Surroundings): boolean {
  return other.op === "dense" && other.from[0] === node.from[0] && standsBeside(other, around);
}

/** How many nodes each kind reads, where it is not any number. */
const READS: Partial<Record<GraphNode["op"], readonly number[]>> = {
  ...{ input: [0], embedding: [1], dense: [1], dropout: [1], layerNormalization: [1], last: [1], activation: [1] },
  reverse: [1],
  ...{ lstm: [1, 2], gru: [1, 2], shift: [2], attention: [3] },
};

function checkNode(node: GraphNode, known: ReadonlyMap<string, Operation>, { weights }: GraphShape): void {
  if (!Object.hasOwn(OPERATIONS, node.op) && node.op !== "dense" && node.op !== "concatenate") {
    refuse(node as GraphNode, `is of an unknown kind: ${(node as GraphNode).op}`);
  }
  const reads = READS[node.op];
  if (reads ? !reads.includes(node.from.length) : node.from.length === 0) {
    refuse(node, `must read ${reads?.join(" or ") ?? "1 or more"} nodes, reads ${node.from.length}`);
  }
  node.from.forEach((name, i) => {
    const signal = known.get(name);
    if (!signal) refuse(node, `reads ${name}, which does not come before it`);
    const takesClasses = node.op === "embedding" || node.op === "last" ||
      (i === 1 && (node.op === "shift" || node.op === "lstm" || node.op === "gru"));
    if (signal.classes !== undefined && !takesClasses) refuse(node, `reads classes, ${name}, as numbers`);
  });
  for (const weight of weightsOf(node)) if (!weights[weight]) refuse(node, `has weight ${weight}, which is not there`);
}
