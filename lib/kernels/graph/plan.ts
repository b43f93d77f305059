import type { Arena } from "../engine/arena.ts";
import type { Engine } from "../engine/engine.ts";
import { type Block, copyWords, takeRows, writeOnes, zeroWords } from "../layer_buffers.ts";
import { CHUNK, scratchFloats } from "../layer_shape.ts";
import { type Name, Program, type Words } from "../engine/program.ts";
import type { Matrix, Parameters } from "./parameters.ts";
import { padded, Tensor } from "./tensor.ts";

/** How much a plan computes at once, and what for. */
export interface Extent {
  /** Examples. */
  size: number;
  /** Steps of each input. */
  steps: Readonly<Record<string, number>>;
  /** Whether a backward pass follows. */
  training: boolean;
  /** Whether the examples have lengths. */
  masked: boolean;
  /** Whether what the layers remember is carried from one call to the next. */
  carrying: boolean;
  /** Threads that share the examples. */
  threads: number;
}

/** Where a batch's numbers are put: `[size][steps][width]`. */
export interface Staging extends Block {
  name: string;
  length: number;
  classes?: number;
  /** The lowest class: -1 where it only says from where to count, or from nowhere. */
  lowest: number;
}

/** What goes from event to event. */
export interface Carried {
  /** Takes over what another of the same kind carries. */
  copyFrom(other: this): void;
  /** Gets ready for an event. */
  beforeEvent?(): void;
}

/** A piece of memory that is carried. */
class Piece implements Carried {
  readonly #arena: Arena;

  constructor(arena: Arena, readonly at: number, readonly floats: number) {
    this.#arena = arena;
  }

  copyFrom({ at }: this): void {
    this.#arena.copy(at, this.at, this.floats);
  }
}

/** Writes one into a program. */
export type Instruction = (program: Program) => void;

/** The buffers of a graph for one size of batch, and the instructions that go over them. */
export class Plan {
  /** One int32 an example: the steps that are music. */
  readonly lengths: number;
  /** One uint32: decides the masks of dropout. */
  readonly seed: number;
  /** Where the numbers of each input are put. */
  readonly inputs: Staging[] = [];
  /** What is carried from call to call. */
  readonly states: Carried[] = [];
  readonly #engine: Engine;
  readonly #taken: number[] = [];
  readonly #free = new Map<string, Block[]>();
  readonly #back: (() => void)[] = [];
  readonly #known = new Set<object>();
  readonly #owned: { dispose(): void }[] = [];
  #instructions: Instruction[] = [];
  #scratch = { at: 0, floats: 0 };

  constructor(engine: Engine, readonly parameters: Parameters, readonly extent: Extent) {
    this.#engine = engine;
    this.lengths = this.take(extent.size);
    this.seed = this.take(1);
  }

  /** The memory. */
  get arena(): Arena {
    return this.#engine.arena;
  }

  /** Takes memory for as long as the plan lives. */
  take(floats: number): number {
    const at = this.#engine.arena.take(floats);
    this.#taken.push(at);
    return at;
  }

  /** Has something disposed of together with the plan. */
  own<T extends { dispose(): void }>(thing: T): T {
    this.#owned.push(thing);
    return thing;
  }

  /** Says that a piece of memory is to be carried. */
  carry(at: number, floats: number): void {
    this.states.push(new Piece(this.arena, at, floats));
  }

  /** Takes over what another plan of the same graph carries, and its inputs. */
  copyStates(other: Plan): void {
    this.states.forEach((state, i) => state.copyFrom(other.states[i]));
    this.inputs.forEach(({ at, length }, i) => this.arena.copy(other.inputs[i].at, at, length));
  }

  /** Rows of floats, and beside each a one for the bias. */
  rows(width: number, steps: number): Block {
    const batch = this.extent.size, column = padded(width);
    const block = takeRows((floats) => this.take(floats), { width: column + 1, steps, batch });
    writeOnes(this.arena, block, column, { steps, batch });
    return block;
  }

  /** Appends an instruction. */
  add<N extends Name>(name: N, words: Words<N>): void {
    this.#instructions.push((program) => program.add(name, words));
  }

  /** Appends a place where all threads wait for each other. */
  barrier(): void {
    this.#instructions.push((program) => program.barrier());
  }

  /** What has been appended since the last time. */
  collect(): Instruction[] {
    return this.#instructions.splice(0);
  }

  /** Says how to go back through what has just been appended. */
  whenGoingBack(append: () => void): void {
    if (this.extent.training) this.#back.push(append);
  }

