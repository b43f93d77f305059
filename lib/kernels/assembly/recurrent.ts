// A recurrent layer over a whole sequence, for the rows of the batch that one thread has.
import { copyFloats } from "./arrange";
import { addRow } from "./elementwise";
import { chunkSteps, gradient } from "./gradient";
import { gruCandidate, gruCandidateBackward, gruGates, gruResetBackward } from "./gru";
import { lstmBackward, lstmForward } from "./lstm";
import { multiply } from "./multiply";
import { Layer } from "./records";
import { beat, place, share } from "./share";

const GRU: i32 = 1;

/** Columns of `rows` that the weights meet: hidden state and, where the inputs are not in the gates, a one and they. */
function depth(layer: Layer): i32 {
  return layer.paddedUnits + (layer.projected ? 0 : 1 + layer.inputs);
}

/** The next multiple of four: what is beyond meets zeros. */
function fours(n: i32): i32 {
  return (n + 3) & ~3;
}

/** Whether the layer moves on at a step of an example: there is music, and it has not been told to stand still. */
function movesOn(layer: Layer, t: i32, example: i32): bool {
  if (layer.ticks && !load<i32>(place(layer.ticks, layer.ticksRow, layer.ticksStep, example, t))) return false;
  if (!layer.lengths) return true;
  return (layer.reversed ? layer.steps - 1 - t : t) < load<i32>(layer.lengths + (<usize> example << 2));
}

/** How many of the next `rows` examples are alike: all move on, or all stand still. */
function run(layer: Layer, t: i32, first: i32, rows: i32): i32 {
  if (!layer.lengths && !layer.ticks) return rows;
  const moves = movesOn(layer, t, first);
  let count = 1;
  while (count < rows && movesOn(layer, t, first + count) === moves) count++;
  return count;
}

export function forward(layer: Layer, thread: i32, threads: i32): void {
  const end = share(layer.batch, thread + 1, threads);
  for (let t = 0; t < layer.steps; t++) {
    for (let first = share(layer.batch, thread, threads); first < end;) {
      const rows = run(layer, t, first, end - first);
      const input = place(layer.rows, layer.rowsRow, layer.rowsStep, first, t), hidden = input + layer.rowsStep;
      const gates = place(layer.gates, layer.gatesRow, layer.gatesStep, first, t);
      const cell = place(layer.cells, layer.cellsRow, layer.cellsStep, first, t);
      if (!movesOn(layer, t, first)) standStill(layer, input, gates, cell, hidden, rows);
      else if (layer.cell === GRU) gruStep(layer, input, gates, cell, hidden, rows);
      else lstmStep(layer, input, gates, cell, hidden, rows);
      first += rows;
    }
    beat(thread);
  }
}

/** The state stays, and gates of 0 let no gradient through to any weight. */
function standStill(layer: Layer, input: usize, gates: usize, cell: usize, hidden: usize, rows: i32): void {
  const bytes = <usize> layer.paddedUnits << 2;
  for (let row = 0; row < rows; row++) {
    copyFloats(hidden, input, bytes);
    memory.fill(gates, 0, bytes * gateCount(layer));
    if (layer.cell !== GRU) copyFloats(cell + layer.cellsStep, cell, bytes);
    input += layer.rowsRow;
    hidden += layer.rowsRow;
    gates += layer.gatesRow;
    cell += layer.cellsRow;
  }
}

function lstmStep(layer: Layer, input: usize, gates: usize, cell: usize, hidden: usize, rows: i32): void {
  const panel = <usize> layer.panelRows << 6;
  const panels = layer.paddedUnits >> 2;
  multiply(
    input,
    layer.rowsRow,
    fours(depth(layer)),
    layer.weights,
    panel,
    panels,
    gates,
    layer.gatesRow,
    64,
    rows,
    layer.projected !== 0,
  );
  lstmForward(layer, gates, cell, cell + layer.cellsStep, hidden, rows);
}

