import type { Engine } from "../engine/engine.ts";
import { Program } from "../engine/program.ts";
import { GraphPlayer } from "./graph_player.ts";
import type { GraphBatch, GraphShape } from "./graph_shape.ts";
import { LoweredGraph } from "./lowered_graph.ts";
import type { Operation } from "./operation.ts";
import { operationsOf } from "./operations.ts";
import { Parameters } from "./parameters.ts";

/** One step of the optimiser: Adam (Kingma and Ba, 2015), as tfjs and Keras compute it, and what stands around it. */
export interface OptimiserStep {
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
  /**
   * How much of each weight with two or more dimensions goes with a step, as a share of the step size: Loshchilov and
   * Hutter (2019), AdamW.
   *
   * @default {0}
   */
  weightDecay?: number;
  /**
   * Decay of the exponential moving average of the weights, from 0 to 1. The average begins with the weights before
   * the first step that has it.
   *
   * @default {none is kept}
   */
  average?: number;
}

/** Sizes of batch whose buffers are kept. */
const KEPT = 4;

/**
 * A graph of layers on the kernel: a batch is one call into each thread, forward, losses, backward and Adam.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { createEngine, Graph } from "../mod.ts";
 *
 * const engine = await createEngine({ threads: 1, native: false });
 * const graph = new Graph(engine, {
 *   weights: [{ name: "kernel", shape: [2, 1] }, { name: "bias", shape: [1] }],
 *   nodes: [
 *     { name: "x", op: "input", width: 2, from: [] },
 *     { name: "y", op: "dense", weights: [0, 1], activation: "linear", from: ["x"] },
 *   ],
 *   outputs: ["y"],
 *   losses: [{ node: "y", target: "y", loss: "squaredError", weight: 1 }],
 * });
 * const batch = {
 *   size: 2,
 *   inputs: { x: Float32Array.of(1, 0, 0, 1) },
 *   steps: { x: 1 },
 *   targets: { y: Float32Array.of(1, 2) },
 * };
 * const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
 * const [before] = graph.evaluate(batch);
 * for (let iteration = 1; iteration <= 20; iteration++) graph.train(batch, { ...adam, iteration });
 * assert(graph.evaluate(batch)[0] < before / 10);
 * engine.dispose();
 * ```
 */
export class Graph {
  readonly #engine: Engine;
  readonly #parameters: Parameters;
  readonly #operations: Map<string, Operation>;
  readonly #program: Program;
  readonly #lowered = new Map<string, LoweredGraph>();

  /**
   * A graph whose weights are all 0 so far.
   *
   * @throws {RangeError} If nodes, weights and widths do not fit together.
   * @throws {TypeError} If a weight belongs to two layers that lay it out in different ways.
   * @throws {KernelError} If there is not that much memory.
   */
  constructor(engine: Engine, readonly shape: GraphShape) {
    this.#engine = engine;
    this.#parameters = new Parameters(shape.weights);
    this.#operations = operationsOf(shape, this.#parameters);
    this.#parameters.allocate(engine);
    this.#program = new Program(engine.arena);
  }

  /** In the order of the shape's weights. Copies. */
  get weights(): Float32Array[] {
    return this.#parameters.get(this.#parameters.parameters);
  }

  set weights(weights: readonly Float32Array[]) {
    this.#parameters.put(this.#parameters.parameters, weights);
  }

  /** The gradients of the last {@linkcode train}, in the order of the weights. Copies, not clipped. */
  get gradients(): Float32Array[] {
    return this.#parameters.get(this.#parameters.gradients);
  }

