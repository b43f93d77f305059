import type { Engine } from "../engine.ts";
import type { AdamStep } from "../network.ts";
import type { GraphPlayer } from "./graph_player.ts";
import type { GraphBatch, GraphShape } from "./graph_shape.ts";

/** One step of the optimiser: Adam, and what stands around it. */
export interface OptimiserStep extends AdamStep {
  /**
   * How much of each weight with two or more dimensions goes with a step, as a share of the step size: Loshchilov and
   * Hutter (2019), AdamW.
   *
   * @default {0}
   */
  weightDecay?: number;
  /**
   * Decay of the exponential moving average of the weights, from 0 to 1.
   *
   * @default {none is kept}
   */
  average?: number;
}

/**
 * A graph of layers on the kernel: a batch is one call into each thread, forward, losses, backward and Adam.
 */
export class Graph {
  /** A graph whose weights are all 0 so far. */
  constructor(_engine: Engine, readonly shape: GraphShape) {
    throw new Error("not yet");
  }

  /** In the order of the shape's weights. Copies. */
  get weights(): Float32Array[] {
    throw new Error("not yet");
  }

  set weights(_weights: readonly Float32Array[]) {
    throw new Error("not yet");
  }

  /** The gradients of the last {@linkcode train}, in the order of the weights. Copies, not clipped. */
  get gradients(): Float32Array[] {
    throw new Error("not yet");
  }

  /** Adam's mean of the gradients and of their squares, each in the order of the weights. Copies. */
  get moments(): [Float32Array[], Float32Array[]] {
    throw new Error("not yet");
  }

  set moments(_moments: readonly [readonly Float32Array[], readonly Float32Array[]]) {
    throw new Error("not yet");
  }

  /** The exponential moving average of the weights, in their order, if one is kept. Copies. */
  get average(): Float32Array[] | undefined {
    throw new Error("not yet");
  }

  set average(_average: readonly Float32Array[] | undefined) {
    throw new Error("not yet");
  }

  /**
   * Computes losses and gradients of a batch and, if a step is given, changes the weights by them. If a loss is not
   * finite, weights and moments stay as they are.
   *
   * @returns The mean of each loss, before the change and without its weight.
   */
  train(_batch: GraphBatch, _step?: OptimiserStep): Float64Array {
    throw new Error("not yet");
  }

  /**
   * Computes the losses of a batch, without dropout.
   *
   * @returns The mean of each loss, without its weight.
   */
  evaluate(_batch: GraphBatch): Float64Array {
    throw new Error("not yet");
  }

  /**
   * Computes the outputs of a batch, without dropout.
   *
   * @returns Of each output, shape [size, steps, width].
   */
  predict(_batch: Omit<GraphBatch, "targets">): Float32Array[] {
    throw new Error("not yet");
  }

  /** A player that carries the graph's state from event to event. It follows the weights as they change. */
  player(): GraphPlayer {
    throw new Error("not yet");
  }

  /** Gives the memory back to the engine. */
  dispose(): void {
    throw new Error("not yet");
  }
}
