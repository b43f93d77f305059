import * as tf from "@tensorflow/tfjs";
import { durationClasses, stepClasses } from "../notes/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { logSoftmax } from "./categorical.ts";
import type { Head } from "./head.ts";
import {
  cdfOf,
  checkedSaid,
  checkedTime,
  curve,
  drawTime,
  LOG_NORMAL,
  type LogCurve,
  logDensity,
  type LogNormalOptions,
  logTimes,
} from "./log_normal.ts";
import { classLogs } from "./normal_classes.ts";
import { sampleClass } from "./sample_class.ts";

/** Options of {@linkcode mixtureDensity}. */
export interface MixtureDensityOptions extends LogNormalOptions {
  /**
   * How many log-normal distributions are mixed.
   *
   * @default {6}
   */
  components?: number;
  /**
   * Whether a time may be 0, shorter than 0.1 milliseconds, with a probability of its own: a step, where notes begin
   * together.
   *
   * @default {false}
   */
  zero?: boolean;
}

/** A shorter time is 0, as it is in the classes of steps. */
const TOGETHER = stepClasses.edges[0];

/** What one model says of one time. */
interface Mixture {
  /** Logits of the weights: of 0 first, where that has one, then of each curve. */
  logits: ArrayLike<number>;
  curves: readonly LogCurve[];
}

/**
 * A time as one of several that are likely: a mixture of log-normal
 * distributions, and a point of mass at zero, where there is one. A quarter note
 * or an eighth, but nothing between, is what one curve cannot say.
 *
 * The model says the logits of the weights (first that of 0), the means of the
 * log times, and what becomes their deviations, as `logNormal` has both. The means
 * are counted from places spread evenly over the classes, so that the curves begin apart. Training
 * makes `-ln` of the probability small where the time is 0, of the density over log times elsewhere; there is no loss
 * for it on the kernel, it trains through tfjs.
 *
 * Draws are biased as Graves biases them: the logits are multiplied by `1 + bias`, deviations divided by `e^bias`.
 *
 * C. M. Bishop, "Mixture density networks" (1994); A. Graves, "Generating
 * sequences with recurrent neural networks" (2013).
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { stepClasses } from "../notes/mod.ts";
 * import { mixtureDensity } from "./mod.ts";
 *
 * const head = mixtureDensity("step", { classes: stepClasses, components: 2, zero: true });
 * // Three logits, two means, two deviations: half of all steps are 0.
 * const logs = head.logs([Math.log(2), 0, 0, 0, 0, -9, -9]);
 * assertAlmostEquals(Math.exp(logs[0]), 0.5, 1e-3);
 * ```
 *
 * @param name Name of the said column, which holds seconds, and of the model's output, of width `3 * components`, and
 * one more with a zero.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 * @throws {RangeError} If there are no components, or the bias is below 0.
 */
export function mixtureDensity(name: string, options: MixtureDensityOptions): Head {
  const { classes, components = 6, zero = false, bias = 0, reads = [] } = checkOptions("make a head", options, {
    ...LOG_NORMAL,
    components: optional(kinds.positiveInteger),
    zero: optional(kinds.boolean),
  });
  const weights = components + Number(zero);
  const places = spread(components);
  const read = (said: ArrayLike<number>): Mixture => {
    const numbers = Array.from(checkedSaid(name, said));
    return {
      logits: numbers.slice(0, weights),
      curves: places.map((place, i) => curve(numbers[weights + i], numbers[weights + components + i], place)),
    };
  };
  return {
    name,
    width: weights + 2 * components,
    classes: classes.count,
    reads,
    classOf: classes.of,
    loss: (said, targets) =>
      tf.tidy(() => {
        const [logits, mean, raw] = tf.split(said, [weights, components, components], 1);
        const logWeights = tf.sub(logits, tf.logSumExp(logits, 1, true));
        const curves = zero ? tf.slice(logWeights, [0, 1], [-1, components]) : logWeights;
        const densities = logDensity(logTimes(targets), mean, raw, tf.tensor2d([places]));
        const sounding = tf.logSumExp(tf.add(curves, densities), 1);
        if (!zero) return tf.neg(tf.mean(sounding)) as tf.Scalar;
        // Both sides are finite, so that nothing of the one not chosen gets into the gradient.
        const together = tf.reshape(tf.slice(logWeights, [0, 0], [-1, 1]), [-1]);
        return tf.neg(tf.mean(tf.where(tf.less(targets, TOGETHER), together, sounding))) as tf.Scalar;
      }),
    logs(said) {
      const { logits, curves } = read(said);
      const shares = logSoftmax(logits).map(Math.exp), cdfs = curves.map(cdfOf), first = Number(zero);
      const cdf = (seconds: number) =>
        cdfs.reduce((sum, cdf, i) => sum + shares[first + i] * cdf(seconds), zero ? shares[0] : 0);
      return classLogs(cdf, classes);
    },
    draw(said, { temperature, prng }) {
      const { logits, curves } = read(said);
      const biased = Array.from(logits, (logit) => logit * (1 + bias));
      const drawn = sampleClass(biased, temperature, prng) - Number(zero);
      return drawn < 0 ? 0 : checkedTime(name, drawTime(curves[drawn], { bias, temperature, prng }));
    },
  };
}

/** Log times in the middle of as many equal parts of the classes. */
function spread(count: number): number[] {
  const first = Math.log(durationClasses.seconds(0));
  const width = Math.log(durationClasses.seconds(durationClasses.count - 1)) - first;
  return Array.from({ length: count }, (_, i) => first + width * (i + 0.5) / count);
}
