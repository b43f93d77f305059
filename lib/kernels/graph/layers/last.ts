import type { NodeOf, Operation, Surroundings } from "../operation.ts";
import { fromWords, lastStep, Tensor, toWords } from "../tensor.ts";

/** The last step that is music. */
export function last(_node: NodeOf<"last">, { signals: [{ width, classes }] }: Surroundings): Operation {
  return {
    width,
    classes,
    lower(plan, [x]) {
      const { steps } = x, { size: batch, masked, carrying } = plan.extent;
      if (steps === 1) return x;
      // In a sequence turned round the first step of music stands last.
      const varies = masked && !carrying && !x.reversed;
      const block = varies ? plan.rows(width, 1) : lastStep(x.block, steps);
      const said = new Tensor(block, width, 1, x.learns);
      const extent = { width, steps: 1, batch };
      if (varies) plan.add("last", { ...fromWords(x.block), ...toWords(block), ...extent, lengths: plan.lengths });
      plan.whenGoingBack(() => {
        if (!said.touched || !x.learns) return;
        const from = said.gradient!, to = plan.contributeSum(x);
        if (varies) plan.add("lastGradient", { ...fromWords(from), ...toWords(to), ...extent, lengths: plan.lengths });
        else plan.addRows(from, lastStep(to, steps), width, 1, 1);
      });
      return said;
    },
  };
}
