import type * as tf from "@tensorflow/tfjs";
import { type Head, HEADS, paperHeads } from "../heads/mod.ts";
import { accelerate } from "../layers/mod.ts";
import { checkArgument, checkOptions, kinds, optional } from "../options/mod.ts";
import { SETTING_NAMES, SUPERVISION, type Supervision } from "../settings/mod.ts";
import type { Examples } from "../windows/mod.ts";
import { breather } from "./breather.ts";
import { weightsOfLosses, withoutOtherLosses } from "./check.ts";
import { fusedStep } from "./fused_step.ts";
import { addLosses, type Losses, type LossWeights, meanLosses, noLosses } from "./losses.ts";
import { gatheredFor, type Match, matchOf, measuredAt } from "./match.ts";
import { measureModel, type TrainingStep } from "./training_step.ts";

/** Options of {@linkcode evaluate}. */
export interface EvaluateOptions {
  /** Windows computed at once; the result hardly depends on it. */
  batchSize: number;
  /** How much each loss counts in the total, by the names of the heads. */
  lossWeights: LossWeights;
  /**
   * What the model names.
   *
   * @default {paperHeads()}
   */
  heads?: readonly Head[];
  /**
   * Which events the model has learned to name. Where it names the one after each event of a window, and windows do not
   * overlap, all of these count; else those after the windows.
   *
   * @default "last"
   */
  supervision?: Supervision;
  /**
   * Gives up between two batches when it fires.
   *
   * @default undefined
   */
  signal?: AbortSignal;
}

/**
 * What a model is wrong by on some windows: all of them, in order, without
 * learning from them. On the kernel where it knows the model.
 *
 * @throws {RangeError} If the windows and the model differ in length, or a weight or the batch size is out of range.
 * @throws {TypeError} If an option is of the wrong type, or the model lacks a head.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function evaluate(model: tf.LayersModel, windows: Examples, options: EvaluateOptions): Promise<Losses> {
  const { heads = paperHeads() } = options ?? {};
  checkArgument("evaluate the model", "heads", heads, HEADS);
  checkOptions(
    "evaluate the model",
    withoutOtherLosses(options, heads),
    {
      batchSize: kinds.positiveInteger,
      lossWeights: weightsOfLosses(heads),
      heads: optional(HEADS),
      supervision: optional(SUPERVISION),
      signal: optional(kinds.signal),
    },
    SETTING_NAMES,
  );
  const match = matchOf(model, windows, heads);
  accelerate(model);
  const { lossWeights, supervision = "last" } = options;
  const { step } = fusedStep(model, { heads, lossWeights, supervision: measuredAt(windows, supervision), match });
  const measure = step?.measure ?? ((batch, at) => measureModel(model, batch, { heads, match, at }));
  try {
    return await meanOverWindows(measure, windows, { ...options, heads, match });
  } finally {
    step?.dispose();
  }
}

/** The mean over all windows of what `measure` says of a batch. */
export async function meanOverWindows(
  measure: TrainingStep["measure"],
  windows: Examples,
  options: EvaluateOptions & { heads: readonly Head[]; match: Match },
): Promise<Losses> {
  const { batchSize, lossWeights, heads, match, supervision = "last", signal } = options;
  const losses = noLosses(heads), at = measuredAt(windows, supervision);
  const breathe = breather();
  for (const batch of windows.batches({ size: batchSize, supervision: gatheredFor(match, at) })) {
    signal?.throwIfAborted();
    addLosses(losses, await measure(batch, at), batch, at);
    await breathe();
  }
  return meanLosses(losses, lossWeights);
}