function gruStep(layer: Layer, input: usize, gates: usize, kept: usize, hidden: usize, rows: i32): void {
  const units = layer.paddedUnits, panel = <usize> layer.panelRows << 6;
  const pair = units >> 3, single = units >> 4;
  const all = fours(depth(layer));
  const projected = layer.projected !== 0;
  multiply(input, layer.rowsRow, all, layer.weights, panel, pair, gates, layer.gatesRow, 64, rows, projected);
  gruGates(layer, gates, input, kept, rows);
  // The candidate's share: the inputs and the bias first, then the hidden state as far as the reset gate lets it.
  const weights = layer.weights + <usize> pair * panel;
  const candidate = gates + (<usize> units << 3);
  const inputs = input + (<usize> units << 2), inputWeights = weights + (<usize> units << 6);
  if (!projected) {
    multiply(inputs, layer.rowsRow, all - units, inputWeights, panel, single, candidate, layer.gatesRow, 64, rows, false);
  }
  multiply(kept, layer.cellsRow, units, weights, panel, single, candidate, layer.gatesRow, 64, rows, true);
  gruCandidate(layer, gates, input, hidden, rows);
}

export function backward(layer: Layer, thread: i32, threads: i32): void {
  const first = share(layer.batch, thread, threads);
  const rows = share(layer.batch, thread + 1, threads) - first;
  const weightGradient = layer.weightGradient + <usize> thread * layer.weightGradientThread;
  const scratch = layer.scratch + <usize> thread * layer.scratchThread;
  const steps = layer.steps, projected = layer.projected !== 0;
  if (rows === 0) {
    if (!projected) memory.fill(weightGradient, 0, <usize> (layer.panelRows * gateCount(layer) * layer.paddedUnits) << 2);
    return;
  }
  const chunk = chunkSteps(rows);
  let pending = 0;
  for (let t = steps - 1; t >= 0; t--) {
    const input = place(layer.rows, layer.rowsRow, layer.rowsStep, first, t);
    const gates = place(layer.gates, layer.gatesRow, layer.gatesStep, first, t);
    const cell = place(layer.cells, layer.cellsRow, layer.cellsStep, first, t);
    addOutputGradient(layer, t, first, rows);
    for (let row = 0; row < rows;) {
      const alike = run(layer, t, first + row, rows - row);
      if (movesOn(layer, t, first + row)) stepBackward(layer, t, input, gates, cell, first, row, alike);
      row += alike;
    }
    if (layer.inputGradient) passToInputs(layer, t, gates, first, rows);
    if (!projected && (++pending === chunk || t === 0)) {
      const later = t + pending < steps;
      if (layer.cell === GRU) {
        gruWeights(layer, input, gates, cell, pending, rows, weightGradient, scratch, later);
      } else lstmWeights(layer, input, gates, pending, rows, weightGradient, scratch, later);
      pending = 0;
    }
    beat(thread);
  }
}

/** `rows` examples from number `row` of this thread's on; addresses are those of its first. */
function stepBackward(
  layer: Layer,
  t: i32,
  input: usize,
  gates: usize,
  cell: usize,
  first: i32,
  row: i32,
  rows: i32,
): void {
  const rowInput = input + <usize> row * layer.rowsRow, rowGates = gates + <usize> row * layer.gatesRow;
  if (layer.cell === GRU) gruStepBackward(layer, t, rowInput, rowGates, first + row, rows);
  else {
    const rowCell = cell + <usize> row * layer.cellsRow;
    lstmStepBackward(layer, t, rowGates, rowCell, rowInput + layer.rowsStep, first + row, rows);
  }
}

function gateCount(layer: Layer): i32 {
  return layer.cell === GRU ? 3 : 4;
}

/** Adds what the layers above say of this step's output to the gradient of the hidden state. */
function addOutputGradient(layer: Layer, t: i32, first: i32, rows: i32): void {
  const index = t - (layer.steps - layer.outputGradientSteps);
  if (index < 0) return;
  let from = layer.outputGradient + <usize> index * layer.outputGradientStep + <usize> first * layer.outputGradientRow;
  let to = layer.hiddenGradient + <usize> first * layer.stateGradientRow;
  for (let row = 0; row < rows; row++) {
    addRow(from, layer.outputGradientWidth, to, 1);
    from += layer.outputGradientRow;
    to += layer.stateGradientRow;
  }
}

