import type { Arena } from "./engine/arena.ts";
import type { Engine } from "./engine/engine.ts";
import { type Block, copyWords, LayerBuffers, zeroWords } from "./layer_buffers.ts";
import { type Cell, LayerShape } from "./layer_shape.ts";
import { Program } from "./engine/program.ts";

/** What a {@linkcode RecurrentPass} is made for. */
export interface RecurrentShape {
  /** Which cell: LSTM with the gates input, forget, candidate, output; GRU with update, reset, candidate. */
  cell: Cell;
  /** Examples in a batch. */
  batch: number;
  /** Steps in time. */
  steps: number;
  /** Numbers that come in at a step. */
  inputs: number;
  /** Width of the hidden state. */
  units: number;
  /** Whether a backward pass will follow: keeps the gates of all steps. */
  training: boolean;
  /**
   * Whether the outputs of all steps are wanted instead of the last.
   *
   * @default {false}
   */
  sequences?: boolean;
  /**
   * Whether the gradient of the inputs is wanted.
   *
   * @default {false}
   */
  inputGradient?: boolean;
}

/** A state of a recurrent layer, or its gradient. */
export interface RecurrentState {
  /** Hidden state, shape [batch, units]. */
  h: Float32Array;
  /** Cell state of an LSTM, shape [batch, units]. */
  c?: Float32Array;
}

/** Weights of a recurrent layer, in the order of tfjs, or their gradients. */
export interface RecurrentWeights {
  /** Shape [inputs, gates * units]. */
  kernel: Float32Array;
  /** Shape [units, gates * units]. */
  recurrentKernel: Float32Array;
  /** Shape [gates * units]. */
  bias: Float32Array;
}

/** What {@linkcode RecurrentPass.forward} returns: copies. */
export interface RecurrentResult extends RecurrentState {
  /** Shape [batch, steps, units] or, of the last step alone, [batch, units]. */
  outputs: Float32Array;
}

/** What {@linkcode RecurrentPass.backward} returns: copies. */
export interface RecurrentGradients extends RecurrentWeights, RecurrentState {
  /** Shape [batch, steps, inputs], if it was wanted. */
  inputs?: Float32Array;
}

/**
 * One recurrent layer on the kernel: a forward pass, and the backward pass that
 * belongs to it. Several may be alive at once.
 */
export class RecurrentPass {
  readonly #engine: Engine;
  readonly #arena: Arena;
  readonly #shape: LayerShape;
  readonly #buffers: LayerBuffers;
  readonly #program: Program;
  readonly #plain: { kernel: number; recurrentKernel: number; bias: number };
  readonly #weights: { weights: number; transposed: number; gradient: number; gradientThread: number };
  /** Inputs, then their gradient, as tfjs has them; outputs likewise; both states. */
  readonly #staging: { inputs: Block; outputs: Block; h: Block; c: Block };
  readonly #squares: number;
  readonly #taken: number[] = [];
  readonly #threads: number;
  #alive = false;

