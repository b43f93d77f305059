import { PANEL, roundUp } from "../../layer_shape.ts";
import { isCurve } from "../graph_shape.ts";
import { addCurve, addCurveGradient } from "./curves.ts";
import { type NodeOf, type Operation, refuse, type Surroundings, weightsOf } from "../operation.ts";
import type { MatrixPart } from "../parameters.ts";
import type { Plan } from "../plan.ts";
import { columns, padded, Tensor } from "../tensor.ts";

type Dense = NodeOf<"dense">;

/** One of the layers in a matrix, and its first column. */
interface Member {
  node: Dense;
  width: number;
  column: number;
}

/**
 * Dense layers that read one node, side by side in one matrix: a product of all
 * rows at once, and the bias as a row that meets ones.
 *
 * @param nodes One, or several that {@linkcode standsBeside} has found fit.
 * @returns An operation for each.
 */
export function dense(nodes: readonly Dense[], around: Surroundings): Operation[] {
  const [{ width: inputs }] = around.signals;
  const members = place(nodes.map((node) => checked(node, inputs, around)), around);
  const all = roundUp(Math.max(...members.map(({ column, width }) => column + width)), PANEL);
  const hasBias = nodes[0].weights[1] !== undefined;
  const depth = padded(inputs) + (hasBias ? 1 : 0);
  const matrix = around.parameters.matrix({
    depth,
    columns: all,
    parts: members.flatMap(({ node: { weights: [kernel, bias] }, width: units, column: firstColumn }) => {
      const common = { groups: 1, units, paddedUnits: 0, firstColumn };
      const parts: MatrixPart[] = [{ ...common, weight: kernel, rows: inputs, firstRow: 0 }];
      if (bias !== undefined) parts.push({ ...common, weight: bias, rows: 1, firstRow: padded(inputs) });
      return parts;
    }),
    transpose: { paddedUnits: padded(inputs), inputs: 0 },
  });
  // The outputs are needed no more when a loss turns them into their gradients.
  const inPlace = members.every(({ node }) =>
    node.activation === "linear" && around.readers(node.name).length === 0 && around.losses(node.name).length < 2
  );

  const layout = members.map(({ column, width }) => `${column}+${width}`).join();
  const lowerAll = (plan: Plan, x: Tensor): Map<string, Tensor> => {
    const { steps } = x;
    const sums = plan.rows(all, steps);
    plan.multiply(x.block, roundUp(depth, 4), matrix, sums, steps);
    let gradient = inPlace ? sums : undefined;
    const tensors = new Map<string, Tensor>();
    const backs: (() => void)[] = [];
    for (const { node: { name, activation }, width, column } of members) {
      const part = columns(sums, column);
      const isGelu = activation === "gelu";
      const rows = isGelu ? plan.rows(width, steps) : part;
      const said = new Tensor(rows, width, steps, true, x.reversed);
      tensors.set(name, said);
      if (activation !== "linear") addCurve(plan, activation, part, said.block, width, steps);
      said.inPlace = inPlace;
      // Given back when the layers beside it have been gone through, too.
      said.isPart = true;
      if (!isGelu) said.lend = () => columns(gradient ??= plan.borrow(all, steps, layout), column);
      backs.push(() => {
        const to = columns(gradient ??= plan.borrow(all, steps, layout), column);
        if (!said.touched) return plan.zero(to, Math.min(padded(width), all - column), steps);
        if (activation === "linear") return;
        addCurveGradient(plan, activation, said.gradient!, isGelu ? part : said.block, to, width, steps, 0);
        if (isGelu) plan.release(said.gradient!, width, steps);
      });
    }
    plan.whenGoingBack(() => {
      if (![...tensors.values()].some(({ touched }) => touched)) return;
      for (const back of backs) back();
      plan.gradient(matrix, { from: x.block, depth, by: gradient!, steps }, plan.accumulates(matrix));
      if (x.learns) {
        const { to, accumulate } = plan.contribute(x);
        plan.multiplyBack(gradient!, matrix, to, inputs, steps, accumulate);
      }
      if (!inPlace) plan.release(gradient!, all, steps, layout);
    });
    return tensors;
  };

  const lowered = new WeakMap<Plan, Map<string, Tensor>>();
  return nodes.map((node) => ({
    leader: nodes[0].name,
    width: members.find((member) => member.node === node)!.width,
    lower(plan, [x]) {
      if (!lowered.has(plan)) lowered.set(plan, lowerAll(plan, x));
      return lowered.get(plan)!.get(node.name)!;
    },
  }));
}

/** Whether a layer can stand beside others: nobody needs a one beside its outputs. */
export function standsBeside(node: Dense, around: Pick<Surroundings, "readers" | "shared">): boolean {
  return node.weights[1] !== undefined && !needsOnes(node.name, around) && !around.shared(weightsOf(node));
}

/** Whether a product reads a node's rows, itself or through what leaves them where they are. */
function needsOnes(name: string, around: Pick<Surroundings, "readers">): boolean {
  return around.readers(name).some(({ op, name }) =>
    op === "dense" || op === "lstm" || op === "gru" ||
    ((op === "dropout" || op === "last") && needsOnes(name, around))
  );
}

function checked(node: Dense, inputs: number, { weights }: Surroundings): { node: Dense; width: number } {
  if (!isCurve(node.activation)) refuse(node, `has no such activation: ${node.activation}`);
  const [rows, width] = weights[node.weights[0]].shape;
  if (rows !== inputs) refuse(node, `reads ${inputs} numbers, its kernel has ${rows} rows`);
  return { node, width };
}

/** A layer begins a panel and has it to its end; but single numbers that only a loss reads share the last ones. */
function place(nodes: readonly { node: Dense; width: number }[], around: Surroundings): Member[] {
  const isSingle = ({ node, width }: { node: Dense; width: number }) =>
    width === 1 && nodes.length > 1 && node.activation === "linear" && around.readers(node.name).length === 0 &&
    around.losses(node.name).every(({ loss }) => loss !== "crossEntropy");
  let next = 0;
  const put = (member: { node: Dense; width: number }, unit: number) => {
    const column = next;
    next += roundUp(member.width, unit);
    return { ...member, column };
  };
  return [
    ...nodes.filter((member) => !isSingle(member)).map((member) => put(member, PANEL)),
    ...nodes.filter(isSingle).map((member) => put(member, 1)),
  ];
}