  /** Goes back through everything, from the last to the first. */
  goBack(): void {
    for (const append of this.#back.splice(0).reverse()) append();
  }

  /** Where to leave a part of a tensor's gradient, and whether others have left theirs there. */
  contribute(tensor: Tensor): { to: Block; accumulate: 0 | 1 } {
    const accumulate = tensor.touched ? 1 : 0;
    tensor.touched = true;
    tensor.gradient ??= tensor.lend?.() ?? this.borrow(tensor.width, tensor.steps);
    return { to: tensor.gradient, accumulate };
  }

  /** The same where it can only be added to. */
  contributeSum(tensor: Tensor): Block {
    const { to, accumulate } = this.contribute(tensor);
    if (!accumulate) this.zero(to, tensor.width, tensor.steps);
    return to;
  }

  /** Sets rows to 0. */
  zero(block: Block, width: number, steps: number): void {
    this.add("zero", zeroWords(block, { width, steps, batch: this.extent.size }));
  }

  /** Copies rows. */
  copy(from: Block, to: Block, width: number, steps: number): void {
    this.add("copy", copyWords(from, to, { width, steps, batch: this.extent.size }));
  }

  /** Adds rows to others, or puts them there. */
  addRows(from: Block, to: Block, width: number, steps: number, accumulate: 0 | 1): void {
    const words = copyWords(from, to, { width, steps, batch: this.extent.size });
    this.add("add", { ...words, fromWidth: width, toWidth: width, accumulate });
  }

  /**
   * Rows for a while; several tensors of one shape can have the same.
   *
   * @param layout Which columns are written, if not all: the others must stay 0, for whoever has the rows next too.
   */
  borrow(width: number, steps: number, layout = ""): Block {
    return this.#free.get(`${width} ${steps} ${layout}`)?.pop() ?? this.rows(width, steps);
  }

  /** Gives borrowed rows back. */
  release(block: Block, width: number, steps: number, layout = ""): void {
    const key = `${width} ${steps} ${layout}`;
    this.#free.set(key, [...this.#free.get(key) ?? [], block]);
  }

  /** Whether a piece of the parameters gets its first gradient here: 1 if another part is there already. */
  accumulates(piece: object): 0 | 1 {
    if (this.#known.has(piece)) return 1;
    this.#known.add(piece);
    return 0;
  }

  /** The product of a tensor's rows and a matrix. */
  multiply(from: Block, depth: number, matrix: Matrix, to: Block, steps: number, accumulate: 0 | 1 = 0): void {
    this.add("multiply", {
      ...{ a: from.at, aRow: from.row, aStep: from.step, depth },
      ...{ panels: this.parameters.of(matrix).weights, panelRows: matrix.panelRows, panelCount: matrix.columns / 16 },
      ...{ c: to.at, cRow: to.row, cStep: to.step, steps, batch: this.extent.size, accumulate },
    });
  }

  /** The product of a gradient's rows and a transposed matrix. */
  multiplyBack(from: Block, matrix: Matrix, to: Block, width: number, steps: number, accumulate: 0 | 1): void {
    this.add("multiply", {
      ...{ a: from.at, aRow: from.row, aStep: from.step, depth: matrix.columns },
      ...{ panels: this.parameters.of(matrix).transposed, panelRows: matrix.columns, panelCount: padded(width) / 16 },
      ...{ c: to.at, cRow: to.row, cStep: to.step, steps, batch: this.extent.size, accumulate },
    });
  }

  /** The gradient of a part of a matrix: `depth` rows and `columns` columns from its first one on. */
  gradient(
    matrix: Matrix,
    part: { from: Block; depth: number; by: Block; steps: number; firstColumn?: number; columns?: number },
    accumulate: 0 | 1,
  ): void {
    const { from, by, depth, steps, firstColumn = 0, columns = matrix.columns } = part;
    const { gradient, gradientThread } = this.parameters.of(matrix);
    const scratch = this.shareScratch(scratchFloats(CHUNK, depth, columns));
    this.#instructions.push((program) =>
      program.add("gradient", {
        ...{ a: from.at, aRow: from.row, aStep: from.step, depth },
        ...{ gradient: gradient + firstColumn * matrix.panelRows * 4, gradientThread, panelCount: columns / 16 },
        ...{ b: by.at, bRow: by.row, bStep: by.step, steps, batch: this.extent.size, panelRows: matrix.panelRows },
        ...{ scratch: scratch.at, scratchThread: scratch.floats * 4, accumulate },
      })
    );
  }

  /** Room that each thread needs for a while, one for all instructions: known in full when the programs are written. */
  shareScratch(floats: number): Readonly<{ at: number; floats: number }> {
    this.#scratch.floats = Math.max(this.#scratch.floats, floats);
    return this.#scratch;
  }

  /** Does something when the instructions become a program, and all memory is taken. */
  whenWritten(write: () => void): void {
    this.#instructions.push(write);
  }

  /** Makes a program of instructions. */
  program(instructions: readonly Instruction[]): Program {
    const { floats } = this.#scratch;
    if (floats && !this.#scratch.at) this.#scratch.at = this.take(floats * this.extent.threads);
    const program = this.own(new Program(this.#engine.arena)).begin();
    for (const append of instructions) append(program);
    return program.end();
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const thing of this.#owned.splice(0)) thing.dispose();
    for (const at of this.#taken.splice(0)) this.#engine.arena.give(at);
  }
}