  /** Adam's mean of the gradients and of their squares, each in the order of the weights. Copies. */
  get moments(): [Float32Array[], Float32Array[]] {
    const [first, second] = this.#parameters.moments;
    return [this.#parameters.get(first), this.#parameters.get(second)];
  }

  set moments([first, second]: readonly [readonly Float32Array[], readonly Float32Array[]]) {
    this.#parameters.put(this.#parameters.moments[0], first);
    this.#parameters.put(this.#parameters.moments[1], second);
  }

  /** The exponential moving average of the weights, in their order, if one is kept. Copies. */
  get average(): Float32Array[] | undefined {
    return this.#parameters.average ? this.#parameters.get(this.#parameters.average) : undefined;
  }

  set average(average: readonly Float32Array[] | undefined) {
    const parameters = this.#parameters;
    if (!average) parameters.forgetAverage();
    else {
      parameters.keepAverage();
      parameters.put(parameters.average, average);
    }
  }

  /**
   * Computes losses and gradients of a batch and, if a step is given, changes the weights by them. If a loss is not
   * finite, weights and moments stay as they are.
   *
   * @returns The mean of each loss, before the change and without its weight.
   * @throws {RangeError} If an array has another length than the shape says, or a class does not exist.
   */
  train(batch: GraphBatch, step?: OptimiserStep): Float64Array {
    const lowered = this.#prepare(batch, true);
    const { threads } = lowered.plan.extent;
    this.#engine.execute(lowered.learn, threads);
    const losses = lowered.meanLosses();
    if (!losses.every(Number.isFinite)) this.#forgetBuffers();
    else if (step) this.#move(step, threads);
    return losses;
  }

  /**
   * Computes the losses of a batch, without dropout.
   *
   * @returns The mean of each loss, without its weight.
   * @throws {RangeError} If an array has another length than the shape says, or a class does not exist.
   */
  evaluate(batch: GraphBatch): Float64Array {
    const lowered = this.#prepare(batch, false);
    this.#engine.execute(lowered.learn, lowered.plan.extent.threads);
    return lowered.meanLosses();
  }

  /**
   * Computes the outputs of a batch, without dropout.
   *
   * @returns Of each output, shape [size, steps, width].
   * @throws {RangeError} If an array has another length than the shape says, or a class does not exist.
   */
  predict(batch: Omit<GraphBatch, "targets">): Float32Array[] {
    const lowered = this.#prepare({ ...batch, targets: undefined }, false);
    this.#engine.execute(lowered.predict, lowered.plan.extent.threads);
    return lowered.outputs();
  }

  /** A player that carries the graph's state from event to event. It follows the weights as they change. */
  player(): GraphPlayer {
    return new GraphPlayer(this.#engine, this.shape, this.#operations, this.#parameters);
  }

  /** Puts a batch into buffers of its size; those used last are kept. */
  #prepare(batch: Omit<GraphBatch, "targets"> & Partial<GraphBatch>, training: boolean): LoweredGraph {
    const { size, lengths } = batch;
    const steps = Object.fromEntries(
      this.shape.nodes.filter(({ op }) => op === "input").map(({ name }) => [name, batch.steps[name]]),
    );
    for (const [name, value] of Object.entries({ size, ...steps })) {
      if (!Number.isInteger(value) || value < 1) {
        const what = name === "size" ? name : `the steps of ${name}`;
        throw new RangeError(`Cannot compute a batch: ${what} must be a whole number above 0, got ${value}`);
      }
    }
    const key = JSON.stringify([size, steps, training, lengths !== undefined]);
    const lowered = this.#lowered.get(key) ?? this.#lower(size, steps, training, lengths !== undefined);
    this.#lowered.delete(key);
    this.#lowered.set(key, lowered);
    if (this.#lowered.size > KEPT) {
      const [oldest, unused] = this.#lowered.entries().next().value!;
      this.#lowered.delete(oldest);
      unused.dispose();
    }
    lowered.put(batch);
    return lowered;
  }

  #lower(size: number, steps: Record<string, number>, training: boolean, masked: boolean): LoweredGraph {
    const threads = this.#engine.threadsFor(2 * size * Math.max(...Object.values(steps)) * this.#parameters.floats);
    const extent = { size, steps, training, masked, carrying: false, threads };
    return new LoweredGraph(this.#engine, this.shape, this.#operations, this.#parameters, extent);
  }

  /** On as many threads as have added the gradients up. */
  #move(step: OptimiserStep, threads: number): void {
    const { learningRate, epsilon, iteration, clipNorm = Infinity, weightDecay = 0, average } = step;
    // As the kernel has them: 1 - 0.999 in float32 is off by 1.3e-5 of itself, and the correction must be so too.
    const beta1 = Math.fround(step.beta1), beta2 = Math.fround(step.beta2), program = this.#program.begin();
    const parameters = this.#parameters;
    if (average !== undefined) parameters.keepAverage();
    if (weightDecay) {
      parameters.addDecay(program, 1 - learningRate * weightDecay);
      program.barrier();
    }
    program.add("adam", {
      ...{ parameters: parameters.parameters, gradients: parameters.gradients, floats: parameters.floats },
      ...{ firstMoments: parameters.moments[0], secondMoments: parameters.moments[1] },
      rate: learningRate / (1 - beta1 ** iteration),
      ...{ beta1, beta2, epsilon },
      secondScale: 1 / Math.sqrt(1 - beta2 ** iteration),
      ...{ squares: clipNorm === Infinity ? 0 : parameters.squares, clipNorm },
      ...{ average: average === undefined ? 0 : parameters.average, averageDecay: average ?? 0 },
    });
    parameters.addTransposes(program.barrier());
    this.#engine.execute(program.end(), threads);
  }

  /** Gives all buffers back: what is not finite gets everywhere, into their padding too. */
  #forgetBuffers(): void {
    this.#lowered.forEach((lowered) => lowered.dispose());
    this.#lowered.clear();
  }

  /** Gives the memory back to the engine. */
  dispose(): void {
    this.#program.dispose();
    this.#forgetBuffers();
    this.#parameters.dispose();
  }
}