  /**
   * Takes the memory that a pass of this shape needs.
   *
   * @throws {RangeError} If a size is no whole number above 0.
   * @throws {KernelError} If there is not that much memory.
   */
  constructor(engine: Engine, readonly shape: RecurrentShape) {
    for (const key of ["batch", "steps", "inputs", "units"] as const) {
      if (!Number.isInteger(shape[key]) || shape[key] < 1) {
        throw new RangeError(
          `Cannot compute a recurrent layer: ${key} must be a whole number above 0, got ${shape[key]}`,
        );
      }
    }
    this.#engine = engine;
    this.#arena = engine.arena;
    const { batch, steps, inputs, units, training, sequences = false, inputGradient = false } = shape;
    const layer = this.#shape = new LayerShape(shape.cell, inputs, units);
    this.#threads = engine.threadsFor(2 * batch * steps * layer.depth * layer.columns);
    const take = (floats: number) => {
      const at = this.#arena.take(floats);
      this.#taken.push(at);
      return at;
    };
    const outputSteps = sequences ? steps : 1;
    this.#program = new Program(this.#arena);
    const [kernel, recurrentKernel, bias] = layer.plainFloats.map(take);
    this.#plain = { kernel, recurrentKernel, bias };
    this.#weights = {
      weights: take(layer.weightFloats),
      transposed: training ? take(layer.transposedFloats(inputGradient)) : 0,
      gradient: training ? take(layer.weightFloats * this.#threads) : 0,
      gradientThread: layer.weightFloats * 4,
    };
    const plainBlock = (width: number, steps: number): Block => ({
      at: take(batch * steps * width),
      row: steps * width * 4,
      step: width * 4,
    });
    this.#staging = {
      inputs: plainBlock(inputs, steps),
      outputs: plainBlock(units, outputSteps),
      h: plainBlock(units, 1),
      c: plainBlock(units, 1),
    };
    this.#squares = take(16 * this.#threads);
    this.#buffers = new LayerBuffers(
      this.#arena,
      layer,
      { batch, steps, training, inputGradient, initialGradient: true, threads: this.#threads },
      this.#weights,
    );
    this.#buffers.goBackFrom({ ...this.#staging.outputs, width: units, steps: outputSteps });
  }

  /** Numbers in the inputs, the outputs and a state. */
  get #counts() {
    const { batch, steps, inputs, units, sequences } = this.shape;
    return { inputs: batch * steps * inputs, outputs: batch * (sequences ? steps : 1) * units, state: batch * units };
  }

  /**
   * Computes the layer's outputs.
   *
   * @param call.inputs Shape [batch, steps, inputs].
   * @param call.weights As tfjs has them.
   * @param call.state What the layer begins with; zeros if it is missing.
   * @throws {RangeError} If an array has another length than the shape says.
   */
  forward(call: { inputs: Float32Array; weights: RecurrentWeights; state?: RecurrentState }): RecurrentResult {
    const { batch, steps, inputs, units, sequences = false } = this.shape;
    const { hidden, cells, inputs: rows, outputs, finalHidden, finalCell, record } = this.#buffers;
    const staging = this.#staging, layer = this.#shape, plain = this.#plain;
    const [kernelFloats, recurrentFloats, biasFloats] = layer.plainFloats;
    this.#put("inputs", call.inputs, staging.inputs.at, this.#counts.inputs);
    this.#put("kernel", call.weights.kernel, plain.kernel, kernelFloats);
    this.#put("recurrent kernel", call.weights.recurrentKernel, plain.recurrentKernel, recurrentFloats);
    this.#put("bias", call.weights.bias, plain.bias, biasFloats);

    const program = this.#program.begin();
    this.#addParts(program, "pack", this.#weights.weights);
    program.add("copy", copyWords(staging.inputs, rows, { width: inputs, steps: steps, batch }));
    this.#begin(program, call.state, hidden, cells);
    program.barrier().add("forward", { record });
    const said = sequences ? outputs : finalHidden;
    program.add("copy", copyWords(said, staging.outputs, { width: units, steps: sequences ? steps : 1, batch }));
    program.add("copy", copyWords(finalHidden, staging.h, { width: units, steps: 1, batch }));
    if (layer.cell === "lstm") program.add("copy", copyWords(finalCell, staging.c, { width: units, steps: 1, batch }));
    this.#engine.execute(program.end(), this.#threads);
    this.#alive = true;
    return { outputs: this.#get(staging.outputs.at, this.#counts.outputs), ...this.#state() };
  }

  /** Weights into panels, or their gradients out of them. */
  #addParts(program: Program, name: "pack" | "unpack", panels: number): void {
    const { kernel, recurrentKernel, bias } = this.#plain, { parts, panelRows } = this.#shape;
    const plain = [kernel, recurrentKernel, bias];
    parts.forEach((part, i) => program.add(name, { ...part, plain: plain[i], panels, panelRows }));
  }

  /** The beginning of a state, or of its gradient: what is given, otherwise zeros. */
  #begin(program: Program, state: RecurrentState | undefined, hidden: Block, cell: Block): void {
    const { batch, units, cell: kind } = this.shape;
    const put = (name: string, values: Float32Array | undefined, staging: Block, to: Block) => {
      if (!values) return program.add("zero", zeroWords(to, { width: units, steps: 1, batch }));
      this.#put(name, values, staging.at, batch * units);
      program.add("copy", copyWords(staging, to, { width: units, steps: 1, batch }));
    };
    put("hidden state", state?.h, this.#staging.h, hidden);
    if (kind === "lstm") put("cell state", state?.c, this.#staging.c, cell);
  }

  #state(): RecurrentState {
    const h = this.#get(this.#staging.h.at, this.#counts.state);
    return this.shape.cell === "lstm" ? { h, c: this.#get(this.#staging.c.at, this.#counts.state) } : { h };
  }

  /**
   * Goes back through the forward pass that was computed last, once.
   *
   * @param gradients What the loss changes by with the outputs and the final state.
   * @throws {TypeError} If no forward pass came before, or `training` is false.
   * @throws {RangeError} If an array has another length than the shape says.
   */
  backward(gradients: { outputs?: Float32Array } & Partial<RecurrentState>): RecurrentGradients {
    if (!this.#alive || !this.shape.training) {
      throw new TypeError("Cannot go back through a recurrent layer: no forward pass for training came before");
    }
    this.#alive = false;
    const { batch, steps, inputs, inputGradient = false, units } = this.shape;
    const { hiddenGradient, cellGradient, record } = this.#buffers;
    const staging = this.#staging,
      layer = this.#shape,
      { weights, transposed, gradient, gradientThread } = this.#weights;
    const outputs = gradients.outputs ?? new Float32Array(this.#counts.outputs);
    this.#put("gradient of the outputs", outputs, staging.outputs.at, this.#counts.outputs);

    const { panelRows, columns, paddedUnits } = layer;
    const program = this.#program.begin();
    program.add("transpose", {
      ...{ panels: weights, panelRows, columns, to: transposed, paddedUnits },
      inputs: inputGradient ? inputs : 0,
    });
    const { h, c } = gradients;
    this.#begin(program, { h, c } as RecurrentState, hiddenGradient, cellGradient);
    program.barrier().add("backward", { record });
    if (inputGradient) {
      program.add(
        "copy",
        copyWords(this.#buffers.inputGradient, staging.inputs, { width: inputs, steps: steps, batch }),
      );
    }
    program.add("copy", copyWords(hiddenGradient, staging.h, { width: units, steps: 1, batch }));
    if (layer.cell === "lstm") {
      program.add("copy", copyWords(cellGradient, staging.c, { width: units, steps: 1, batch }));
    }
    program.barrier().add("reduce", {
      ...{ gradients: gradient, gradientsThread: gradientThread },
      ...{ floats: layer.weightFloats, result: this.#squares },
    });
    program.barrier();
    this.#addParts(program, "unpack", gradient);
    this.#engine.execute(program.end(), this.#threads);

    const [kernel, recurrentKernel, bias] = layer.plainFloats;
    return {
      kernel: this.#get(this.#plain.kernel, kernel),
      recurrentKernel: this.#get(this.#plain.recurrentKernel, recurrentKernel),
      bias: this.#get(this.#plain.bias, bias),
      ...this.#state(),
      ...(inputGradient ? { inputs: this.#get(staging.inputs.at, this.#counts.inputs) } : {}),
    };
  }

  #put(name: string, values: Float32Array, at: number, count: number): void {
    if (values.length !== count) {
      throw new RangeError(
        `Cannot compute a recurrent layer: the ${name} must have ${count} numbers, got ${values.length}`,
      );
    }
    this.#arena.floats.set(values, at / 4);
  }

  #get(at: number, count: number): Float32Array {
    // A copy outside of the shared memory, which tfjs and structured cloning do not take.
    return new Float32Array(this.#arena.floats.subarray(at / 4, at / 4 + count));
  }

  /** Gives the memory back to the engine. */
  dispose(): void {
    this.#program.dispose();
    this.#buffers.dispose();
    for (const at of this.#taken.splice(0)) this.#arena.give(at);
  }
}
