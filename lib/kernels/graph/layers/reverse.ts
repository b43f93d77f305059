import { type NodeOf, type Operation, refuse, type Surroundings } from "../operation.ts";
import { backwards, Tensor } from "../tensor.ts";

/** The steps from the last to the first: what stands beside others again after a layer that goes backwards. */
export function reverse(node: NodeOf<"reverse">, { signals: [{ width }] }: Surroundings): Operation {
  return {
    width,
    lower(plan, [x]) {
      if (plan.extent.carrying) refuse(node, "turns a sequence round, of which the end is not known event by event");
      const { steps } = x;
      const said = new Tensor(plan.rows(width, steps), width, steps, x.learns, !x.reversed);
      plan.copy(backwards(x.block, steps), said.block, width, steps);
      plan.whenGoingBack(() => {
        if (!said.touched || !x.learns) return;
        const { to, accumulate } = plan.contribute(x);
        plan.addRows(backwards(said.gradient!, steps), to, width, steps, accumulate);
      });
      return said;
    },
  };
}
