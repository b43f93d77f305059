import type { Arena } from "./arena.ts";

const FROM = ["from", "fromRow", "fromStep"] as const;
const TO = ["to", "toRow", "toStep"] as const;
const SAVED = ["saved", "savedRow", "savedStep"] as const;
const CLASSES = ["classes", "classesRow", "classesStep"] as const;
const EXTENT = ["width", "steps", "batch"] as const;
const PACK = [
  ...["plain", "rows", "panels", "firstRow", "panelRows"] as const,
  ...["groups", "units", "paddedUnits", "firstColumn"] as const,
] as const;
const LOSS = [
  ...["outputs", "outputsRow", "outputsStep", "steps", "batch", "column", "classes"] as const,
  ...["targets", "scale", "result"] as const,
] as const;
const SHIFT = [
  ...FROM,
  ...TO,
  ...["classes", "modulo", "farthest", "steps", "batch", "anchors", "anchorRow", "anchorStep", "accumulate"] as const,
] as const;

/**
 * The instructions: their codes, and the words that follow, in the order of
 * the records in lib/kernels/assembly/, where they are described. Addresses and
 * distances are in bytes.
 */
const INSTRUCTIONS = {
  copy: [2, ...FROM, ...TO, ...EXTENT],
  zero: [3, ...TO, ...EXTENT],
  pack: [4, ...PACK],
  unpack: [5, ...PACK],
  transpose: [6, "panels", "panelRows", "columns", "to", "paddedUnits", "inputs"],
  forward: [7, "record"],
  backward: [8, "record"],
  multiply: [
    9,
    ...["a", "aRow", "aStep", "depth", "panels", "panelRows", "panelCount"] as const,
    ...["c", "cRow", "cStep", "steps", "batch", "accumulate"] as const,
  ],
  gradient: [
    10,
    ...["a", "aRow", "aStep", "depth", "gradient", "gradientThread", "panelCount"] as const,
    ...["b", "bRow", "bStep", "steps", "batch", "panelRows", "scratch", "scratchThread"] as const,
    "accumulate",
  ],
  crossEntropy: [11, ...LOSS],
  pressedError: [12, ...LOSS, "pressure"],
  reduce: [13, "gradients", "gradientsThread", "floats", "result"],
  adam: [
    14,
    ...["parameters", "gradients", "firstMoments", "secondMoments", "floats"] as const,
    ...["rate", "beta1", "beta2", "secondScale", "epsilon", "squares", "clipNorm"] as const,
    ...["average", "averageDecay"] as const,
  ],
  add: [15, ...FROM, "fromWidth", ...TO, "toWidth", ...EXTENT, "accumulate"],
  product: [
    16,
    ...["a", "aRow", "aStep", "aWidth", "b", "bRow", "bStep", "bWidth"] as const,
    ...TO,
    "toWidth",
    ...EXTENT,
    "accumulate",
  ],
  embed: [17, ...CLASSES, "table", "tableRow", ...TO, ...EXTENT],
  embedGradient: [18, ...CLASSES, "gradient", "gradientThread", "tableRow", ...FROM, ...EXTENT, "clear"],
  dropout: [19, ...FROM, ...TO, ...EXTENT, "seed", "salt", "threshold", "scale", "accumulate"],
  curve: [20, ...FROM, ...TO, ...EXTENT, "kind"],
  curveGradient: [21, ...FROM, ...TO, ...SAVED, ...EXTENT, "kind", "accumulate"],
  normalize: [22, ...FROM, ...TO, ...EXTENT, "gamma", "beta", "statistics", "epsilon"],
  normalizeGradient: [
    23,
    ...FROM,
    ...TO,
    ...SAVED,
    ...EXTENT,
    ...["gamma", "gammaGradient", "betaGradient", "gradientThread", "statistics", "accumulate", "clear"] as const,
  ],
  shift: [24, ...SHIFT],
  shiftGradient: [25, ...SHIFT],
  last: [26, ...FROM, ...TO, ...EXTENT, "lengths"],
  lastGradient: [27, ...FROM, ...TO, ...EXTENT, "lengths"],
  decay: [28, "panels", "panelRows", "panelCount", "firstRow", "rows", "keep"],
  attention: [29, "record"],
  attentionGradient: [30, "record"],
  recall: [31, "record"],
} as const;

/** Words that are float32; all others are unsigned integers. */
const FLOATS = new Set<string>([
  ...["pressure", "epsilon"],
  ...["rate", "beta1", "beta2", "secondScale", "clipNorm", "averageDecay", "keep"],
]);

/** One of dropout; the losses have an address. */
const isFloat = (name: string, field: string) => FLOATS.has(field) || (name === "dropout" && field === "scale");

/** The instructions. */
export type Name = keyof typeof INSTRUCTIONS;
/** The words of an instruction. */
export type Words<N extends Name> = Record<Extract<typeof INSTRUCTIONS[N][number], string>, number>;

/** Words of an instruction. */
const LENGTH = 32;

/** Instructions that a program has room for at first. */
const ROOM = 48;

const END = 0, BARRIER = 1;

/** What the threads of an engine are to do: instructions in the shared memory. */
export class Program {
  /** Where the threads find it. */
  at: number;
  readonly #arena: Arena;
  #room = ROOM;
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
      const memory = isFloat(name, field) ? this.#arena.floats : this.#arena.ints;
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
    if (this.#next === this.#room) this.#grow();
    const at = this.at / 4 + this.#next++ * LENGTH;
    this.#arena.ints[at] = code;
    return at;
  }

  #grow(): void {
    const from = this.at, words = LENGTH * this.#room;
    this.#room *= 2;
    this.at = this.#arena.take(LENGTH * this.#room);
    this.#arena.copy(from, this.at, words);
    this.#arena.give(from);
  }
}
