import { LayerBuffers } from "../../layer_buffers.ts";
import { LayerShape, PANEL, roundUp } from "../../layer_shape.ts";
import { type NodeOf, type Operation, refuse, type Surroundings } from "../operation.ts";
import { backwards, columns, padded, Tensor } from "../tensor.ts";

type Recurrent = NodeOf<"lstm" | "gru">;

/**
 * Whether so few numbers come in that they ride beside the hidden state. More are multiplied for all steps at once,
 * before the first: a product of many rows takes half the time of as many of a few.
 */
export function ridesAlong(node: Recurrent, width: number, around: Pick<Surroundings, "shared">): boolean {
  return width < PANEL && !around.shared(node.weights);
}

/** A recurrent layer; one that reads two nodes moves on only where the second says so. */
export function recurrent(node: Recurrent, around: Surroundings): Operation {
  const { signals: [{ width }, told], parameters } = around;
  if (told && told.classes !== 2) refuse(node, "must read two classes as its ticks: stay, and move on");
  if (told && node.backwards) refuse(node, "cannot have ticks and go backwards");
  const [kernel, recurrentKernel] = node.weights;
  const [rows, gateColumns] = around.weights[kernel].shape;
  if (rows !== width) refuse(node, `reads ${width} numbers, its kernel has ${rows} rows`);
  const units = around.weights[recurrentKernel].shape[0];
  const rides = ridesAlong(node, width, around);
  const shape = new LayerShape(node.op, rides ? width : 0, units);
  if (gateColumns !== shape.gates * units) refuse(node, `must have a kernel of ${shape.gates * units} columns`);
  const { paddedUnits, columns: all } = shape;
  const parts = shape.parts.map((part, i) => ({ ...part, weight: node.weights[i] }));
  const [kernelPart, recurrentPart, biasPart] = parts;
  const state = parameters.matrix({
    depth: shape.depth,
    columns: all,
    parts: rides ? parts : [recurrentPart],
    transpose: { paddedUnits, inputs: rides ? width : 0 },
  });
  const projection = rides ? undefined : parameters.matrix({
    depth: padded(width) + 1,
    columns: all,
    parts: [{ ...kernelPart, rows: width, firstRow: 0 }, { ...biasPart, firstRow: padded(width) }],
    transpose: { paddedUnits: padded(width), inputs: 0 },
  });

  return {
    width: units,
    lower(plan, [x, ticks]) {
      const { size: batch, training, masked, carrying, threads } = plan.extent;
      const { steps } = x;
      const from = node.backwards ? backwards(x.block, steps) : x.block;
      const inputGradient = training && rides && x.learns;
      const extent = { batch, steps, training, inputGradient, initialGradient: false, threads, projected: !rides };
      const layer = plan.own(new LayerBuffers(plan.arena, shape, extent, parameters.of(state)));
      const reversed = x.reversed !== node.backwards;
      if (masked && steps > 1) layer.mask(plan.lengths, reversed);
      if (ticks) {
        if (ticks.steps !== steps) refuse(node, `reads ${steps} steps, and ticks of ${ticks.steps}`);
        if (reversed) refuse(node, "cannot have ticks in a sequence turned round");
        layer.moveAt(ticks.block);
      }
      if (carrying) {
        plan.copy(layer.outputs, layer.hidden, paddedUnits, 1);
        plan.carry(layer.hidden.at, layer.hidden.row / 4);
        plan.carry(layer.cells.at, layer.cells.row / 4);
      }
      if (projection) plan.multiply(from, roundUp(projection.depth, 4), projection, layer.gates, steps);
      else plan.copy(from, layer.inputs, width, steps);
      // At inference the cell state is overwritten; in training its first slot stays 0.
      if (!training && !carrying && node.op === "lstm") plan.zero(layer.cells, paddedUnits, 1);
      plan.add("forward", { record: layer.record });
      const said = node.every
        ? new Tensor(layer.outputs, units, steps, true, reversed)
        : new Tensor(layer.finalHidden, units, 1, true);
      plan.whenGoingBack(() => {
        if (!said.touched) return;
        plan.zero(layer.hiddenGradient, paddedUnits, 1);
        plan.zero(layer.cellGradient, paddedUnits, 1);
        layer.goBackFrom({ ...said.gradient!, width: units, steps: said.steps });
        plan.add("backward", { record: layer.record });
        const { hidden, gates, cells } = layer;
        if (projection) {
          const candidate = 2 * paddedUnits, isGru = node.op === "gru";
          const accumulate = plan.accumulates(state);
          const hiddenColumns = isGru ? candidate : all;
          const part = { from: hidden, depth: paddedUnits, by: gates, steps, columns: hiddenColumns };
          plan.gradient(state, part, accumulate);
          // The candidate's weights met what the reset gate let through.
          if (isGru) {
            const rest = { from: cells, by: columns(gates, candidate), firstColumn: candidate, columns: paddedUnits };
            plan.gradient(state, { ...part, ...rest }, accumulate);
          }
          const inputs = { from, depth: projection.depth, by: gates, steps };
          plan.gradient(projection, inputs, plan.accumulates(projection));
        }
        if (!x.learns) return;
        const { to, accumulate } = plan.contribute(x);
        const back = node.backwards ? backwards(to, steps) : to;
        if (projection) plan.multiplyBack(gates, projection, back, width, steps, accumulate);
        else plan.addRows(layer.inputGradient, back, width, steps, accumulate);
      });
      return said;
    },
  };
}
