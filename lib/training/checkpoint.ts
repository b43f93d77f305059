import type * as tf from "@tensorflow/tfjs";
import { DamageError, isThere, readSealed } from "../files/mod.ts";
import { addCheckpoint, checkpointFolders, makeLatest } from "./checkpoint_folders.ts";
import type { EpochRecord } from "./history.ts";
import type { LossSums } from "./losses.ts";
import type { OptimiserState } from "./optimiser.ts";
import type { Recipe } from "./recipe.ts";
import { modelFiles } from "./saved_model.ts";
import { weightsOf } from "./weights.ts";

/** How far a training run has come: what it needs to go on as if it had never stopped. */
export interface Progress {
  /** The finished epochs. */
  epochs: EpochRecord[];
  /** State of the generator when the epoch that comes next, or that was interrupted, began. */
  prng: number[];
  /** Steps of that epoch that are done; 0 between two epochs. */
  step: number;
  /** Losses of these steps. */
  losses: LossSums;
  /** Seconds spent on these steps. */
  seconds: number;
  /** Median time of a step in seconds. */
  secondsPerStep: number;
}

/** All that a checkpoint holds. */
export interface Checkpoint {
  /** The model's weights, in its order. */
  weights: Float32Array[];
  /** What the run was started with. */
  recipe: Recipe;
  /** The kernel that has computed it; `"tfjs"` where there is none. */
  kernel: string;
  /** How far it has come. */
  progress: Progress;
  /** What the optimiser remembers. */
  optimiser: OptimiserState;
  /** Weights of the best epoch, where they are to be restored. */
  best?: Float32Array[];
}

/**
 * Writes a run's checkpoint, and keeps the one before: the model in tfjs's format (`model.json`, `weights.bin`),
 * `optimiser.bin` (means, squares, the average of the weights where one is kept), `best.bin` where there is a best epoch
 * to go back to, `state.json` with the rest, and a manifest.
 *
 * @throws {Error} If it cannot be written, or a weight is not finite; the checkpoints before are as they were.
 */
export async function writeCheckpoint(
  run: string,
  model: tf.LayersModel,
  checkpoint: Omit<Checkpoint, "weights">,
): Promise<void> {
  const { recipe, kernel, progress, optimiser: { iterations, means, squares, average }, best } = checkpoint;
  checkFinite(progress, [...weightsOf(model), ...means, ...squares]);
  const sizes = { weights: model.getWeights().map(({ size }) => size), moments: means.map((m) => m.length) };
  const state = {
    recipe,
    kernel,
    progress,
    iterations,
    sizes,
    average: average !== undefined,
    best: best !== undefined,
  };
  const files = {
    ...await modelFiles(model),
    "optimiser.bin": await joined([...means, ...squares, ...average ?? []]),
    ...best && { "best.bin": await joined(best) },
    "state.json": JSON.stringify(state, null, 1),
  };
  await addCheckpoint(run, `checkpoint ${progress.epochs.length}`, files);
}

/**
 * Reads a run's latest checkpoint. Where that one is damaged, the one before takes its place, which is said on standard
 * error, and the damaged one is set aside in `checkpoint.damaged`.
 *
 * @throws {Deno.errors.NotFound} If the run has no checkpoint.
 * @throws {DamageError} If there are some, and none of them is whole.
 */
export async function readCheckpoint(run: string): Promise<Checkpoint> {
  const { fresh, latest, before, damaged } = checkpointFolders(run);
  const problems: string[] = [];
  for (const place of [fresh, latest, before]) {
    let found: Checkpoint | undefined;
    try {
      found = await readFrom(place);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      problems.push(error.reason);
    }
    if (!found) continue;
    if (place !== latest) await makeLatest(run, place);
    if (place === before && problems.length > 0) {
      console.warn(
        `Going on from checkpoint ${found.progress.epochs.length}, the one before the latest of "${run}": ` +
          `${problems.join("; ")}; what is damaged is in "${damaged}" now`,
      );
    }
    return found;
  }
  if (problems.length > 0) {
    throw new DamageError(run, `no checkpoint to resume from is whole: ${problems.join("; ")}; start without resume`);
  }
  throw new Deno.errors.NotFound(`Cannot resume: there is no checkpoint in "${run}"; start without resume`);
}

/** The checkpoint in a folder; nothing where there is none. */
async function readFrom(folder: string): Promise<Checkpoint | undefined> {
  if (!await isThere(folder)) return;
  const files = await readSealed(folder);
  if (!files) {
    throw new DamageError(folder, `"${folder}" has no manifest.json: an earlier program wrote it, or it is damaged`);
  }
  try {
    const bytesOf = (name: string) => {
      const bytes = files.get(name);
      if (!bytes) throw new RangeError(`its manifest does not name ${name}`);
      return bytes;
    };
    const read = (name: string, sizes: number[]) => split(bytesOf(name), sizes, name);
    const state = JSON.parse(new TextDecoder().decode(bytesOf("state.json")));
    const { recipe, kernel, progress, iterations, sizes, average, best } = state ?? {};
    const { epochs, prng, step, losses } = progress ?? {};
    const isComplete = Array.isArray(epochs) && areCounts(prng) && areCounts([iterations, step]) && losses && recipe;
    if (!isComplete) throw new TypeError("state.json does not say how far the run has come");
    const { weights, moments } = sizes ?? {};
    if (!areCounts(weights) || !areCounts(moments)) {
      throw new TypeError("state.json does not say how many weights there are");
    }
    const count = moments.length;
    const remembered = read("optimiser.bin", [...moments, ...moments, ...average ? moments : []]);
    const [means, squares, averages] = [0, 1, 2].map((i) => remembered.slice(i * count, (i + 1) * count));
    return {
      weights: read("weights.bin", weights),
      recipe,
      kernel,
      progress,
      optimiser: { iterations, means, squares, ...average && { average: averages } },
      best: best ? read("best.bin", weights) : undefined,
    };
  } catch (error) {
    throw new DamageError(folder, `what is in "${folder}" is no checkpoint: ${(error as Error).message}`);
  }
}

function areCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isInteger(count) && count >= 0);
}

/** A checkpoint with weights that are no numbers would keep a run from ever going on. */
function checkFinite({ epochs }: Progress, arrays: readonly Float32Array[]): void {
  if (arrays.every((numbers) => numbers.every(Number.isFinite))) return;
  throw new Error(
    `Training diverged: some weights are not finite after epoch ${epochs.length}; the checkpoint before it stays. ` +
      "Lower the learning rate, or clip the times of the windows (maxSeconds)",
  );
}

async function joined(arrays: readonly Float32Array[]): Promise<Uint8Array> {
  return new Uint8Array(await new Blob(arrays as Float32Array<ArrayBuffer>[]).arrayBuffer());
}

function split(bytes: Uint8Array<ArrayBuffer>, sizes: readonly number[], name: string): Float32Array[] {
  const numbers = new Float32Array(bytes.buffer);
  const expected = sizes.reduce((sum, size) => sum + size, 0);
  if (numbers.length !== expected) {
    throw new RangeError(`${name} should have ${expected} numbers, it has ${numbers.length}`);
  }
  if (!numbers.every(Number.isFinite)) throw new RangeError(`${name} has numbers that are not finite`);
  let offset = 0;
  return sizes.map((size) => numbers.slice(offset, offset += size));
}
