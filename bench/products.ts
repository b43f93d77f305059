import type { GraphShape } from "../lib/kernels/mod.ts";

/**
 * Multiplications, each with its addition, that an example takes forwards
 * through any graph, counted node by node as `PRODUCTS` of job.ts counts them.
 *
 * @param steps Of each input.
 */
export function productsOf({ nodes, weights }: GraphShape, steps: Readonly<Record<string, number>>): number {
  const stepsOf = new Map<string, number>();
  const size = (index: number) => weights[index].shape.reduce((product, axis) => product * axis, 1);
  let count = 0;
  for (const node of nodes) {
    const { name, from, op } = node;
    const before = op === "input" ? steps[name] : Math.max(...from.map((one) => stepsOf.get(one)!));
    const isLast = op === "last" || (op === "lstm" || op === "gru") && !node.every;
    stepsOf.set(name, isLast ? 1 : before);
    if (op === "lstm" || op === "gru") {
      count += before * (size(node.weights[0]) + size(node.weights[1]));
    } else if (op === "dense") {
      count += before * size(node.weights[0]);
    } else if (op === "attention") {
      const { shape: [heads, , depth] } = weights[node.weights[0]];
      count += 3 * (before * (before + 1) / 2) * heads * depth;
    }
  }
  return count;
}
