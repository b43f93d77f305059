/**
 * Training: the paper's losses, `fit` with its history, checkpoints and early
 * stopping, and models on disk.
 *
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { startBackend } from "../kernels/mod.ts";
 * import { vanillaLstm } from "../systems/mod.ts";
 * import { seeded } from "../random/mod.ts";
 * import { settings } from "../settings/mod.ts";
 * import { windows } from "../windows/mod.ts";
 * import { fit } from "./mod.ts";
 *
 * await startBackend();
 * const row = [...Array(40).keys()];
 * const scale = pl.DataFrame({
 *   piece: row.map(() => "scale"),
 *   pitch: row.map((i) => 60 + [0, 2, 4, 5, 7, 9, 11, 12][i % 8]),
 *   step: row.map(() => 0.5),
 *   duration: row.map(() => 0.5),
 * });
 * const prng = seeded(42);
 * const model = vanillaLstm({ length: 8, units: 16, prng });
 * const recipe = settings("corrected", { epochs: 3, batchSize: 8, learningRate: 0.01, monitor: "train" });
 * const history = await fit(model, windows(scale, { length: 8 }), { ...recipe, prng });
 *
 * assertEquals(history.epochs.length, 3);
 * assert(history.epochs[2].train.total < history.epochs[0].train.total);
 * ```
 *
 * @module
 */
export { breather } from "./breather.ts";
export { evaluate, type EvaluateOptions } from "./evaluate.ts";
export { fit, resumeOrBegin } from "./fit.ts";
export type { FitOptions, StepReport } from "./fit_options.ts";
export { fusedStep } from "./fused_step.ts";
export { bestEpoch, type EpochRecord, type History, type Monitor } from "./history.ts";
export type { InitialWeights } from "./initial_weights.ts";
export type { Losses, LossWeights } from "./losses.ts";
export { type Match, matchOf, measuredAt, type Readable } from "./match.ts";
export { Adam, type OptimiserOptions, type OptimiserState } from "./optimiser.ts";
export { keepEarlierRun, type KeepOptions } from "./keep_earlier_run.ts";
export { learningRateAt, type Moment, type ScheduleOptions } from "./schedule.ts";
export { dropCheckpoints } from "./checkpoint_folders.ts";
export { loadModel, saveModel } from "./saved_model.ts";
export { loadRun, type RunRecord, saveRun } from "./run_record.ts";
export {
  type HeadLosses,
  layersModelStep,
  type StepArgs,
  type TrainingStep,
  type TrainingStepOptions,
} from "./training_step.ts";
