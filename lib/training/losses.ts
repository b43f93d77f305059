import * as tf from "@tensorflow/tfjs";
import { outputsAtEveryStep, stackOf } from "../layers/mod.ts";
import type { Batch } from "../windows/mod.ts";
import { batchTensors } from "./batch_tensors.ts";

/** Number of pitch classes that a model chooses from: the MIDI numbers. */
export const PITCHES = 128;

/** What {@linkcode mseWithPositivePressure} has of each second below 0. */
export const PRESSURE = 10;

/** What a model is wrong by, as means over notes. */
export interface Losses {
  /** The three below, each times its weight, in sum: what training makes small. */
  total: number;
  /** Cross-entropy of the pitch in nats: 4.85 knows nothing, 0 is never wrong. */
  pitch: number;
  /** {@linkcode mseWithPositivePressure} of the step, in seconds squared. */
  step: number;
  /** {@linkcode mseWithPositivePressure} of the duration, in seconds squared. */
  duration: number;
}

/** How much each loss counts in the total; the paper has 0.05, 1 and 1. */
export interface LossWeights {
  /** Weight of the pitch's cross-entropy. */
  pitch: number;
  /** Weight of the step's squared error. */
  step: number;
  /** Weight of the duration's squared error. */
  duration: number;
}

/** The three heads of a model of notes, or what belongs to each. */
export const HEADS = ["pitch", "step", "duration"] as const;

/**
 * Mean cross-entropy, in nats, between the notes that came and what the model
 * said of them. Computed from the logits by the log-sum-exp, so that a sure and
 * wrong answer costs what it should (tfjs's own `sparseCategoricalCrossentropy`
 * clips it at 16).
 *
 * @param pitches MIDI numbers, int32, shape [batch].
 * @param logits Shape [batch, 128].
 * @returns A scalar.
 */
export function pitchLoss(pitches: tf.Tensor1D, logits: tf.Tensor2D): tf.Scalar {
  // One-hot, because tfjs's wasm backend has no gradient for gathering the right logit.
  return tf.tidy(() => tf.losses.softmaxCrossEntropy(tf.oneHot(pitches, PITCHES), logits) as tf.Scalar);
}

/**
 * Mean squared error that also pushes negative predictions up:
 * `mean((y - p)^2 + 10 * max(-p, 0))`. No note begins before the one before it.
 *
 * Kronforst and Mitra, "RNN Music Generation" (2025); TensorFlow's tutorial
 * "Generate music with an RNN".
 *
 * @param targets Seconds, shape [batch, 1].
 * @param predictions Seconds, shape [batch, 1].
 * @returns A scalar, in seconds squared.
 */
export function mseWithPositivePressure(targets: tf.Tensor2D, predictions: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(pressedErrors(targets, predictions)) as tf.Scalar);
}

/** What {@linkcode mseWithPositivePressure} is the mean of, shape [batch, 1]. */
export function pressedErrors(targets: tf.Tensor2D, predictions: tf.Tensor2D): tf.Tensor2D {
  const squares = tf.squaredDifference(targets, predictions);
  return tf.add(squares, tf.relu(tf.neg(predictions)).mul(PRESSURE));
}

/** The three losses of one batch, each a scalar that gradients can flow through. */
type HeadLosses = Record<typeof HEADS[number], tf.Scalar>;

/**
 * The three losses of one batch, of the note after each window.
 *
 * @param model A model with the outputs `pitch`, `step` and `duration`.
 * @param batch What goes in, and what should come out.
 * @param training Whether dropout and the like are on.
 */
export function headLosses(model: tf.LayersModel, batch: Batch, training: boolean): HeadLosses {
  const { inputs, targets } = batchTensors(batch);
  return lossesOf(model.outputNames, model.apply(inputs, { training }) as tf.Tensor2D[], targets);
}

/**
 * The three losses of one batch that was gathered to name the note after each note of each window,
 * with dropout and the like.
 *
 * @param model As of {@linkcode headLosses}, and a stack.
 * @throws {TypeError} If it is no stack of LSTM or GRU layers.
 */
export function headLossesAtEveryStep(model: tf.LayersModel, batch: Batch): HeadLosses {
  const stack = stackOf(model);
  if (!stack) throw new TypeError(NO_STACK);
  const { inputs, targets } = batchTensors(batch);
  return lossesOf(model.outputNames, outputsAtEveryStep(stack, inputs, true), targets);
}

/** Said of models that have nothing to say before the end of a window. */
export const NO_STACK = 'Cannot train with supervision "every": the model must be a stack of LSTM or GRU layers ' +
  "with linear dense heads on the last";

function lossesOf(names: string[], outputs: tf.Tensor2D[], targets: Record<string, tf.Tensor>): HeadLosses {
  const said = Object.fromEntries(names.map((name, i) => [name, outputs[i]]));
  return {
    pitch: pitchLoss(targets.pitch as tf.Tensor1D, said.pitch),
    step: mseWithPositivePressure(targets.step as tf.Tensor2D, said.step),
    duration: mseWithPositivePressure(targets.duration as tf.Tensor2D, said.duration),
  };
}

/** Losses of several batches, to make a mean of. */
export interface LossSums extends Omit<Losses, "total"> {
  /** Notes in the sums. */
  count: number;
}

/** Adds the mean losses of a batch of `size` notes to `sums`. */
export function addLosses(sums: LossSums, losses: Omit<Losses, "total">, size: number): void {
  for (const head of HEADS) sums[head] += losses[head] * size;
  sums.count += size;
}

/** The mean losses of the notes in `sums`, as Keras prints them while an epoch runs, and their weighted total. */
export function meanLosses(sums: LossSums, weights: LossWeights): Losses {
  const [pitch, step, duration] = HEADS.map((head) => sums[head] / sums.count);
  return { total: weights.pitch * pitch + weights.step * step + weights.duration * duration, pitch, step, duration };
}
