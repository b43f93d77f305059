import * as tf from "@tensorflow/tfjs";
import type { Targets } from "../windows/mod.ts";

/** Number of pitch classes that a model chooses from: the MIDI numbers. */
const PITCHES = 128;

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
  return tf.tidy(() => {
    const squares = tf.squaredDifference(targets, predictions);
    const pressure = tf.relu(tf.neg(predictions)).mul(10);
    return tf.mean(tf.add(squares, pressure)) as tf.Scalar;
  });
}

/**
 * The three losses of one batch, each a scalar that gradients can flow through.
 *
 * @param model A model with the outputs `pitch`, `step` and `duration`.
 * @param inputs Shape [batch, length, 3].
 * @param targets What should have come out.
 * @param training Whether dropout and the like are on.
 */
export function headLosses(
  model: tf.LayersModel,
  inputs: tf.Tensor3D,
  targets: Targets,
  training: boolean,
): Record<typeof HEADS[number], tf.Scalar> {
  const outputs = model.apply(inputs, { training }) as tf.Tensor2D[];
  const said = Object.fromEntries(model.outputNames.map((name, i) => [name, outputs[i]]));
  return {
    pitch: pitchLoss(targets.pitch, said.pitch),
    step: mseWithPositivePressure(targets.step, said.step),
    duration: mseWithPositivePressure(targets.duration, said.duration),
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
