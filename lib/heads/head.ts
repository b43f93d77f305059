import type * as tf from "@tensorflow/tfjs";
import { type Kind, kinds } from "../options/mod.ts";
import type { Prng } from "../random/mod.ts";

/** How a value is drawn. */
export interface DrawOptions {
  /** Softmax temperature, above 0: a low one keeps to the likeliest, a high one makes all alike. */
  temperature: number;
  /** Draws. */
  prng: Prng;
}

/**
 * What numbers mean that a model says of one column of the next event: how
 * likely they make each value, and how a value is drawn. Values are those of
 * the encoding's said column: a class, or a number. They are scored in classes, so
 * that models which name numbers and models which name classes can be compared.
 */
export interface Distribution {
  /** Name of the said column. */
  readonly name: string;
  /** In how many classes it is scored. */
  readonly classes: number;
  /** Other said columns of the same event that have to be drawn before the model says this one; none if not given. */
  readonly reads?: readonly string[];
  /**
   * Whether its values are its classes, so that each value has a probability; else they are numbers.
   *
   * @default false
   */
  readonly discrete?: true;
  /** The class that a value is scored in. */
  classOf(value: number): number;
  /**
   * The natural log of each class's probability.
   *
   * @throws {Error} If what is said is not a number: training has broken the weights.
   * @throws {TypeError} If something has to be fitted first.
   */
  logs(said: ArrayLike<number>): ArrayLike<number>;
  /** Draws a value. */
  draw(said: ArrayLike<number>, options: DrawOptions): number;
  /**
   * The same distribution with what it chooses by held-out events, a sigma for instance; nothing where there is nothing
   * to choose.
   */
  fit?(heldOut: readonly HeldOutValue[]): Distribution;
}

/** What a model said of a held-out event, and the value that came. */
export interface HeldOutValue {
  /** What it said. */
  said: ArrayLike<number>;
  /** What came. */
  value: number;
}

/** The loss of a head as the kernel computes it: see `lib/kernels`. */
export interface KernelLoss {
  /** Which. */
  readonly loss: "crossEntropy" | "pressedError" | "squaredError";
  /** Of a pressed error, how much what is below 0 costs. */
  readonly pressure?: number;
}

/** A {@linkcode Distribution} that a network can learn: a head of the model, and the output of that name. */
export interface Head extends Distribution {
  /** Width of the model's output. */
  readonly width: number;
  /** Its loss on the kernel; without it, it trains through tfjs. */
  readonly kernel?: KernelLoss;
  /**
   * What training makes small.
   *
   * @param said Shape [values, width].
   * @param targets The values that came, int32 for classes, otherwise float32: shape [values].
   * @returns The mean over values, a scalar that gradients flow through.
   */
  loss(said: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar;
}

/** What the heads of a model must be. */
export const HEADS: Kind<readonly Head[]> = kinds.list<Head>("heads", kinds.object("a head"));

/**
 * A value's log-probability.
 *
 * @param head What the numbers mean.
 * @param said What the model says.
 * @param value What came.
 */
export function logProbability(head: Distribution, said: ArrayLike<number>, value: number): number {
  return head.logs(said)[head.classOf(value)];
}
