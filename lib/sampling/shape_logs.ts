import { logSoftmax } from "../heads/mod.ts";
import { checkOptions, type Kinds, kinds, optional } from "../options/mod.ts";

/** Options of {@linkcode shapeLogs}. */
export interface ShapeOptions {
  /**
   * Above 0: a low temperature keeps to the likeliest classes, a high one makes all alike.
   *
   * @default 1
   */
  temperature?: number;
  /**
   * What rules say of each class, in nats: 0 leaves it as likely as it is, -Infinity forbids it.
   *
   * @default undefined
   */
  weights?: ArrayLike<number>;
  /**
   * How many classes may be drawn: the likeliest.
   *
   * @default Infinity
   */
  topK?: number;
  /**
   * The nucleus: the fewest of the likeliest classes that together have this probability, above 0 and at most 1.
   *
   * @default 1
   */
  topP?: number;
  /**
   * What a class must have of the likeliest class's probability, from 0 to 1.
   *
   * @default 0
   */
  minP?: number;
}

/** What each option must be. */
const KINDS: Kinds<ShapeOptions> = {
  temperature: optional(kinds.positiveNumber),
  weights: optional(kinds.numbers as Kinds<ShapeOptions>["weights"]),
  topK: optional(kinds.orInfinity(kinds.positiveInteger)),
  topP: optional(kinds.number({ above: 0, to: 1 })),
  minP: optional(kinds.number({ from: 0, to: 1 })),
};

/**
 * What may be drawn, and how likely: shapes the log-probabilities of classes, in
 * this order:
 *
 * 1. `temperature` divides them;
 * 2. the rules' `weights` are added, so that a nat is a nat at every temperature;
 * 3. `topK` keeps the k likeliest;
 * 4. `topP` keeps the nucleus of what is left;
 * 5. `minP` keeps what has at least this share of the likeliest one's probability.
 *
 * Each step sees what the steps before it have left, with probabilities that sum
 * to 1. Of equally likely classes the lower one counts as likelier. At least one
 * class always stays, unless the rules forbid all.
 *
 * Holtzman et al., "The curious case of neural text degeneration" (2020), has the
 * nucleus; Nguyen et al., "Turning up the heat: min-p sampling" (2024), min-p.
 *
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { shapeLogs } from "./mod.ts";
 *
 * const logs = [0.5, 0.3, 0.15, 0.05].map(Math.log);
 * const nucleus = shapeLogs(logs, { topP: 0.75 }).map(Math.exp);
 *
 * assertAlmostEquals(nucleus[0], 0.5 / 0.8);
 * assertAlmostEquals(nucleus[1], 0.3 / 0.8);
 * assertEquals([...nucleus.slice(2)], [0, 0]);
 * ```
 *
 * @param logs One a class, normalised or not.
 * @returns The natural logs of probabilities that sum to 1; all -Infinity where the rules leave nothing.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If an option is out of range, or a log or a weight is NaN or Infinity.
 */
export function shapeLogs(logs: ArrayLike<number>, options: ShapeOptions = {}): Float64Array {
  const { temperature = 1, weights, topK = Infinity, topP = 1, minP = 0 } = checkOptions("sample", options, KINDS);
  const weightOf = (i: number) => weights?.[i] ?? 0;
  let shaped = Float64Array.from(logs, (log, i) => log / temperature + weightOf(i));
  if (!shaped.every((log) => log < Infinity) || !shaped.some((log) => log > -Infinity)) {
    const odd = Array.from(logs).findIndex((log, i) => !(log < Infinity && weightOf(i) < Infinity));
    if (odd >= 0) {
      const weighed = weights ? `, its weight ${weights[odd]}` : "";
      throw new RangeError(`Cannot sample: the logit of class ${odd} is ${logs[odd]}${weighed}`);
    }
    // Almost no temperature takes logs out of the numbers, unless the likeliest counts as 0.
    const most = Math.max(...Array.from(logs).filter((_, i) => weightOf(i) > -Infinity));
    if (most === -Infinity) return shaped.fill(-Infinity);
    shaped = Float64Array.from(logs, (log, i) => Math.min(log - most, 0) / temperature + weightOf(i));
  }
  const ranked = topK < shaped.length || topP < 1 ? [...shaped.keys()].sort((a, b) => shaped[b] - shaped[a]) : [];
  for (const k of ranked.slice(topK)) shaped[k] = -Infinity;
  if (topP < 1) {
    const normal = logSoftmax(shaped);
    let sum = 0;
    for (const k of ranked) {
      if (sum >= topP) shaped[k] = -Infinity;
      sum += Math.exp(normal[k]);
    }
  }
  if (minP > 0) {
    const least = Math.max(...shaped) + Math.log(minP);
    for (let k = 0; k < shaped.length; k++) if (shaped[k] < least) shaped[k] = -Infinity;
  }
  return logSoftmax(shaped);
}
