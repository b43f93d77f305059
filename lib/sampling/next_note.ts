import type { NextNote } from "../models/mod.ts";

/**
 * What a network's outputs say.
 *
 * @param names Its outputs' names: `pitch`, `step` and `duration`, in any order.
 * @param outputs Of each the numbers: 128 logits; seconds; seconds.
 * @throws {Error} If a time is not a number: training has broken the weights.
 */
export function nextNote(names: readonly string[], outputs: readonly ArrayLike<number>[]): NextNote {
  const [logits, { 0: step }, { 0: duration }] = ["pitch", "step", "duration"].map((head) =>
    outputs[names.indexOf(head)]
  );
  if (!Number.isFinite(step) || !Number.isFinite(duration)) {
    throw new Error(`Cannot go on: the model says step ${step} and duration ${duration}; its weights are broken`);
  }
  return { pitch: logSoftmax(logits), step, duration };
}

/** Logits as natural logs of probabilities. */
function logSoftmax(logits: ArrayLike<number>): Float64Array {
  let highest = -Infinity, sum = 0;
  for (let i = 0; i < logits.length; i++) highest = Math.max(highest, logits[i]);
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i] - highest);
  const total = highest + Math.log(sum);
  return Float64Array.from(logits, (logit) => logit - total);
}
