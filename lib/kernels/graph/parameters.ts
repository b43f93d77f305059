import type { Engine } from "../engine/engine.ts";
import { type PackedPart, panelRows } from "../layer_shape.ts";
import { Program } from "../engine/program.ts";
import type { GraphWeight } from "./graph_shape.ts";
import { padded } from "./tensor.ts";

/** Where a weight goes in a matrix of panels. */
export interface MatrixPart extends PackedPart {
  /** Its place in the shape's weights. */
  weight: number;
}

/** A matrix in panels of 16 columns. */
export interface Matrix {
  /** Bytes from the beginning of the parameters. */
  offset: number;
  /** Rows that count. */
  depth: number;
  columns: number;
  panelRows: number;
  /** Which rows and how many the transpose has; `inputs` beyond the row of the bias. */
  transpose?: { paddedUnits: number; inputs: number };
  /** Floats before its transpose. */
  transposed: number;
  /** Rows of weights with two dimensions. */
  decays: { firstRow: number; rows: number }[];
}

/** Rows of floats: a table, or a vector. */
export interface Table {
  /** Bytes from the beginning of the parameters. */
  offset: number;
  /** Bytes of a row. */
  row: number;
  rows: number;
}

/** How one weight comes into the flat parameters, and out of them. */
interface Part {
  length: number;
  add(program: Program, parameters: number, plain: number, back: boolean): void;
}

/**
 * All weights of a graph in one piece of memory, and what belongs to each: the
 * gradients of every thread, Adam's moments, the average, the transposes.
 */
export class Parameters {
  /** Of one copy. */
  floats = 0;
  readonly #weights: readonly GraphWeight[];
  readonly #parts: (Part | undefined)[];
  readonly #matrices = new Map<string, Matrix>();
  readonly #tables = new Map<number, Table>();
  #transposedFloats = 0;
  #engine!: Engine;
  #taken: number[] = [];
  /** Addresses: of the parameters, the first thread's gradients, both moments, and the average if there is one. */
  parameters = 0;
  gradients = 0;
  moments: [number, number] = [0, 0];
  average = 0;
  /** The sum of the gradients' squares, one float64 a thread, 64 bytes apart. */
  squares = 0;
  #transposed = 0;
  #staging = 0;
  #program!: Program;

  constructor(weights: readonly GraphWeight[]) {
    this.#weights = weights;
    this.#parts = new Array(weights.length);
  }

  /** A matrix of these weights; the same one if it has been asked for before. */
  matrix(
    options: { depth: number; columns: number; parts: readonly MatrixPart[]; transpose?: Matrix["transpose"] },
  ): Matrix {
    const { depth, columns, parts, transpose } = options;
    const key = JSON.stringify([depth, columns, parts]);
    let matrix = this.#matrices.get(key);
    if (!matrix) {
      const rows = panelRows(depth);
      matrix = { offset: this.floats * 4, depth, columns, panelRows: rows, transposed: 0, decays: [] };
      this.floats += columns * rows;
      this.#matrices.set(key, matrix);
      for (const part of parts) this.#addPart(matrix, part);
    }
    if (transpose && !matrix.transpose) {
      matrix.transpose = transpose;
      matrix.transposed = this.#transposedFloats;
      this.#transposedFloats += columns * (transpose.paddedUnits + padded(transpose.inputs));
    }
    return matrix;
  }

