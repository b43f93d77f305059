import type * as tf from "@tensorflow/tfjs";
import { kernelEngine } from "../kernels/mod.ts";
import { accelerate, stackObstacle, stackOf } from "../layers/mod.ts";
import type { Windows } from "../windows/mod.ts";
import { checkFitOptions, checkMatch } from "./check.ts";
import type { FitOptions } from "./fit_options.ts";
import { fusedStep } from "./fused_step.ts";
import type { History } from "./history.ts";
import { NO_STACK } from "./losses.ts";
import { layersModelStep, type TrainingStep, type TrainingStepOptions } from "./training_step.ts";
import { TrainingRun } from "./training_run.ts";

/**
 * Trains a model to name the next note: shuffled batches, the paper's losses,
 * Adam. Lets the event loop take its turns, so that figures are drawn and a
 * click on Stop is seen.
 *
 * The kernel computes what it can of the model, as a whole where it knows all
 * layers; tfjs's own LSTM and GRU layers are moved onto it first (`accelerate`).
 * Where a layer keeps the whole from it, one line on standard error says which,
 * and what to write instead.
 *
 * @param model Any layers model with the heads `pitch`, `step` and `duration`; it changes in place.
 * @param windows What it learns from.
 * @returns The history of the run, the epochs before a resumption included.
 * @throws {RangeError} If an option is out of range, the windows do not fit the model, or a resumed run was begun
 * with other settings.
 * @throws {TypeError} If options do not go together, or the model has not the three heads.
 * @throws {Deno.errors.NotFound} If there is no checkpoint to resume from.
 * @throws {Error} If a loss becomes NaN or infinite; the checkpoint before it stays.
 */
export async function fit(model: tf.LayersModel, windows: Windows, options: FitOptions): Promise<History> {
  checkFitOptions(options);
  for (const some of [windows, options.heldOut]) if (some) checkMatch(model, some);
  const { epochs, patience = Infinity, createStep = fastestStep, onEpoch } = options;
  const { learningRate, lossWeights, supervision = "last" } = options;
  if (supervision === "every" && !stackOf(model)) throw new TypeError(NO_STACK);

  accelerate(model);
  const trainer = await createStep(model, { learningRate, lossWeights, supervision });
  try {
    const run = new TrainingRun(model, windows, trainer, options);
    if (options.resume) await run.resume();
    const state = () => run.epochs >= epochs ? "finished" : run.epochsWithoutBetter >= patience ? "early" : "running";
    while (state() === "running") {
      const record = await run.trainEpoch();
      await run.save();
      if (!record) return run.history("interrupted");
      await onEpoch?.(record, run.history(state()));
    }
    run.restoreBest();
    return run.history(state());
  } finally {
    trainer.dispose();
  }
}

function fastestStep(model: tf.LayersModel, options: TrainingStepOptions): TrainingStep {
  const fused = fusedStep(model, options);
  // Where there is no kernel at all, startBackend has said so.
  if (!fused && kernelEngine()) console.warn(`Slow: tfjs trains "${model.name}", because ${stackObstacle(model)}`);
  return fused ?? layersModelStep(model, options);
}
