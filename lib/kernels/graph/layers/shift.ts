import type { Block } from "../../layer_buffers.ts";
import { type NodeOf, type Operation, refuse, type Surroundings } from "../operation.ts";
import { fromWords, Tensor, toWords } from "../tensor.ts";

/**
 * Logits of intervals from an anchor, or of degrees of a scale, as logits of
 * classes. What only a sum reads is added there in the first place.
 */
export function shift(node: NodeOf<"shift">, around: Surroundings): Operation {
  const { signals: [logits, anchor] } = around;
  const { name, classes, modulo, farthest = classes - 1 } = node;
  const wanted = modulo ?? 2 * farthest + 1;
  if (logits.width !== wanted) refuse(node, `must read ${wanted} logits, got ${logits.width}`);
  if (anchor?.classes === undefined) refuse(node, "must read classes as its anchor");
  const [reader, ...others] = around.readers(name);
  const isTerm = reader?.op === "add" && others.length === 0 && !around.isSaid(name);
  return {
    width: classes,
    lower(plan, [x, anchors]) {
      const { steps } = x, batch = plan.extent.size;
      if (anchors.steps !== steps && anchors.steps !== 1) {
        refuse(node, `reads logits of ${steps} steps, and anchors of ${anchors.steps}`);
      }
      const add = (op: "shift" | "shiftGradient", from: Block, to: Block, accumulate: 0 | 1) =>
        plan.add(op, {
          ...fromWords(from),
          ...toWords(to),
          ...{ classes, modulo: modulo ?? 0, farthest, steps, batch, accumulate },
          ...{ anchors: anchors.block.at, anchorRow: anchors.block.row },
          anchorStep: anchors.steps === steps ? anchors.block.step : 0,
        });
      const addTo = (to: Block, accumulate: 0 | 1) => add("shift", x.block, to, accumulate);
      const said = isTerm
        ? new Tensor(x.block, classes, steps, x.learns, x.reversed, addTo)
        : new Tensor(plan.rows(classes, steps), classes, steps, x.learns, x.reversed);
      if (!isTerm) addTo(said.block, 0);
      plan.whenGoingBack(() => {
        if (said.touched && x.learns) add("shiftGradient", said.gradient!, plan.contributeSum(x), 1);
      });
      return said;
    },
  };
}
