import type { Arena } from "./arena.ts";

/**
 * The instructions: their codes, and the words that follow, in the order of
 * lib/kernels/assembly/records.ts, where they are described. Addresses and
 * distances are in bytes.
 */
const INSTRUCTIONS = {
  copy: [2, "from", "fromRow", "fromStep", "to", "toRow", "toStep", "width", "steps", "batch"],
  zero: [3, "to", "toRow", "toStep", "width", "steps", "batch"],
  pack: [
    4,
    ...["plain", "rows", "panels", "firstRow", "panelRows", "groups", "units", "paddedUnits", "firstColumn"] as const,
  ],
  unpack: [
    5,
    ...["plain", "rows", "panels", "firstRow", "panelRows", "groups", "units", "paddedUnits", "firstColumn"] as const,
  ],
  transpose: [6, "panels", "panelRows", "columns", "to", "paddedUnits", "inputs"],
  forward: [7, "layer"],
  backward: [8, "layer"],
  multiply: [
    9,
    ...["a", "aRow", "aStep", "depth", "panels", "panelRows", "panelCount"] as const,
    ...["c", "cRow", "cStep", "steps", "batch"] as const,
  ],
  gradient: [
    10,
    ...["a", "aRow", "aStep", "depth", "gradient", "gradientThread", "panelCount"] as const,
    ...["b", "bRow", "bStep", "steps", "batch", "panelRows", "scratch", "scratchThread"] as const,
  ],
  crossEntropy: [
    11,
    ...["outputs", "outputsRow", "outputsStep", "steps", "batch", "column", "classes"] as const,
    ...["targets", "scale", "result"] as const,
  ],
  pressedError: [
    12,
    ...["outputs", "outputsRow", "outputsStep", "steps", "batch", "column", "classes"] as const,
    ...["targets", "scale", "result", "pressure"] as const,
  ],
  reduce: [13, "gradients", "gradientsThread", "floats", "result"],
  adam: [
    14,
    ...["parameters", "gradients", "firstMoments", "secondMoments", "floats"] as const,
    ...["rate", "beta1", "beta2", "secondScale", "epsilon", "squares", "clipNorm"] as const,
  ],
} as const;

/** Words that are float32; all others are unsigned integers. */
const FLOATS = new Set<string>([
  ...["scale", "pressure"],
  ...["rate", "beta1", "beta2", "secondScale", "epsilon", "clipNorm"],
]);

type Name = keyof typeof INSTRUCTIONS;
type Words<N extends Name> = Record<Extract<typeof INSTRUCTIONS[N][number], string>, number>;

/** Words of an instruction. */
const LENGTH = 16;

/** Instructions that a program has room for. */
const ROOM = 96;

const END = 0, BARRIER = 1;

/** What the threads of an engine are to do: instructions in the shared memory. */
export class Program {
  /** Where the threads find it. */
  readonly at: number;
  readonly #arena: Arena;
  #next = 0;

  /** Takes a piece of the memory, until {@linkcode dispose}. */
  constructor(arena: Arena) {
    this.#arena = arena;
    this.at = arena.take(LENGTH * ROOM);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#arena.give(this.at);
  }

  /** Empties it, to be written anew. */
  begin(): this {
    this.#next = 0;
    return this;
  }

  /** Appends an instruction. */
  add<N extends Name>(name: N, words: Words<N>): this {
    const [code, ...fields] = INSTRUCTIONS[name] as readonly [number, ...string[]];
    const at = this.#append(code);
    fields.forEach((field, i) => {
      const memory = FLOATS.has(field) ? this.#arena.floats : this.#arena.ints;
      memory[at + 1 + i] = words[field as keyof Words<N>];
    });
    return this;
  }

  /** Appends a place where every thread waits for all others. */
  barrier(): this {
    this.#append(BARRIER);
    return this;
  }

  /** Appends the end. All threads wait for each other there too. */
  end(): this {
    this.#append(END);
    return this;
  }

  #append(code: number): number {
    if (this.#next === ROOM) throw new RangeError(`A program has room for ${ROOM} instructions`);
    const at = this.at / 4 + this.#next++ * LENGTH;
    this.#arena.ints[at] = code;
    return at;
  }
}
