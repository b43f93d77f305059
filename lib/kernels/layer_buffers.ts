import type { Arena } from "./engine/arena.ts";
import { type LayerShape, PANEL, roundUp, rowBytes, scratchFloats } from "./layer_shape.ts";

/** Rows of numbers: an address, and the bytes from row to row of the batch and from step to step. */
export interface Block {
  at: number;
  row: number;
  step: number;
}

/** Where a layer's weights are. */
export interface LayerWeights {
  weights: number;
  /** 0 where there is no backward pass. */
  transposed: number;
  /** The first thread's gradient. */
  gradient: number;
  /** Bytes to the next thread's. */
  gradientThread: number;
}

/** How much a layer is to compute at once. */
export interface Extent {
  batch: number;
  steps: number;
  /** Whether to keep what the backward pass needs. */
  training: boolean;
  /** Whether the gradient of the inputs is wanted. */
  inputGradient: boolean;
  /** Whether the gradient of the initial state is wanted. */
  initialGradient: boolean;
  /** Threads that share the batch. */
  threads: number;
  /**
   * Whether the inputs' share stands in the gates before FORWARD, and the weights are the hidden state's alone.
   *
   * @default {false}
   */
  projected?: boolean;
}

/** Places in the record that FORWARD and BACKWARD want, in words. */
const OUTPUT_GRADIENT = 22, LENGTHS = 34, TICKS = 36;

/** The buffers of one recurrent layer, for one forward pass and the backward pass that follows. */
export class LayerBuffers {
  /** Address of the record that FORWARD and BACKWARD want. */
  readonly record: number;
  /** Hidden states, the initial one first. */
  readonly hidden: Block;
  /** Where the inputs go. */
  readonly inputs: Block;
  /** Gates of all steps; at inference only the current ones, unless they are projected. */
  readonly gates: Block;
  /** Cell states, the initial one first; at inference there is only the current one. Of an LSTM only. */
  readonly cells: Block;
  /** Gradient of the hidden state: of the final one before BACKWARD, of the initial one after it. */
  readonly hiddenGradient: Block;
  /** The same of the cell state. */
  readonly cellGradient: Block;
  /** Gradient of the inputs, if wanted. */
  readonly inputGradient: Block;
  readonly #arena: Arena;
  readonly #taken: number[] = [];

  /** Takes the memory; after that {@linkcode goBackFrom} says where the gradient comes from. */
  constructor(arena: Arena, readonly shape: LayerShape, readonly extent: Extent, weights: LayerWeights) {
    this.#arena = arena;
    const { batch, steps, training, projected = false } = extent;
    const { paddedUnits } = shape;
    const block = (width: number, steps: number) => takeRows((floats) => this.#take(floats), { width, steps, batch });
    const empty: Block = { at: 0, row: 0, step: 0 };
    this.hidden = block(shape.panelRows, steps + 1);
    this.inputs = { ...this.hidden, at: this.hidden.at + (paddedUnits + 1) * 4 };
    const gates = this.gates = block(shape.columns, training || projected ? steps : 1);
    this.cells = block(paddedUnits, training ? steps + 1 : 1);
    if (!training && !projected) gates.step = 0;
    if (!training) this.cells.step = 0;
    this.hiddenGradient = training ? block(paddedUnits, 1) : empty;
    this.cellGradient = training ? block(paddedUnits, 1) : empty;
    this.inputGradient = training && extent.inputGradient ? block(roundUp(shape.inputs, PANEL), steps) : empty;
    const scratch = scratchFloats(Math.ceil(batch / extent.threads), shape.depth, shape.columns);
    const scratchAt = training && !projected ? this.#take(scratch * extent.threads) : 0;
    this.record = this.#take(48);
    // In the order of Layer in lib/kernels/assembly/records.ts.
    arena.ints.set([
      shape.cell === "lstm" ? 0 : 1,
      ...[batch, steps, shape.inputs, paddedUnits],
      ...[this.hidden.at, this.hidden.row, this.hidden.step],
      ...[gates.at, gates.row, gates.step],
      ...[this.cells.at, this.cells.row, this.cells.step],
      ...[weights.weights, shape.panelRows, weights.transposed, weights.gradient, weights.gradientThread],
      ...[this.hiddenGradient.at, this.cellGradient.at, this.hiddenGradient.row],
      ...[0, 0, 0, 0, 0],
      ...[this.inputGradient.at, this.inputGradient.row, this.inputGradient.step],
      extent.initialGradient ? 1 : 0,
      ...[scratchAt, scratch * 4],
      projected ? 1 : 0,
    ], this.record / 4);
    writeOnes(arena, this.hidden, paddedUnits, { steps: steps + 1, batch });
  }

  /**
   * Says what the layers above leave: nothing (0 steps, as it is at first), the gradient of the last output (1), or of
   * all; `width` floats per row.
   */
  goBackFrom({ at, row, step, width, steps }: Block & { width: number; steps: number }): void {
    this.#arena.ints.set([at, row, step, width, steps], this.record / 4 + OUTPUT_GRADIENT);
  }

  /**
   * Lets the layer stand still where there is no music.
   *
   * @param lengths Address of an int32 for each example.
   * @param reversed Whether the last step comes first.
   */
  mask(lengths: number, reversed: boolean): void {
    this.#arena.ints.set([lengths, reversed ? 1 : 0], this.record / 4 + LENGTHS);
  }

  /**
   * Lets the layer stand still where it is not told to move on.
   *
   * @param ticks An int32 for each example and step: 0 where its state stays.
   */
  moveAt({ at, row, step }: Block): void {
    this.#arena.ints.set([at, row, step], this.record / 4 + TICKS);
  }

  /** Hidden states from the first step's on: the outputs. */
  get outputs(): Block {
    return { ...this.hidden, at: this.hidden.at + this.hidden.step };
  }

  /** The hidden state after the last step. */
  get finalHidden(): Block {
    return { ...this.hidden, at: this.hidden.at + this.extent.steps * this.hidden.step };
  }

  /** The cell state after the last step. */
  get finalCell(): Block {
    return { ...this.cells, at: this.cells.at + this.extent.steps * this.cells.step };
  }

  #take(floats: number): number {
    const at = this.#arena.take(floats);
    this.#taken.push(at);
    return at;
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const at of this.#taken.splice(0)) this.#arena.give(at);
  }
}

/** How many rows there are, and how wide they are. */
export interface Extents {
  /** Floats of a row. */
  width: number;
  steps: number;
  batch: number;
}

/** Takes memory for rows: of each example an odd number, for the reason that {@linkcode rowBytes} has. */
export function takeRows(take: (floats: number) => number, { width, steps, batch }: Extents): Block {
  const step = rowBytes(width), row = (steps | 1) * step;
  return { at: take(batch * row / 4), row, step };
}

/** The ones that a bias meets, in one column of all rows; nothing ever overwrites them. */
export function writeOnes(
  { floats }: Arena,
  { at, row, step }: Block,
  column: number,
  { steps, batch }: Omit<Extents, "width">,
): void {
  for (let example = 0; example < batch; example++) {
    for (let t = 0; t < steps; t++) floats[(at + example * row + t * step) / 4 + column] = 1;
  }
}

/** The words of the instruction `copy`. */
export function copyWords(from: Block, to: Block, extents: Extents) {
  return { from: from.at, fromRow: from.row, fromStep: from.step, ...zeroWords(to, extents) };
}

/** The words of the instruction `zero`. */
export function zeroWords(to: Block, extents: Extents) {
  return { to: to.at, toRow: to.row, toStep: to.step, ...extents };
}
