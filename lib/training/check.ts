import { type Head, HEADS } from "../heads/mod.ts";
import { checkArgument, checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { MONITOR, OPTIMISER_KINDS, SETTING_NAMES, SUPERVISION } from "../settings/mod.ts";
import type { FitOptions } from "./fit_options.ts";
import type { Monitor } from "./history.ts";
import type { LossWeights } from "./losses.ts";

/** What the weights of the losses must be: one for each head. */
export function weightsOfLosses(heads: readonly Head[]): Kind<LossWeights> {
  return kinds.entries(Object.fromEntries(heads.map(({ name }) => [name, kinds.number({ from: 0 })])));
}

/** Options without the weights of losses that a model does not have, so that settings can be spread into them. */
export function withoutOtherLosses<Options extends { lossWeights: LossWeights }>(
  options: Options,
  heads: readonly Head[],
): Options {
  const { lossWeights } = options ?? {};
  if (typeof lossWeights !== "object" || lossWeights === null) return options;
  const own = heads.map(({ name }) => [name, lossWeights[name]]);
  return { ...options, lossWeights: Object.fromEntries(own) };
}

/**
 * Checks the options of `fit` before anything is done.
 *
 * @throws {RangeError} If a number is out of range.
 * @throws {TypeError} If one is missing, unknown or of the wrong type, or options do not go together.
 */
export function checkFitOptions(options: FitOptions, heads: readonly Head[]): void {
  // Before anything goes by their names.
  checkArgument("train", "heads", heads, HEADS);
  checkOptions("train", withoutOtherLosses(options, heads), {
    epochs: kinds.positiveInteger,
    batchSize: kinds.positiveInteger,
    learningRate: kinds.positiveNumber,
    lossWeights: weightsOfLosses(heads),
    heads: optional(HEADS),
    ...OPTIMISER_KINDS,
    prng: kinds.seededPrng,
    dropRemainder: optional(kinds.boolean),
    reshuffle: optional(kinds.boolean),
    supervision: optional(SUPERVISION),
    heldOut: optional(kinds.object("windows")),
    patience: optional(kinds.orInfinity(kinds.positiveInteger)),
    monitor: optional(MONITOR),
    restoreBest: optional(kinds.oneOf<boolean | Monitor>(true, false, "train", "heldOut")),
    initialWeights: optional(kinds.name),
    run: optional(kinds.name),
    resume: optional(kinds.boolean),
    signal: optional(kinds.signal),
    onStep: optional(kinds.callback),
    onEpoch: optional(kinds.callback),
    createStep: optional(kinds.callback),
  }, SETTING_NAMES);
  const { monitor, restoreBest, heldOut, resume, run } = options;
  for (const [name, loss] of Object.entries({ monitor, restoreBest })) {
    if (loss === "heldOut" && !heldOut) {
      throw new TypeError(`Cannot train: for ${name} to be "heldOut", give windows to hold out`);
    }
  }
  if (resume && !run) throw new TypeError("Cannot resume: name the folder of the run");
}
