import type { Block } from "../../layer_buffers.ts";
import { type Curve, CURVES, isCurve } from "../graph_shape.ts";
import { type NodeOf, type Operation, refuse, type Surroundings } from "../operation.ts";
import type { Plan } from "../plan.ts";
import { fromWords, savedWords, Tensor, toWords } from "../tensor.ts";

/** Appends a curve over rows, which may stay where they are. */
export function addCurve(plan: Plan, curve: Curve, from: Block, to: Block, width: number, steps: number): void {
  const extent = { width, steps, batch: plan.extent.size };
  plan.add("curve", { ...fromWords(from), ...toWords(to), ...extent, kind: CURVES.indexOf(curve) });
}

/**
 * Appends the way back through a curve.
 *
 * @param saved What it made or, of gelu, what it was made of.
 */
export function addCurveGradient(
  plan: Plan,
  curve: Curve,
  from: Block,
  saved: Block,
  to: Block,
  width: number,
  steps: number,
  accumulate: 0 | 1,
): void {
  plan.add("curveGradient", {
    ...fromWords(from),
    ...toWords(to),
    ...savedWords(saved),
    ...{ width, steps, batch: plan.extent.size, kind: CURVES.indexOf(curve), accumulate },
  });
}

/** A curve on its own. */
export function activation(node: NodeOf<"activation">, { signals: [{ width }] }: Surroundings): Operation {
  const curve = node.activation;
  if (!isCurve(curve)) refuse(node, `has no such activation: ${curve}`);
  return {
    width,
    lower(plan, [x]) {
      const { steps } = x;
      const said = new Tensor(plan.rows(width, steps), width, steps, x.learns, x.reversed);
      addCurve(plan, curve, x.block, said.block, width, steps);
      plan.whenGoingBack(() => {
        if (!said.touched || !x.learns) return;
        const { to, accumulate } = plan.contribute(x);
        const saved = curve === "gelu" ? x.block : said.block;
        addCurveGradient(plan, curve, said.gradient!, saved, to, width, steps, accumulate);
      });
      return said;
    },
  };
}
