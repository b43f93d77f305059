/** The recurrent cells that the kernel knows, as tfjs computes them. */
export type Cell = "lstm" | "gru";

/** Columns of a panel, and what units are padded to. */
export const PANEL = 16;

/** `n` rounded up to a multiple of `unit`. */
export function roundUp(n: number, unit: number): number {
  return Math.ceil(n / unit) * unit;
}

/**
 * Bytes of a row of `n` floats: an odd number of cache lines, so that rows do
 * not all fall on the same few places of the cache.
 */
export function rowBytes(n: number): number {
  return (Math.ceil(n / 16) | 1) * 64;
}

/** Rows of a panel for a product of depth `n`: a multiple of 4, 6 and 12, the heights of the kernels' tiles. */
export function panelRows(n: number): number {
  return roundUp(n, 12);
}

/** Rows of the batch that a thread takes at once for a gradient, if no single step has more: CHUNK in assembly/gradient.ts. */
export const CHUNK = 200;

/**
 * Floats that one thread needs beside its other buffers to compute the gradient
 * of a matrix: both factors, in another order.
 *
 * @param rows Rows of the batch that the thread has, at most.
 * @param depth Rows of the matrix.
 * @param columns Columns of the matrix.
 */
export function scratchFloats(rows: number, depth: number, columns: number): number {
  return roundUp((roundUp(depth, 4) + columns) * roundUp(Math.max(rows, CHUNK), 4), 16);
}

/** The sizes of a recurrent layer that do not depend on the batch. Its units are padded, with zeros that stay zeros. */
export class LayerShape {
  /** Number of gates: 4 in an LSTM (input, forget, candidate, output), 3 in a GRU (update, reset, candidate). */
  readonly gates: number;
  /** Units as the kernel has them. */
  readonly paddedUnits: number;
  /** Columns that meet the weights: hidden state, a one for the bias, inputs. */
  readonly depth: number;
  /** Rows of a panel of the weights. */
  readonly panelRows: number;

  constructor(readonly cell: Cell, readonly inputs: number, readonly units: number) {
    this.gates = cell === "lstm" ? 4 : 3;
    this.paddedUnits = roundUp(units, PANEL);
    this.depth = this.paddedUnits + 1 + inputs;
    this.panelRows = panelRows(this.depth);
  }

  /** Columns of the weights. */
  get columns(): number {
    return this.gates * this.paddedUnits;
  }

  /** Floats of the weights in panels. */
  get weightFloats(): number {
    return this.columns * this.panelRows;
  }

  /** Floats of the transposed weights, with the part that leads to the inputs or without it. */
  transposedFloats(inputGradient: boolean): number {
    return this.columns * (this.paddedUnits + (inputGradient ? roundUp(this.inputs, PANEL) : 0));
  }

  /** Where the matrices of tfjs's layer go in the panels: its kernel, recurrent kernel and bias. */
  get parts(): [kernel: PackedPart, recurrentKernel: PackedPart, bias: PackedPart] {
    const { paddedUnits, units, gates: groups } = this;
    const common = { groups, units, paddedUnits, firstColumn: 0 };
    return [
      { ...common, rows: this.inputs, firstRow: paddedUnits + 1 },
      { ...common, rows: units, firstRow: 0 },
      { ...common, rows: 1, firstRow: paddedUnits },
    ];
  }

  /** Floats of these matrices. */
  get plainFloats(): [number, number, number] {
    const columns = this.gates * this.units;
    return [this.inputs * columns, this.units * columns, columns];
  }
}

/** Where a matrix of weights goes in panels: the words of the instructions `pack` and `unpack`, but for the addresses. */
export interface PackedPart {
  rows: number;
  firstRow: number;
  groups: number;
  units: number;
  paddedUnits: number;
  firstColumn: number;
}
