import type * as tf from "@tensorflow/tfjs";
import { DamageError } from "../files/mod.ts";
import { paperHeads } from "../heads/mod.ts";
import { keepKernel, renewKernel } from "../kernels/mod.ts";
import { accelerate, statesToSay } from "../layers/mod.ts";
import { expandHome } from "../options/mod.ts";
import type { Examples } from "../windows/mod.ts";
import { checkFitOptions } from "./check.ts";
import { readCheckpoint } from "./checkpoint.ts";
import type { FitOptions } from "./fit_options.ts";
import { fusedStep } from "./fused_step.ts";
import type { History } from "./history.ts";
import { takeWeights } from "./initial_weights.ts";
import { moveAside } from "./keep_earlier_run.ts";
import { checkPlain, matchOf } from "./match.ts";
import { lockRun } from "./run_lock.ts";
import { layersModelStep, type TrainingStep, type TrainingStepOptions } from "./training_step.ts";
import { TrainingRun } from "./training_run.ts";

/**
 * Trains a model to name the next event: shuffled batches, the losses of its
 * heads, Adam. Lets the event loop take its turns, so that figures are drawn and
 * a click on Stop is seen.
 *
 * The kernel computes what it can of the model, as a whole where it knows all
 * layers; tfjs's own LSTM and GRU layers are moved onto it first (`accelerate`).
 * Where a layer keeps the whole from it, one line on standard error says which,
 * and what to write instead.
 *
 * @param model Any layers model with an output for each head, and inputs for what the windows hold: one input for one
 * heard column; or inputs called as heard columns, with `heard.` before where a head has the name, or as columns of the
 * event to come, with `next.` before. It changes in place.
 * @param windows What it learns from.
 * @returns The history of the run, the epochs before a resumption included.
 * @throws {RangeError} If an option is out of range, the windows do not fit the model, or a resumed run was begun
 * with other settings; if the run to begin with has another model.
 * @throws {TypeError} If options do not go together, or the model and the windows do not go together.
 * @throws {Deno.errors.NotFound} If there is no checkpoint to resume from, or no model to begin with.
 * @throws {DamageError} If no checkpoint to resume from is whole, or the model to begin with is damaged.
 * @throws {LockedError} If another process trains in the run's folder.
 * @throws {Error} If a loss becomes NaN or infinite; the checkpoint before it stays.
 * @throws {Error} Before the first epoch, if the run's folder cannot be written to or its disk is too full; later, if a
 * checkpoint cannot be written: those before it stay.
 */
export async function fit(model: tf.LayersModel, windows: Examples, options: FitOptions): Promise<History> {
  const { heads = paperHeads() } = options ?? {};
  checkFitOptions(options, heads);
  const match = matchOf(model, windows, heads);
  if (options.heldOut) matchOf(model, options.heldOut, heads);
  const { epochs, patience = Infinity, createStep = fastestStep, onEpoch } = options;
  const { lossWeights, supervision = "last", weightDecay, clipNorm, averageDecay } = options;
  checkPlain(model);
  if (supervision === "every") checkSpeaksAtEveryStep(model);

  await renewKernel();
  accelerate(model);
  using _lock = options.run === undefined ? undefined : await lockRun(expandHome(options.run), "train");
  const initial = options.initialWeights === undefined ? undefined : await takeWeights(model, options.initialWeights);
  if (options.run !== undefined && !options.resume) {
    const kept = await moveAside(options.run);
    if (kept !== undefined) console.warn(`The run that was in "${options.run}" is kept in "${kept}"`);
  }
  const saved = options.resume ? await readCheckpoint(options.run!) : undefined;
  if (saved) await keepKernel(saved.kernel);
  const optimiser = { weightDecay, clipNorm, averageDecay };
  const trainer = await createStep(model, { heads, lossWeights, supervision, match, ...optimiser });
  try {
    const run = new TrainingRun(model, windows, trainer, { ...options, heads, match, initial });
    if (saved) run.resume(saved);
    const state = () => run.epochs >= epochs ? "finished" : run.epochsWithoutBetter >= patience ? "early" : "running";
    if (state() === "running") await run.checkRoom();
    while (state() === "running") {
      const record = await run.trainEpoch();
      await run.save();
      if (!record) {
        run.finish(false);
        return run.history("interrupted");
      }
      await onEpoch?.(record, run.history(state()));
    }
    run.finish(true);
    return run.history(state());
  } finally {
    trainer.dispose();
  }
}

/**
 * Goes on with a run where it has left a checkpoint, otherwise begins it. Where none is whole any more, a line on
 * standard error says so, and it is begun anew.
 *
 * @param train Calls {@linkcode fit} with this `resume`.
 * @returns What it returns.
 * @throws What it throws.
 */
export async function resumeOrBegin(train: (resume: boolean) => Promise<History>): Promise<History> {
  return await train(true).catch((error) => {
    if (error instanceof DamageError) console.warn(`Training anew: ${error.message}`);
    else if (!(error instanceof Deno.errors.NotFound)) throw error;
    return train(false);
  });
}

/** Fails where a model that is to name what comes after every event has nothing to say before the end of a window. */
function checkSpeaksAtEveryStep(model: tf.LayersModel): void {
  const { obstacle } = statesToSay(model);
  if (obstacle) throw new TypeError(`Cannot train with supervision "every": ${obstacle}`);
}

function fastestStep(model: tf.LayersModel, options: TrainingStepOptions): TrainingStep {
  const { step, obstacle } = fusedStep(model, options);
  // Where there is no kernel at all, startBackend has said so.
  if (obstacle) console.warn(`Slow: tfjs trains "${model.name}", because ${obstacle}`);
  return step ?? layersModelStep(model, options);
}
