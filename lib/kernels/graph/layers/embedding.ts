import { type NodeOf, type Operation, refuse, type Surroundings } from "../operation.ts";
import { fromWords, Tensor, toWords } from "../tensor.ts";

/** A row of a table for each class. Its gradient is added up row by row, in the order of the rows. */
export function embedding(node: NodeOf<"embedding">, around: Surroundings): Operation {
  const { signals: [{ classes }], parameters } = around;
  const [weight] = node.weights;
  const [rows, width] = around.weights[weight].shape;
  if (classes === undefined) refuse(node, "must read classes, it reads numbers");
  if (classes > rows) refuse(node, `has a table of ${rows} rows for ${classes} classes`);
  const table = parameters.table(weight);
  return {
    width,
    lower(plan, [x]) {
      const { steps } = x, batch = plan.extent.size;
      const to = around.place(node.name, plan, steps) ?? plan.rows(width, steps);
      const said = new Tensor(to, width, steps, true);
      const { at, row, step } = x.block;
      const classWords = { classes: at, classesRow: row, classesStep: step, tableRow: table.row };
      const extent = { width, steps, batch };
      plan.add("embed", { ...classWords, table: parameters.parameters + table.offset, ...toWords(to), ...extent });
      plan.whenGoingBack(() => {
        if (!said.touched) return;
        plan.add("embedGradient", {
          ...classWords,
          gradient: parameters.gradients + table.offset,
          gradientThread: parameters.floats * 4,
          ...fromWords(said.gradient!),
          ...extent,
          clear: plan.accumulates(table) ? 0 : table.rows * table.row / 4,
        });
      });
      return said;
    },
  };
}
