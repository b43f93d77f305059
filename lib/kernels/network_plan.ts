import type { Engine } from "./engine.ts";
import { type Block, copyWords, LayerBuffers, zeroWords } from "./layer_buffers.ts";
import { roundUp, rowBytes, scratchFloats } from "./layer_shape.ts";
import type { NetworkSizes } from "./network_shape.ts";
import type { Program } from "./program.ts";

/** How much a {@linkcode NetworkPlan} computes at once. */
export interface PlanExtent {
  /** Examples in a batch. */
  size: number;
  /** Steps in time. */
  steps: number;
  /** Whether the heads read every step instead of the last. */
  every: boolean;
  /** Whether a backward pass follows. */
  training: boolean;
}

/** Addresses of a network's numbers. */
export interface NetworkMemory {
  /** Flat parameters. */
  parameters: number;
  /** The first thread's gradients, as the parameters. */
  gradients: number;
  /** Bytes to the next thread's. */
  gradientsThread: number;
  /** Each layer's transposed weights, then the heads'. */
  transposed: readonly number[];
}

/** The buffers of a network for one size of batch, and the instructions that go over them. */
export class NetworkPlan {
  /** Where the inputs are put, `[size][steps][inputs]`. */
  readonly inputs: Block;
  /** Where the targets of each head are put, `[size][steps or 1]`. */
  readonly targets: readonly number[];
  /** The heads' outputs, side by side; after a loss their gradients. */
  readonly outputs: Block;
  /** The sum of each head's loss, one float64 a thread, 64 bytes apart. */
  readonly losses: readonly number[];
  /** Threads that share the batch. */
  readonly threads: number;
  readonly #layers: LayerBuffers[] = [];
  readonly #scratch: { at: number; bytes: number };
  readonly #outputGradient: Block;
  readonly #sizes: NetworkSizes;
  readonly #memory: NetworkMemory;
  readonly #engine: Engine;
  readonly #scales: number;
  readonly #taken: number[] = [];