  #addPart(matrix: Matrix, { weight, ...part }: MatrixPart): void {
    const { shape } = this.#weights[weight];
    const { offset, panelRows } = matrix;
    // Layers side by side have the same rows.
    const { firstRow, rows } = part;
    const isKnown = matrix.decays.some((decay) => decay.firstRow === firstRow);
    if (shape.length > 1 && !isKnown) matrix.decays.push({ firstRow, rows });
    this.#own(weight, {
      length: part.rows * part.groups * part.units,
      add: (program, parameters, plain, back) =>
        program.add(back ? "unpack" : "pack", { ...part, plain, panels: parameters + offset, panelRows }),
    });
  }

  /** A weight as rows of as many floats as its last dimension has. */
  table(weight: number): Table {
    const known = this.#tables.get(weight);
    if (known) return known;
    const { shape } = this.#weights[weight];
    const width = shape.at(-1)!, rows = product(shape) / width;
    const table = { offset: this.floats * 4, row: padded(width) * 4, rows };
    this.floats += rows * padded(width);
    this.#tables.set(weight, table);
    this.#own(weight, {
      length: rows * width,
      add: (program, parameters, plain, back) => {
        const packed = { at: parameters + table.offset, row: table.row }, flat = { at: plain, row: width * 4 };
        const [from, to] = back ? [packed, flat] : [flat, packed];
        program.add("copy", {
          ...{ from: from.at, fromRow: from.row, fromStep: 0, to: to.at, toRow: to.row, toStep: 0 },
          ...{ width, steps: 1, batch: rows },
        });
      },
    });
    return table;
  }

  #own(weight: number, part: Part): void {
    const { name, shape } = this.#weights[weight];
    if (this.#parts[weight]) throw new TypeError(`Cannot make a graph: ${name} is a weight of two different layers`);
    if (product(shape) !== part.length) {
      throw new RangeError(`Cannot make a graph: ${name} must have ${part.length} numbers, has the shape [${shape}]`);
    }
    this.#parts[weight] = part;
  }

  /** Takes the memory; after that nothing more can be asked for. */
  allocate(engine: Engine): void {
    const missing = this.#parts.findIndex((part) => !part);
    if (missing >= 0) throw new RangeError(`Cannot make a graph: no layer has ${this.#weights[missing]?.name}`);
    this.#engine = engine;
    const { floats } = this;
    this.parameters = this.#take(floats);
    this.gradients = this.#take(floats * engine.threads);
    this.moments = [this.#take(floats), this.#take(floats)];
    this.squares = this.#take(16 * engine.threads);
    this.#transposed = this.#take(this.#transposedFloats);
    this.#staging = this.#take(Math.max(1, ...this.#parts.map((part) => part!.length)));
    this.#program = new Program(engine.arena);
  }

  #take(floats: number): number {
    const at = this.#engine.arena.take(floats);
    this.#taken.push(at);
    return at;
  }

  /** Address of a matrix, of its gradient and of its transpose. */
  of(matrix: Matrix) {
    return {
      weights: this.parameters + matrix.offset,
      gradient: this.gradients + matrix.offset,
      gradientThread: this.floats * 4,
      transposed: this.#transposed + matrix.transposed * 4,
    };
  }

  /** Begins the average with the weights as they are, if there is none. */
  keepAverage(): void {
    if (this.average) return;
    this.average = this.#take(this.floats);
    this.#engine.arena.copy(this.parameters, this.average, this.floats);
  }

  /** Ends the average. */
  forgetAverage(): void {
    if (!this.average) return;
    this.#engine.arena.give(this.average);
    this.#taken.splice(this.#taken.indexOf(this.average), 1);
    this.average = 0;
  }

  /** Brings all transposes up to date: after any change of the weights. */
  addTransposes(program: Program): void {
    for (const { offset, panelRows, columns, transpose, transposed } of this.#matrices.values()) {
      if (!transpose) continue;
      program.add("transpose", {
        ...{ panels: this.parameters + offset, panelRows, columns },
        ...{ to: this.#transposed + transposed * 4, ...transpose },
      });
    }
  }

  /** All weights with two or more dimensions times `keep`. */
  addDecay(program: Program, keep: number): void {
    for (const { offset, panelRows, columns, decays } of this.#matrices.values()) {
      for (const rows of decays) {
        program.add("decay", {
          ...{ panels: this.parameters + offset, panelRows, panelCount: columns / 16, keep },
          ...rows,
        });
      }
    }
    for (const [weight, { offset, row, rows }] of this.#tables) {
      if (this.#weights[weight].shape.length < 2) continue;
      const panelRows = rows * row / 64;
      program.add("decay", {
        ...{ panels: this.parameters + offset, panelRows, panelCount: 1, firstRow: 0, rows: panelRows, keep },
      });
    }
  }

  /** Numbers in tfjs's order into one of the copies. */
  put(address: number, values: readonly Float32Array[]): void {
    if (values.length !== this.#parts.length) {
      throw new RangeError(`This graph has ${this.#parts.length} weights, got ${values.length}`);
    }
    this.#parts.forEach((part, i) => {
      if (values[i].length !== part!.length) {
        throw new RangeError(
          `${this.#weights[i].name} must have ${part!.length} numbers, got ${values[i].length}`,
        );
      }
    });
    this.#parts.forEach((part, i) => {
      this.#engine.arena.floats.set(values[i], this.#staging / 4);
      part!.add(this.#program.begin(), address, this.#staging, false);
      this.#engine.execute(this.#program.end(), 1);
    });
    if (address !== this.parameters) return;
    this.addTransposes(this.#program.begin());
    this.#engine.execute(this.#program.end(), 1);
  }

  /** One of the copies in tfjs's order. */
  get(address: number): Float32Array[] {
    return this.#parts.map((part) => {
      part!.add(this.#program.begin(), address, this.#staging, true);
      this.#engine.execute(this.#program.end(), 1);
      const start = this.#staging / 4;
      return new Float32Array(this.#engine.arena.floats.subarray(start, start + part!.length));
    });
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#program.dispose();
    for (const at of this.#taken.splice(0)) this.#engine.arena.give(at);
  }
}

/** How many numbers a shape has. */
export function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
