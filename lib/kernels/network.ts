import type { Engine } from "./engine.ts";
import { type NetworkMemory, NetworkPlan, type PlanExtent } from "./network_plan.ts";
import { type NetworkShape, NetworkSizes } from "./network_shape.ts";
import { NotePlayer } from "./note_player.ts";
import { Program } from "./program.ts";

/** What a {@linkcode Network} learns from, or is measured by. */
export interface NetworkBatch {
  /** Shape [size, steps, inputs]. */
  inputs: Float32Array;
  /** Of each head, shape [size], or [size, steps] if `every`: classes as int32, numbers as float32. */
  targets: readonly (Int32Array | Float32Array)[];
  /** Examples. */
  size: number;
  /** Steps in time. */
  steps: number;
  /**
   * Whether the loss counts at every step instead of the last.
   *
   * @default {false}
   */
  every?: boolean;
}

/** One step of Adam: Kingma and Ba (2015), as tfjs and Keras compute it. */
export interface AdamStep {
  /** Step size. */
  learningRate: number;
  /** Decay of the gradients' mean. */
  beta1: number;
  /** Decay of the mean of their squares. */
  beta2: number;
  /** What is added to the root of the squares. */
  epsilon: number;
  /** Which step this is, from 1. */
  iteration: number;
  /**
   * Length to which longer gradients are shortened, all weights together.
   *
   * @default {Infinity}
   */
  clipNorm?: number;
}

/** Sizes of batch whose buffers are kept. */
const PLANS = 4;

/**
 * A whole network on the kernel: recurrent layers, heads, losses and Adam, on
 * parameters of its own. A step of training is one call into each thread.
 */
export class Network {
  readonly #engine: Engine;
  readonly #sizes: NetworkSizes;
  readonly #memory: NetworkMemory;
  readonly #moments: [number, number];
  readonly #squares: number;
  readonly #staging: number;
  readonly #program: Program;
  readonly #plans = new Map<string, NetworkPlan>();
  readonly #taken: number[] = [];

  /**
   * A network whose weights are all 0 so far.
   *
   * @throws {RangeError} If a size is no whole number above 0.
   * @throws {KernelError} If there is not that much memory.
   */
  constructor(engine: Engine, readonly shape: NetworkShape) {
    this.#engine = engine;
    const sizes = this.#sizes = new NetworkSizes(shape);
    const { floats, layers, heads } = sizes;
    this.#program = new Program(engine.arena);
    this.#memory = {
      parameters: this.#take(floats),
      gradients: this.#take(floats * engine.threads),
      gradientsThread: floats * 4,
      transposed: [
        ...layers.map((layer, i) => this.#take(layer.transposedFloats(i > 0))),
        this.#take(heads.columns * heads.paddedUnits),
      ],
    };
    this.#moments = [this.#take(floats), this.#take(floats)];
    this.#squares = this.#take(16 * engine.threads);
    this.#staging = this.#take(Math.max(...sizes.parts.map((part) => part.length)));
  }

  /** tfjs's weights: of each layer kernel, recurrent kernel and bias; of each head kernel and bias. Copies. */
  get weights(): Float32Array[] {
    return this.#unpack(this.#memory.parameters);
  }

  set weights(weights: readonly Float32Array[]) {
    this.#pack(this.#memory.parameters, weights);
    this.#addTranspose(this.#program.begin());
    this.#engine.execute(this.#program.end(), 1);
  }

  /** The gradients of the last {@linkcode train}, in the order of the weights. Copies, not clipped. */
  get gradients(): Float32Array[] {
    return this.#unpack(this.#memory.gradients);
  }