  constructor(engine: Engine, sizes: NetworkSizes, memory: NetworkMemory, readonly extent: PlanExtent) {
    this.#engine = engine;
    this.#sizes = sizes;
    this.#memory = memory;
    const { size, steps, training } = extent;
    const { layers, heads } = sizes;
    const outputSteps = this.outputSteps;
    const threads = this.threads = engine.threadsFor(2 * size * steps * sizes.floats);
    const block = (width: number): Block => {
      const row = rowBytes(width);
      return { at: this.#take(size * outputSteps * row / 4), row, step: size * row };
    };
    const inputs = layers[0].inputs;
    this.inputs = { at: this.#take(size * steps * inputs), row: steps * inputs * 4, step: inputs * 4 };
    this.targets = heads.heads.map(() => this.#take(size * outputSteps));
    this.losses = heads.heads.map(() => this.#take(16 * threads));
    this.#scales = this.#take(heads.heads.length);
    this.outputs = block(heads.columns);
    const scratch = training ? scratchFloats(Math.ceil(size / threads), heads.depth, heads.columns) : 0;
    this.#scratch = { at: this.#take(scratch * threads), bytes: scratch * 4 };
    this.#outputGradient = training ? block(heads.paddedUnits) : { at: 0, row: 0, step: 0 };
    // From the last layer to the first: what one leaves for its inputs is what the one below goes back from.
    let above = { ...this.#outputGradient, width: heads.paddedUnits, steps: training ? outputSteps : 0 };
    for (let i = layers.length - 1; i >= 0; i--) {
      const buffers = new LayerBuffers(
        engine.arena,
        layers[i],
        { batch: size, steps, training, inputGradient: i > 0, initialGradient: false, threads },
        {
          weights: memory.parameters + sizes.offsets[i],
          transposed: memory.transposed[i],
          gradient: memory.gradients + sizes.offsets[i],
          gradientThread: memory.gradientsThread,
        },
      );
      buffers.goBackFrom(above);
      this.#layers.unshift(buffers);
      above = { ...buffers.inputGradient, width: layers[i].inputs, steps: training ? steps : 0 };
    }
  }

  /** Steps that the heads read. */
  get outputSteps(): number {
    return this.extent.every ? this.extent.steps : 1;
  }

  /** The last layer's hidden states that the heads read. */
  get #read(): Block {
    const last = this.#layers.at(-1)!;
    return this.extent.every ? last.outputs : last.finalHidden;
  }

  /** From the inputs to the heads' outputs. */
  addForward(program: Program): void {
    const { size: batch, steps, training } = this.extent;
    const { heads, offsets } = this.#sizes;
    let from = this.inputs;
    for (const layer of this.#layers) {
      program.add("copy", copyWords(from, layer.inputs, { width: layer.shape.inputs, steps, batch }));
      // At inference the cell state is overwritten; in training its first slot stays 0.
      const state = { width: layer.shape.paddedUnits, steps: 1, batch };
      if (!training && layer.shape.cell === "lstm") program.add("zero", zeroWords(layer.cells, state));
      program.add("forward", { record: layer.record });
      from = layer.outputs;
    }
    const read = this.#read;
    program.add("multiply", {
      ...{ a: read.at, aRow: read.row, aStep: read.step, depth: roundUp(heads.depth, 4) },
      ...{ panels: this.#memory.parameters + offsets.at(-1)!, panelRows: heads.panelRows },
      ...{ panelCount: heads.columns / 16, c: this.outputs.at, cRow: this.outputs.row, cStep: this.outputs.step },
      ...{ steps: this.outputSteps, batch, accumulate: 0 },
    });
  }

  /** From the heads' outputs to their losses and gradients. */
  addLosses(program: Program): void {
    const { heads, firstColumns } = this.#sizes.heads;
    const { size: batch } = this.extent;
    const steps = this.outputSteps;
    heads.forEach((head, i) => {
      const words = {
        ...{ outputs: this.outputs.at, outputsRow: this.outputs.row, outputsStep: this.outputs.step, steps, batch },
        ...{ column: firstColumns[i], classes: head.size, targets: this.targets[i], result: this.losses[i] },
        scale: this.#scales + i * 4,
      };
      this.#engine.arena.floats[words.scale / 4] = head.weight / (batch * steps);
      if (head.loss === "crossEntropy") program.add("crossEntropy", words);
      else program.add("pressedError", { ...words, pressure: head.pressure });
    });
  }

  /** From the gradients of the heads' outputs to those of all parameters, summed over the threads. */
  addBackward(program: Program, squares: number): void {
    const { size: batch } = this.extent;
    const { heads, offsets, floats } = this.#sizes;
    const { gradients, gradientsThread, transposed } = this.#memory;
    const read = this.#read, said = this.outputs, steps = this.outputSteps;
    program.add("gradient", {
      ...{ a: read.at, aRow: read.row, aStep: read.step, depth: heads.depth },
      ...{ gradient: gradients + offsets.at(-1)!, gradientThread: gradientsThread, panelCount: heads.columns / 16 },
      ...{ b: said.at, bRow: said.row, bStep: said.step, steps, batch, panelRows: heads.panelRows },
      ...{ scratch: this.#scratch.at, scratchThread: this.#scratch.bytes, accumulate: 0 },
    });
    const to = this.#outputGradient;
    program.add("multiply", {
      ...{ a: said.at, aRow: said.row, aStep: said.step, depth: heads.columns },
      ...{ panels: transposed.at(-1)!, panelRows: heads.columns, panelCount: heads.paddedUnits / 16 },
      ...{ c: to.at, cRow: to.row, cStep: to.step, steps, batch, accumulate: 0 },
    });
    for (const layer of this.#layers.toReversed()) {
      const state = { width: layer.shape.paddedUnits, steps: 1, batch };
      program.add("zero", zeroWords(layer.hiddenGradient, state));
      program.add("zero", zeroWords(layer.cellGradient, state));
      program.add("backward", { record: layer.record });
    }
    program.barrier().add("reduce", { gradients, gradientsThread, floats, result: squares });
  }

  /** Each head's loss, summed over the threads and divided by the examples. */
  meanLosses(): Float64Array {
    const doubles = new Float64Array(this.#engine.arena.floats.buffer);
    return Float64Array.from(this.losses, (at) => {
      let sum = 0;
      for (let thread = 0; thread < this.threads; thread++) sum += doubles[at / 8 + thread * 8];
      return sum / (this.extent.size * this.outputSteps);
    });
  }

  #take(floats: number): number {
    const at = this.#engine.arena.take(floats);
    this.#taken.push(at);
    return at;
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const layer of this.#layers) layer.dispose();
    for (const at of this.#taken.splice(0)) this.#engine.arena.give(at);
  }
}