function lstmStepBackward(
  layer: Layer,
  t: i32,
  gates: usize,
  cell: usize,
  nextHidden: usize,
  first: i32,
  rows: i32,
): void {
  const offset = <usize> first * layer.stateGradientRow;
  const hidden = layer.hiddenGradient + offset;
  lstmBackward(layer, gates, cell, nextHidden, hidden, layer.cellGradient + offset, rows);
  if (t === 0 && !layer.initialGradient) return;
  const all = layer.paddedUnits << 2;
  const panels = layer.paddedUnits >> 4;
  multiply(
    gates,
    layer.gatesRow,
    all,
    layer.transposed,
    <usize> all << 6,
    panels,
    hidden,
    layer.stateGradientRow,
    64,
    rows,
    false,
  );
}

function gruStepBackward(layer: Layer, t: i32, input: usize, gates: usize, first: i32, rows: i32): void {
  const units = layer.paddedUnits, panels = units >> 4;
  const panel = <usize> (units * 3) << 6;
  const offset = <usize> first * layer.stateGradientRow;
  const hidden = layer.hiddenGradient + offset, product = layer.cellGradient + offset;
  gruCandidateBackward(layer, gates, input, hidden, rows);
  const candidate = gates + (<usize> units << 3), candidateWeights = layer.transposed + (<usize> units << 7);
  multiply(candidate, layer.gatesRow, units, candidateWeights, panel, panels, product, layer.stateGradientRow, 64, rows, false);
  gruResetBackward(layer, gates, input, product, hidden, rows);
  if (t === 0 && !layer.initialGradient) return;
  multiply(gates, layer.gatesRow, units << 1, layer.transposed, panel, panels, hidden, layer.stateGradientRow, 64, rows, true);
}

/** The gradient of this step's inputs. */
function passToInputs(layer: Layer, t: i32, gates: usize, first: i32, rows: i32): void {
  const all = layer.paddedUnits * gateCount(layer);
  const panel = <usize> all << 6;
  const weights = layer.transposed + <usize> (layer.paddedUnits >> 4) * panel;
  const to = layer.inputGradient + <usize> t * layer.inputGradientStep + <usize> first * layer.inputGradientRow;
  const panels = (layer.inputs + 15) >> 4;
  multiply(gates, layer.gatesRow, all, weights, panel, panels, to, layer.inputGradientRow, 64, rows, false);
}

function lstmWeights(
  layer: Layer,
  input: usize,
  gates: usize,
  steps: i32,
  rows: i32,
  to: usize,
  scratch: usize,
  accumulate: bool,
): void {
  const step = layer.rowsStep, panel = <usize> layer.panelRows << 6;
  const panels = layer.paddedUnits >> 2;
  const columns = depth(layer);
  gradient(
    input,
    layer.rowsRow,
    step,
    columns,
    to,
    panel,
    panels,
    gates,
    layer.gatesRow,
    layer.gatesStep,
    steps,
    rows,
    scratch,
    accumulate,
  );
}

/** The candidate's weights met `r · h` instead of the hidden state. */
function gruWeights(
  layer: Layer,
  input: usize,
  gates: usize,
  kept: usize,
  steps: i32,
  rows: i32,
  to: usize,
  scratch: usize,
  accumulate: bool,
): void {
  const units = layer.paddedUnits, step = layer.rowsStep, panel = <usize> layer.panelRows << 6;
  const pair = units >> 3, single = units >> 4;
  gradient(
    input,
    layer.rowsRow,
    step,
    depth(layer),
    to,
    panel,
    pair,
    gates,
    layer.gatesRow,
    layer.gatesStep,
    steps,
    rows,
    scratch,
    accumulate,
  );
  const candidate = gates + (<usize> units << 3);
  const hiddenPart = to + <usize> pair * panel;
  gradient(
    kept,
    layer.cellsRow,
    layer.cellsStep,
    units,
    hiddenPart,
    panel,
    single,
    candidate,
    layer.gatesRow,
    layer.gatesStep,
    steps,
    rows,
    scratch,
    accumulate,
  );
  gradient(
    input + (<usize> units << 2),
    layer.rowsRow,
    step,
    depth(layer) - units,
    hiddenPart + (<usize> units << 6),
    panel,
    single,
    candidate,
    layer.gatesRow,
    layer.gatesStep,
    steps,
    rows,
    scratch,
    accumulate,
  );
}