  /** Adam's mean of the gradients and of their squares, each in the order of the weights. Copies. */
  get moments(): [Float32Array[], Float32Array[]] {
    const [first, second] = this.#moments;
    return [this.#unpack(first), this.#unpack(second)];
  }

  set moments([first, second]: readonly [readonly Float32Array[], readonly Float32Array[]]) {
    this.#pack(this.#moments[0], first);
    this.#pack(this.#moments[1], second);
  }

  /**
   * Computes losses and gradients of a batch and, if `adam` is given, changes the weights by them. If a loss is not
   * finite, weights and moments stay as they are.
   *
   * @returns Each head's mean loss, before the change and without its weight.
   * @throws {RangeError} If an array has another length than the shape says, or a class does not exist.
   */
  train(batch: NetworkBatch, adam?: AdamStep): Float64Array {
    const plan = this.#prepare(batch, true);
    const program = this.#program.begin();
    plan.addForward(program);
    plan.addLosses(program);
    plan.addBackward(program, this.#squares);
    const losses = this.#execute(program, plan);
    if (!losses.every(Number.isFinite)) this.#forgetPlans();
    else if (adam) this.#move(adam, plan.threads);
    return losses;
  }

  /**
   * Computes the losses of a batch.
   *
   * @returns Each head's mean loss, without its weight.
   * @throws {RangeError} If an array has another length than the shape says, or a class does not exist.
   */
  evaluate(batch: NetworkBatch): Float64Array {
    const plan = this.#prepare(batch, false);
    const program = this.#program.begin();
    plan.addForward(program);
    plan.addLosses(program);
    return this.#execute(program, plan);
  }

  /**
   * Computes the heads' outputs: logits, or numbers.
   *
   * @returns Of each head, shape [size, width] or, if `every`, [size, steps, width].
   * @throws {RangeError} If an array has another length than the shape says.
   */
  predict(batch: Omit<NetworkBatch, "targets">): Float32Array[] {
    const plan = this.#prepare({ ...batch, targets: [] }, false);
    const program = this.#program.begin();
    plan.addForward(program);
    this.#engine.execute(program.end(), plan.threads);
    return this.#sizes.heads.heads.map((_, head) => this.#read(plan, head));
  }

  /** A player that carries the network's state from note to note. It follows the weights as they change. */
  player(): NotePlayer {
    return new NotePlayer(this.#engine, this.#sizes, this.#memory.parameters);
  }

  #read({ outputs, outputSteps: steps, extent: { size } }: NetworkPlan, head: number): Float32Array {
    const { heads, firstColumns } = this.#sizes.heads;
    const width = heads[head].size;
    const result = new Float32Array(size * steps * width);
    for (let row = 0; row < size; row++) {
      for (let step = 0; step < steps; step++) {
        const at = (outputs.at + step * outputs.step + row * outputs.row) / 4 + firstColumns[head];
        result.set(this.#engine.arena.floats.subarray(at, at + width), (row * steps + step) * width);
      }
    }
    return result;
  }

  #prepare({ inputs, targets, size, steps, every = false }: NetworkBatch, training: boolean): NetworkPlan {
    for (const [name, value] of Object.entries({ size, steps })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new RangeError(`Cannot compute a batch: ${name} must be a whole number above 0, got ${value}`);
      }
    }
    const plan = this.#plan({ size, steps, every, training });
    const { floats, ints } = this.#engine.arena;
    checkLength("inputs", inputs, size * steps * this.shape.inputs);
    floats.set(inputs, plan.inputs.at / 4);
    targets.forEach((values, head) => {
      checkLength(`targets of head ${head}`, values, size * plan.outputSteps);
      const { loss, size: classes } = this.shape.heads[head];
      const memory = loss === "crossEntropy" ? ints : floats;
      const stray = loss === "crossEntropy" ? values.find((value) => !(value >= 0 && value < classes)) : undefined;
      if (stray !== undefined) {
        throw new RangeError(`Cannot compute a batch: head ${head} has the classes 0 to ${classes - 1}, got ${stray}`);
      }
      memory.set(values, plan.targets[head] / 4);
    });
    return plan;
  }

  /** The buffers for such a batch; those used last are kept. */
  #plan(extent: PlanExtent): NetworkPlan {
    const key = `${extent.size} ${extent.steps} ${extent.every} ${extent.training}`;
    const plan = this.#plans.get(key) ?? new NetworkPlan(this.#engine, this.#sizes, this.#memory, extent);
    this.#plans.delete(key);
    this.#plans.set(key, plan);
    if (this.#plans.size > PLANS) {
      const [oldest, unused] = this.#plans.entries().next().value!;
      this.#plans.delete(oldest);
      unused.dispose();
    }
    return plan;
  }

