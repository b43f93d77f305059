// A recurrent layer over a whole sequence, for the rows of the batch that one thread has.
import { chunkSteps, gradient } from "./gradient";
import { gruCandidate, gruCandidateBackward, gruGates, gruResetBackward } from "./gru";
import { lstmBackward, lstmForward } from "./lstm";
import { multiply } from "./multiply";
import { Layer } from "./records";
import { beat, share } from "./share";

const GRU: i32 = 1;

/** Columns of `rows` that the weights meet: hidden state, a one for the bias, inputs. */
function depth(layer: Layer): i32 {
  return layer.paddedUnits + 1 + layer.inputs;
}

/** The next multiple of four: what is beyond meets zeros. */
function fours(n: i32): i32 {
  return (n + 3) & ~3;
}

export function forward(layer: Layer, thread: i32, threads: i32): void {
  const first = share(layer.batch, thread, threads);
  const rows = share(layer.batch, thread + 1, threads) - first;
  const step = <usize> layer.batch * layer.rowsRow;
  let input = layer.rows + <usize> first * layer.rowsRow;
  let gates = layer.gates + <usize> first * layer.gatesRow;
  let cell = layer.cells + <usize> first * layer.cellsRow;
  for (let t = 0; t < layer.steps; t++) {
    if (layer.cell === GRU) gruStep(layer, input, gates, cell, input + step, rows);
    else lstmStep(layer, input, gates, cell, input + step, rows);
    input += step;
    gates += layer.gatesStep;
    cell += layer.cellsStep;
    beat(thread);
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
    false,
  );
  lstmForward(layer, gates, cell, cell + layer.cellsStep, hidden, rows);
}

function gruStep(layer: Layer, input: usize, gates: usize, kept: usize, hidden: usize, rows: i32): void {
  const units = layer.paddedUnits, panel = <usize> layer.panelRows << 6;
  const pair = units >> 3, single = units >> 4;
  const all = fours(depth(layer));
  multiply(input, layer.rowsRow, all, layer.weights, panel, pair, gates, layer.gatesRow, 64, rows, false);
  gruGates(layer, gates, input, kept, rows);
  // The candidate's share: the inputs and the bias first, then the hidden state as far as the reset gate lets it.
  const weights = layer.weights + <usize> pair * panel;
  const candidate = gates + (<usize> units << 3);
  const inputs = input + (<usize> units << 2), inputWeights = weights + (<usize> units << 6);
  multiply(inputs, layer.rowsRow, all - units, inputWeights, panel, single, candidate, layer.gatesRow, 64, rows, false);
  multiply(kept, layer.cellsRow, units, weights, panel, single, candidate, layer.gatesRow, 64, rows, true);
  gruCandidate(layer, gates, input, hidden, rows);
}

export function backward(layer: Layer, thread: i32, threads: i32): void {
  const first = share(layer.batch, thread, threads);
  const rows = share(layer.batch, thread + 1, threads) - first;
  const weightGradient = layer.weightGradient + <usize> thread * layer.weightGradientThread;
  const scratch = layer.scratch + <usize> thread * layer.scratchThread;
  const step = <usize> layer.batch * layer.rowsRow;
  const input = layer.rows + <usize> first * layer.rowsRow;
  const gates = layer.gates + <usize> first * layer.gatesRow;
  const cell = layer.cells + <usize> first * layer.cellsRow;
  const steps = layer.steps;
  if (rows === 0) {
    memory.fill(weightGradient, 0, <usize> (layer.panelRows * gateCount(layer) * layer.paddedUnits) << 2);
    return;
  }
  const chunk = chunkSteps(rows);
  let pending = 0;
  for (let t = steps - 1; t >= 0; t--) {
    const inputNow = input + <usize> t * step;
    const gatesNow = gates + <usize> t * layer.gatesStep;
    const cellNow = cell + <usize> t * layer.cellsStep;
    addOutputGradient(layer, t, first, rows);
    if (layer.cell === GRU) gruStepBackward(layer, t, inputNow, gatesNow, first, rows);
    else lstmStepBackward(layer, t, gatesNow, cellNow, inputNow + step, first, rows);
    if (layer.inputGradient) passToInputs(layer, t, gatesNow, first, rows);
    if (++pending === chunk || t === 0) {
      const later = t + pending < steps;
      if (layer.cell === GRU) {
        gruWeights(layer, inputNow, gatesNow, cellNow, pending, rows, weightGradient, scratch, later);
      } else lstmWeights(layer, inputNow, gatesNow, pending, rows, weightGradient, scratch, later);
      pending = 0;
    }
    beat(thread);
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
  let to = layer.hiddenGradient + <usize> first * layer.cellsRow;
  const width = layer.outputGradientWidth;
  for (let row = 0; row < rows; row++) {
    let unit = 0;
    for (; unit + 4 <= width; unit += 4) {
      const at = <usize> unit << 2;
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
    }
    for (; unit < width; unit++) {
      const at = <usize> unit << 2;
      store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
    }
    from += layer.outputGradientRow;
    to += layer.cellsRow;
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
  const offset = <usize> first * layer.cellsRow;
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
    layer.cellsRow,
    64,
    rows,
    false,
  );
}

function gruStepBackward(layer: Layer, t: i32, input: usize, gates: usize, first: i32, rows: i32): void {
  const units = layer.paddedUnits, panels = units >> 4;
  const panel = <usize> (units * 3) << 6;
  const offset = <usize> first * layer.cellsRow;
  const hidden = layer.hiddenGradient + offset, product = layer.cellGradient + offset;
  gruCandidateBackward(layer, gates, input, hidden, rows);
  const candidate = gates + (<usize> units << 3), candidateWeights = layer.transposed + (<usize> units << 7);
  multiply(candidate, layer.gatesRow, units, candidateWeights, panel, panels, product, layer.cellsRow, 64, rows, false);
  gruResetBackward(layer, gates, input, product, hidden, rows);
  if (t === 0 && !layer.initialGradient) return;
  multiply(gates, layer.gatesRow, units << 1, layer.transposed, panel, panels, hidden, layer.cellsRow, 64, rows, true);
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
  const step = <usize> layer.batch * layer.rowsRow, panel = <usize> layer.panelRows << 6;
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
  const units = layer.paddedUnits, step = <usize> layer.batch * layer.rowsRow, panel = <usize> layer.panelRows << 6;
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
