import type * as tf from "@tensorflow/tfjs";
import { accelerate } from "../layers/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { SETTING_NAMES } from "../settings/mod.ts";
import type { Windows } from "../windows/mod.ts";
import { breather } from "./breather.ts";
import { checkMatch, LOSS_WEIGHTS } from "./check.ts";
import { addLosses, type Losses, type LossWeights, meanLosses } from "./losses.ts";
import { measureModel, type TrainingStep } from "./training_step.ts";

/** Options of {@linkcode evaluate}. */
export interface EvaluateOptions {
  /** Windows computed at once; the result hardly depends on it. */
  batchSize: number;
  /** How much each loss counts in the total. */
  lossWeights: LossWeights;
  /**
   * Gives up between two batches when it fires.
   *
   * @default undefined
   */
  signal?: AbortSignal;
}

/**
 * What a model is wrong by on some windows: all of them, in order, without
 * learning from them.
 *
 * @throws {RangeError} If the windows and the model differ in length, or a weight or the batch size is out of range.
 * @throws {TypeError} If an option is of the wrong type, or the model lacks the three heads.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function evaluate(model: tf.LayersModel, windows: Windows, options: EvaluateOptions): Promise<Losses> {
  checkOptions(
    "evaluate the model",
    options,
    { batchSize: kinds.positiveInteger, lossWeights: LOSS_WEIGHTS, signal: optional(kinds.signal) },
    SETTING_NAMES,
  );
  checkMatch(model, windows);
  accelerate(model);
  return await meanOverWindows((batch) => measureModel(model, batch), windows, options);
}

/** The mean over all windows of what `measure` says of a batch. */
export async function meanOverWindows(
  measure: TrainingStep["measure"],
  windows: Windows,
  options: EvaluateOptions,
): Promise<Losses> {
  const { batchSize, lossWeights, signal } = options;
  const sums = { pitch: 0, step: 0, duration: 0, count: 0 };
  const breathe = breather();
  for (const batch of windows.batches({ size: batchSize })) {
    signal?.throwIfAborted();
    addLosses(sums, await measure(batch), batch.size);
    await breathe();
  }
  return meanLosses(sums, lossWeights);
}
