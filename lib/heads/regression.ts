import * as tf from "@tensorflow/tfjs";
import { durationClasses, stepClasses, type TimeClasses } from "../notes/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { categorical } from "./categorical.ts";
import type { Head, HeldOutValue } from "./head.ts";
import { logNormalClass, logNormalClasses } from "./normal_classes.ts";

/** What is below 0 costs ten times itself: the paper's "positive pressure". */
const PRESSURE = 10;
/** What a sigma is chosen from: 60, log-spaced from 5 milliseconds to 20 seconds. */
const GRID = Array.from({ length: 60 }, (_, i) => 0.005 * (20 / 0.005) ** (i / 59));

/** Options of {@linkcode regression}. */
export interface RegressionOptions {
  /** In which classes it is scored. */
  classes: TimeClasses;
  /**
   * Standard deviation of the normal distribution around the named time by which it is scored, in seconds; `fit`
   * chooses one. Drawing takes the named time as it is.
   *
   * @default none: it cannot be scored
   */
  sigma?: number;
  /**
   * Said columns of the same event that the model reads before it says this one.
   *
   * @default {[]}
   */
  reads?: readonly string[];
}

/** A head that names a time. */
export interface Regression extends Head {
  /** Its standard deviation in seconds, where there is one. */
  readonly sigma?: number;
  /**
   * The same with the sigma under which what came is likeliest, one of 60 from 0.005 to 20 seconds.
   *
   * @throws {RangeError} If the model said NaN or infinity.
   */
  fit(heldOut: readonly HeldOutValue[]): Regression;
}

/**
 * A time in seconds, named outright, as the paper does it. What training makes
 * small is the mean squared error, with a push on negative predictions:
 * `mean((y - p)² + 10 max(-p, 0))`, because no note begins before the one before it.
 * It is scored as a normal distribution around the named time, integrated over
 * classes: {@linkcode logNormalClasses}.
 *
 * Kronforst and Mitra, "RNN Music Generation" (2025); TensorFlow's tutorial
 * "Generate music with an RNN".
 *
 * @param name Name of the said column, which holds seconds, and of the model's output, which has width 1.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 * @throws {RangeError} If sigma is given and not positive.
 */
export function regression(name: string, options: RegressionOptions): Regression {
  const { classes, sigma, reads = [] } = checkOptions(`make the head "${name}"`, options, {
    classes: kinds.object("classes of times, such as stepClasses") as Kind<TimeClasses>,
    sigma: optional(kinds.positiveNumber),
    reads: optional(kinds.list("names of said columns", kinds.name)),
  });
  return {
    name,
    width: 1,
    classes: classes.count,
    reads,
    kernel: { loss: "pressedError", pressure: PRESSURE },
    sigma,
    loss(said, targets) {
      return tf.tidy(() => {
        const named = tf.reshape(said, [-1]), squares = tf.squaredDifference(targets, named);
        return tf.mean(tf.add(squares, tf.relu(tf.neg(named)).mul(PRESSURE))) as tf.Scalar;
      });
    },
    classOf: classes.of,
    logs(said) {
      if (sigma === undefined) {
        throw new TypeError(`Cannot score ${name}: the model says it in seconds; fit a sigma on held-out notes first`);
      }
      return logNormalClasses(seconds(name, said), sigma, classes);
    },
    draw: (said) => seconds(name, said),
    fit(heldOut) {
      const pairs = heldOut.map(({ said, value }) => [seconds(name, said), classes.of(value)]);
      const logs = GRID.map((sigma) =>
        pairs.reduce((sum, [mean, came]) => sum + logNormalClass(mean, sigma, classes, came), 0)
      );
      return regression(name, { classes, sigma: GRID[logs.indexOf(Math.max(...logs))], reads });
    },
  };
}

function seconds(name: string, { 0: said }: ArrayLike<number>): number {
  if (Number.isFinite(said)) return said;
  throw new RangeError(`Cannot go on: the model says ${said} as ${name}; its weights are broken`);
}

/** The heads of the paper's model: the pitch as one of 128 classes, step and duration in seconds. */
export function paperHeads(): [pitch: Head, step: Head, duration: Head] {
  return [
    categorical("pitch", { classes: 128 }),
    regression("step", { classes: stepClasses }),
    regression("duration", { classes: durationClasses }),
  ];
}
