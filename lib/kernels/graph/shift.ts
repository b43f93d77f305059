import type { Block } from "../layer_buffers.ts";
import { type NodeOf, type Operation, refuse, type Surroundings } from "./operation.ts";
import { fromWords, Tensor, toWords } from "./tensor.ts";

/** Logits of intervals from an anchor, or of degrees of a scale, as logits of classes. */
export function shift(node: NodeOf<"shift">, { signals: [logits, anchor] }: Surroundings): Operation {
  const { classes, modulo } = node;
  const wanted = modulo ?? 2 * classes - 1;
  if (logits.width !== wanted) refuse(node, `must read ${wanted} logits, got ${logits.width}`);
  if (anchor?.classes === undefined) refuse(node, "must read classes as its anchor");
  if (anchor.classes > classes && modulo === undefined) {
    refuse(node, `has ${classes} classes, and its anchor ${anchor.classes}`);
  }
  return {
    width: classes,
    lower(plan, [x, anchors]) {
      const { steps } = x, batch = plan.extent.size;
      if (anchors.steps !== steps && anchors.steps !== 1) {
        refuse(node, `reads logits of ${steps} steps, and anchors of ${anchors.steps}`);
      }
      const said = new Tensor(plan.rows(classes, steps), classes, steps, x.learns, x.reversed);
      const words = (from: Block, to: Block) => ({
        ...fromWords(from),
        ...toWords(to),
        ...{ classes, modulo: modulo ?? 0, steps, batch, accumulate: 0 },
        ...{ anchors: anchors.block.at, anchorRow: anchors.block.row },
        anchorStep: anchors.steps === steps ? anchors.block.step : 0,
      });
      plan.add("shift", words(x.block, said.block));
      plan.whenGoingBack(() => {
        if (said.touched && x.learns) plan.add("shiftGradient", words(said.gradient!, plan.contributeSum(x)));
      });
      return said;
    },
  };
}
