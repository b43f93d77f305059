import type * as tf from "@tensorflow/tfjs";
import { lastGood, replaceFile, replaceFolder } from "./files.ts";
import { expandHome } from "../options/mod.ts";
import type { EpochRecord } from "./history.ts";
import type { LossSums } from "./losses.ts";
import type { OptimiserState } from "./optimiser.ts";
import type { Recipe } from "./recipe.ts";
import { saveModel } from "./saved_model.ts";

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

/** Where in a run's folder the checkpoint stands. */
const folderOf = (run: string) => `${expandHome(run)}/checkpoint`;

/**
 * Writes a run's checkpoint over the one before: the model in tfjs's format
 * (`model.json`, `weights.bin`), `optimiser.bin` (means, squares, the average of
 * the weights where one is kept), `best.bin` where there is a best epoch to go
 * back to, and `state.json` with the rest.
 */
export async function writeCheckpoint(
  run: string,
  model: tf.LayersModel,
  checkpoint: Omit<Checkpoint, "weights">,
): Promise<void> {
  const { recipe, kernel, progress, optimiser: { iterations, means, squares, average }, best } = checkpoint;
  const sizes = { weights: model.getWeights().map(({ size }) => size), moments: means.map((m) => m.length) };
  await replaceFolder(folderOf(run), async (folder) => {
    await saveModel(model, folder);
    await replaceFile(`${folder}/optimiser.bin`, await joined([...means, ...squares, ...average ?? []]));
    if (best) await replaceFile(`${folder}/best.bin`, await joined(best));
    const state = {
      recipe,
      kernel,
      progress,
      iterations,
      sizes,
      average: average !== undefined,
      best: best !== undefined,
    };
    await replaceFile(`${folder}/state.json`, JSON.stringify(state, null, 1));
  });
}

/**
 * Reads a run's checkpoint.
 *
 * @throws {Deno.errors.NotFound} If the run has no checkpoint.
 * @throws {SyntaxError} If the checkpoint is broken.
 */
export async function readCheckpoint(run: string): Promise<Checkpoint> {
  const folder = await lastGood(folderOf(run));
  if (!folder) {
    throw new Deno.errors.NotFound(`Cannot resume: there is no checkpoint in "${run}"; start without resume`);
  }
  try {
    const state = JSON.parse(await Deno.readTextFile(`${folder}/state.json`));
    const { recipe, kernel, progress, iterations, sizes, average, best } = state;
    const read = async (name: string, sizes: number[]) => split(await Deno.readFile(`${folder}/${name}`), sizes);
    const { moments } = sizes, count = moments.length;
    const remembered = await read("optimiser.bin", [...moments, ...moments, ...average ? moments : []]);
    const [means, squares, averages] = [0, 1, 2].map((i) => remembered.slice(i * count, (i + 1) * count));
    return {
      weights: await read("weights.bin", sizes.weights),
      recipe,
      kernel,
      progress,
      optimiser: { iterations, means, squares, ...average && { average: averages } },
      best: best ? await read("best.bin", sizes.weights) : undefined,
    };
  } catch (error) {
    throw new SyntaxError(`Cannot resume: the checkpoint in "${folder}" is broken: ${(error as Error).message}`);
  }
}

async function joined(arrays: readonly Float32Array[]): Promise<Uint8Array> {
  return new Uint8Array(await new Blob(arrays as Float32Array<ArrayBuffer>[]).arrayBuffer());
}

function split(bytes: Uint8Array, sizes: readonly number[]): Float32Array[] {
  const numbers = new Float32Array(bytes.slice().buffer);
  const expected = sizes.reduce((sum, size) => sum + size, 0);
  if (numbers.length !== expected) throw new RangeError(`expected ${expected} numbers, found ${numbers.length}`);
  let offset = 0;
  return sizes.map((size) => numbers.slice(offset, offset += size));
}
