import type { Block } from "../../layer_buffers.ts";
import type { GraphLoss } from "../graph_shape.ts";
import type { Plan } from "../plan.ts";
import type { Tensor } from "../tensor.ts";

/** Where the targets of a loss are put, and what comes of it. */
export interface LossBuffers {
  loss: GraphLoss;
  /** Targets in all: one for each row. */
  length: number;
  width: number;
  steps: number;
  /** Address of the targets, `[size][steps]`. */
  targets: number;
  /** Address of the float by which each row's gradient is multiplied: the weight, by the rows that count. */
  scale: number;
  /** Address of the threads' sums: one float64 a thread, 64 bytes apart. */
  sums: number;
}

/**
 * Appends a loss and, if it is for training, its gradient, which takes the place
 * of the outputs if nobody needs them any more.
 *
 * @param isOnly Whether no other loss reads the node.
 */
export function addLoss(plan: Plan, loss: GraphLoss, x: Tensor, isOnly: boolean): LossBuffers {
  const { size: batch, threads, training } = plan.extent;
  const { width, steps, block } = x;
  if (loss.loss !== "crossEntropy" && width !== 1) {
    throw new RangeError(`Cannot make a graph: ${loss.node} must have the width 1 for ${loss.loss}, has ${width}`);
  }
  if (plan.extent.masked && x.reversed && steps > 1) {
    throw new RangeError(
      `Cannot compute a batch: ${loss.node} comes from the last step to the first, which lengths do not`,
    );
  }
  const length = batch * steps;
  const buffers = { targets: plan.take(length), scale: plan.take(1), sums: plan.take(16 * threads) };
  const add = (at: Block) => {
    const words = {
      ...{ outputs: at.at, outputsRow: at.row, outputsStep: at.step, steps, batch, column: 0, classes: width },
      ...{ targets: buffers.targets, scale: buffers.scale, result: buffers.sums },
    };
    if (loss.loss === "crossEntropy") plan.add("crossEntropy", words);
    else plan.add("pressedError", { ...words, pressure: loss.pressure ?? 0 });
  };
  const addOn = (to: Block) => {
    plan.copy(block, to, width, steps);
    add(to);
  };
  if (training && x.inPlace) {
    add(block);
    Object.assign(x, { gradient: block, touched: true });
  } else if (training) {
    const { to, accumulate } = plan.contribute(x);
    if (!accumulate) addOn(to);
    else {
      const other = plan.borrow(width, steps);
      addOn(other);
      plan.addRows(other, to, width, steps, accumulate);
      plan.release(other, width, steps);
    }
  } else if (isOnly) add(block);
  else {
    const other = plan.borrow(width, steps);
    addOn(other);
    plan.release(other, width, steps);
  }
  return { ...buffers, loss, length, width, steps };
}