  /** On as many threads as have added the gradients up. */
  #move({ learningRate, epsilon, iteration, clipNorm = Infinity, ...decay }: AdamStep, threads: number): void {
    // As the kernel has them: 1 - 0.999 in float32 is off by 1.3e-5 of itself, and the correction must be so too.
    const beta1 = Math.fround(decay.beta1), beta2 = Math.fround(decay.beta2), program = this.#program.begin();
    program.add("adam", {
      ...{ parameters: this.#memory.parameters, gradients: this.#memory.gradients },
      ...{ firstMoments: this.#moments[0], secondMoments: this.#moments[1], floats: this.#sizes.floats },
      rate: learningRate / (1 - beta1 ** iteration),
      ...{ beta1, beta2, epsilon },
      secondScale: 1 / Math.sqrt(1 - beta2 ** iteration),
      ...{ squares: clipNorm === Infinity ? 0 : this.#squares, clipNorm, average: 0, averageDecay: 0 },
    });
    this.#addTranspose(program.barrier());
    this.#engine.execute(program.end(), threads);
  }

  /** Gives all buffers back: what is not finite gets everywhere, into their padding too. */
  #forgetPlans(): void {
    this.#plans.forEach((plan) => plan.dispose());
    this.#plans.clear();
  }

  /** After any change of the weights. */
  #addTranspose(program: Program): void {
    const { layers, heads, offsets } = this.#sizes;
    const { parameters, transposed } = this.#memory;
    layers.forEach(({ panelRows, columns, paddedUnits, inputs }, i) => {
      program.add("transpose", {
        ...{ panels: parameters + offsets[i], panelRows, columns, to: transposed[i], paddedUnits },
        inputs: i > 0 ? inputs : 0,
      });
    });
    program.add("transpose", {
      ...{ panels: parameters + offsets.at(-1)!, panelRows: heads.panelRows, columns: heads.columns },
      ...{ to: transposed.at(-1)!, paddedUnits: heads.paddedUnits, inputs: 0 },
    });
  }

  #execute(program: Program, plan: NetworkPlan): Float64Array {
    this.#engine.execute(program.end(), plan.threads);
    return plan.meanLosses();
  }

  #pack(panels: number, weights: readonly Float32Array[]): void {
    const { parts } = this.#sizes;
    if (weights.length !== parts.length) {
      throw new RangeError(`This network has ${parts.length} weights, got ${weights.length}`);
    }
    parts.forEach((part, i) => checkLength(`weight ${i}`, weights[i], part.length));
    parts.forEach((part, i) => {
      this.#engine.arena.floats.set(weights[i], this.#staging / 4);
      this.#program.begin().add("pack", part.words(panels, this.#staging));
      this.#engine.execute(this.#program.end(), 1);
    });
  }

  #unpack(panels: number): Float32Array[] {
    return this.#sizes.parts.map((part) => {
      this.#program.begin().add("unpack", part.words(panels, this.#staging));
      this.#engine.execute(this.#program.end(), 1);
      const start = this.#staging / 4;
      return new Float32Array(this.#engine.arena.floats.subarray(start, start + part.length));
    });
  }

  #take(floats: number): number {
    const at = this.#engine.arena.take(floats);
    this.#taken.push(at);
    return at;
  }

  /** Gives the memory back to the engine. */
  dispose(): void {
    this.#program.dispose();
    this.#forgetPlans();
    for (const at of this.#taken.splice(0)) this.#engine.arena.give(at);
  }
}

function checkLength(name: string, values: ArrayLike<number>, length: number): void {
  if (values.length !== length) {
    throw new RangeError(`Cannot compute a batch: the ${name} must have ${length} numbers, got ${values.length}`);
  }
}
