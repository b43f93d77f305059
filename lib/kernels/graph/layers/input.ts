import { type NodeOf, type Operation, refuse, type Surroundings } from "../operation.ts";
import { ridesAlong } from "./recurrent.ts";
import { Tensor } from "../tensor.ts";

/** What comes from outside. Classes stay where they are put; numbers get rows, unless a recurrent layer copies them. */
export function input(node: NodeOf<"input">, around: Surroundings): Operation {
  const { name, width, classes } = node;
  if (!Number.isInteger(width) || width < 1) refuse(node, `must have a whole width above 0, got ${width}`);
  if (classes !== undefined && width !== 1) refuse(node, `has classes and must have the width 1, got ${width}`);
  const copied = around.readers(name).every((reader) =>
    (reader.op === "lstm" || reader.op === "gru") && ridesAlong(reader, width, around)
  );
  const countsFrom = (name: string): boolean =>
    around.readers(name).every((reader) => reader.op === "shift" || (reader.op === "last" && countsFrom(reader.name)));
  const lowest = countsFrom(name) ? -1 : 0;
  return {
    width,
    classes,
    lower(plan) {
      const steps = plan.extent.steps[name], { size } = plan.extent, length = size * steps * width;
      const staging = { name, length, classes, lowest, at: plan.take(length), row: steps * width * 4, step: width * 4 };
      plan.inputs.push(staging);
      if (classes !== undefined || copied) return new Tensor(staging, width, steps, false);
      const to = around.place(name, plan, steps) ?? plan.rows(width, steps);
      plan.copy(staging, to, width, steps);
      return new Tensor(to, width, steps, false);
    },
  };
}
