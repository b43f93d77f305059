import type { TimeClasses } from "../notes/mod.ts";
import { normalCdf } from "../random/mod.ts";

/** What is shared by all classes alike. */
const ANYTHING = 1e-3;

/**
 * What a model that regresses a time says of its classes: a normal
 * distribution around the time that it names, integrated over each class. The
 * first class has all that is below its upper edge, negative times too, the last
 * all that is above its lower one. One thousandth is taken from that and shared by
 * all classes alike. So the probabilities sum to 1, and no time costs more than
 * `ln(1000 · 65)` = 11.1 nats.
 *
 * Without that thousandth the few long rests would rule the mean, and sigma: a
 * rest of 4 seconds where 0.2 are named lies 36 standard deviations of 0.1 out, and costs
 * 650 nats.
 *
 * @param mean The time that the model names, in seconds.
 * @param sigma Standard deviation in seconds, above 0.
 * @param classes Of a step or a duration.
 * @returns The natural log of the probability of each class.
 */
export function logNormalClasses(mean: number, sigma: number, classes: TimeClasses): Float64Array {
  return classLogs((seconds) => normalCdf((seconds - mean) / sigma), classes);
}

/**
 * A distribution of times, integrated over each class; as in {@linkcode logNormalClasses}, one thousandth is shared by
 * all classes alike.
 *
 * @param cdf The probability of all times up to so many seconds.
 * @param classes Of a step or a duration.
 * @returns The natural log of the probability of each class.
 */
export function classLogs(cdf: (seconds: number) => number, { edges, count }: TimeClasses): Float64Array {
  const logs = new Float64Array(count);
  let below = 0;
  for (let k = 0; k < count; k++) {
    const upTo = k < edges.length ? cdf(edges[k]) : 1;
    logs[k] = logShared(upTo - below, count);
    below = upTo;
  }
  return logs;
}

/** {@linkcode logNormalClasses} of one class alone. */
export function logNormalClass(mean: number, sigma: number, { edges, count }: TimeClasses, index: number): number {
  const below = index > 0 ? normalCdf((edges[index - 1] - mean) / sigma) : 0;
  const upTo = index < edges.length ? normalCdf((edges[index] - mean) / sigma) : 1;
  return logShared(upTo - below, count);
}

function logShared(probability: number, count: number): number {
  return Math.log((1 - ANYTHING) * probability + ANYTHING / count);
}
