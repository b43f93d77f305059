import * as tf from "@tensorflow/tfjs";
import { checkOptions, type Kinds, kinds, optional } from "../options/mod.ts";
import type { Distribution, DrawOptions, Head } from "./head.ts";
import { sampleClass } from "./sample_class.ts";

/** Options of {@linkcode categorical} and {@linkcode counted}. */
export interface CategoricalOptions {
  /** How many classes there are. */
  classes: number;
  /**
   * Said columns of the same event that the model reads before it says this one.
   *
   * @default {[]}
   */
  reads?: readonly string[];
}

const KINDS: Kinds<CategoricalOptions> = {
  classes: kinds.positiveInteger,
  reads: optional(kinds.list("names of said columns", kinds.name)),
};

/**
 * One of several classes, by its logit each: cross-entropy, and draws by the
 * softmax.
 *
 * @param name Name of the said column, which holds classes, and of the model's output.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 * @throws {RangeError} If there is not at least one class.
 */
export function categorical(name: string, options: CategoricalOptions): Head {
  const { classes, reads = [] } = checkOptions(`make the head "${name}"`, options, KINDS);
  return {
    ...counted(name, { classes, reads }),
    width: classes,
    kernel: { loss: "crossEntropy" },
    logs: logSoftmax,
    loss: (said, targets) =>
      // Computed by the log-sum-exp, so that a sure and wrong answer costs what it should; tfjs's own sparse
      // cross-entropy clips it at 16. One-hot, because tfjs's wasm backend has no gradient for gathering a logit.
      tf.tidy(() => tf.losses.softmaxCrossEntropy(tf.oneHot(targets, classes), said) as tf.Scalar),
  };
}

/**
 * One of several classes, by the natural log of its probability each: what
 * models say that count. The probabilities may sum to less than 1, where a model
 * gives some to what cannot be; it pays for that.
 *
 * @param name Name of the said column, which holds classes.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 * @throws {RangeError} If there is not at least one class.
 */
export function counted(name: string, options: CategoricalOptions): Distribution {
  const { classes, reads = [] } = checkOptions(`make the head "${name}"`, options, KINDS);
  return {
    name,
    classes,
    reads,
    discrete: true,
    classOf: (value) => value,
    logs: (said) => said,
    draw: (said, { temperature, prng }: DrawOptions) => sampleClass(said, temperature, prng),
  };
}

/** Logits as natural logs of probabilities. */
export function logSoftmax(logits: ArrayLike<number>): Float64Array {
  let highest = -Infinity, sum = 0;
  for (let i = 0; i < logits.length; i++) highest = Math.max(highest, logits[i]);
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i] - highest);
  const total = highest + Math.log(sum);
  return Float64Array.from(logits, (logit) => logit - total);
}
