import * as tf from "@tensorflow/tfjs";
import { durationClasses, type TimeClasses } from "../notes/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import { gaussian, normalCdf } from "../random/mod.ts";
import type { DrawOptions, Head } from "./head.ts";
import { classLogs } from "./normal_classes.ts";

/** Options of {@linkcode logNormal}. */
export interface LogNormalOptions {
  /** In which classes it is scored. */
  classes: TimeClasses;
  /**
   * Graves's bias of draws, 0 or more: the deviation is divided by `e^bias`, so that a high one keeps to the middle.
   *
   * @default {0}
   */
  bias?: number;
  /**
   * Said columns of the same event that the model reads before it says this one.
   *
   * @default {[]}
   */
  reads?: readonly string[];
}

/** What each of these options must be. */
export const LOG_NORMAL: Kinds<LogNormalOptions> = {
  classes: kinds.object("classes of times") as Kind<TimeClasses>,
  bias: optional(kinds.number({ from: 0 })),
  reads: optional(kinds.list("names", kinds.text)),
};

/** The logarithm goes no further down: what is shorter, in seconds, counts as this, and is in the same class. */
const SHORTEST = durationClasses.seconds(0);
/**
 * Smallest deviation of a log time, a fifth of a class. Music is full of times that are equal to the last digit, and the
 * density of a narrower curve around such a time grows without end, for nothing.
 */
const NARROWEST = 0.02;
/** What a mean of 0 stands for: 0.2 seconds, the middle of the classes. */
const MIDDLE = (Math.log(SHORTEST) + Math.log(durationClasses.seconds(durationClasses.count - 1))) / 2;
const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/**
 * A time whose logarithm has a normal distribution, so that it is never below
 * 0, and a tenth longer is as much for a long one as for a short one. The model says
 * two numbers: the mean of the log time, from 0.2 seconds, and what becomes its
 * deviation, `0.02 + ln(1 + e^x)`. So it says of each note how sure it is of its time.
 *
 * What training makes small is `-ln` of the density over log times, in nats: about 2.35 below the nats of a class,
 * which is 0.095 wide. There is no loss for it on the kernel; it trains through tfjs. Scored, it is integrated over
 * the classes: {@linkcode classLogs}.
 *
 * It has no place for a time of 0; `mixtureDensity` has.
 *
 * @param name Name of the said column, which holds seconds, and of the model's output, which has width 2.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 * @throws {RangeError} If the bias is below 0.
 */
export function logNormal(name: string, options: LogNormalOptions): Head {
  const { classes, bias = 0, reads = [] } = checkOptions("make a head", options, LOG_NORMAL);
  const curveOf = (said: ArrayLike<number>) => curve(checkedSaid(name, said)[0], said[1]);
  return {
    name,
    width: 2,
    classes: classes.count,
    reads,
    classOf: classes.of,
    loss: (said, targets) =>
      tf.tidy(() => {
        const [mean, raw] = tf.split(said, 2, 1);
        return tf.neg(tf.mean(logDensity(logTimes(targets), mean, raw))) as tf.Scalar;
      }),
    logs: (said) => classLogs(cdfOf(curveOf(said)), classes),
    draw: (said, { temperature, prng }) => checkedTime(name, drawTime(curveOf(said), { bias, temperature, prng })),
  };
}

/** A normal distribution of log times. */
export interface LogCurve {
  /** Of the natural log of seconds. */
  mean: number;
  /** Its standard deviation. */
  deviation: number;
}

/** The distribution that two numbers stand for; `place` is what a mean of 0 stands for, in log seconds. */
export function curve(mean: number, raw: number, place = MIDDLE): LogCurve {
  return { mean: place + mean, deviation: NARROWEST + Math.max(raw, 0) + Math.log1p(Math.exp(-Math.abs(raw))) };
}

/** The probability of times up to so many seconds. */
export function cdfOf({ mean, deviation }: LogCurve): (seconds: number) => number {
  return (seconds) => seconds > 0 ? normalCdf((Math.log(seconds) - mean) / deviation) : 0;
}

/** Draws seconds: the deviation is divided by `e^bias`, and the density's logarithm by the temperature. */
export function drawTime(
  { mean, deviation }: LogCurve,
  { bias, temperature, prng }: DrawOptions & { bias: number },
): number {
  return Math.exp(mean + deviation * Math.exp(-bias) * Math.sqrt(temperature) * gaussian(prng));
}

/** The natural logs of some times in seconds, shape [n, 1]. */
export function logTimes(seconds: tf.Tensor1D): tf.Tensor2D {
  return tf.reshape(tf.log(tf.maximum(tf.cast(seconds, "float32"), SHORTEST)), [-1, 1]);
}

/**
 * The log density of log times.
 *
 * @param times Shape [n, 1].
 * @param mean Shape [n, k], relative to `place`.
 * @param raw What becomes the deviation, shape [n, k].
 * @param place What a mean of 0 stands for, in log seconds.
 */
export function logDensity(
  times: tf.Tensor2D,
  mean: tf.Tensor,
  raw: tf.Tensor,
  place: number | tf.Tensor = MIDDLE,
): tf.Tensor2D {
  const deviation = tf.add(tf.softplus(raw), NARROWEST);
  const away = tf.div(tf.sub(tf.sub(times, place), mean), deviation);
  return tf.neg(tf.add(tf.add(tf.mul(tf.square(away), 0.5), tf.log(deviation)), HALF_LOG_TWO_PI)) as tf.Tensor2D;
}

/**
 * What a model says, if it is numbers.
 *
 * @throws {RangeError} If one of them is NaN or infinite.
 */
export function checkedSaid(name: string, said: ArrayLike<number>): ArrayLike<number> {
  for (let i = 0; i < said.length; i++) {
    if (!Number.isFinite(said[i])) {
      throw new RangeError(`Cannot go on: the model says ${said[i]} of ${name}; its weights are broken`);
    }
  }
  return said;
}

/** A drawn time, if it is one. */
export function checkedTime(name: string, seconds: number): number {
  if (Number.isFinite(seconds)) return seconds;
  throw new RangeError(`Cannot go on: the model draws ${seconds} seconds as ${name}; its weights are broken`);
}
