import { crc32 } from "node:zlib";
import type * as tf from "@tensorflow/tfjs";
import { loadModel } from "./saved_model.ts";
import { shapesOf, weightsInto, weightsOf } from "./weights.ts";

/** Whose weights a run began with. */
export interface InitialWeights {
  /** Folder of that run, as it was given. */
  run: string;
  /** CRC-32 of its weights. */
  content: number;
}

/**
 * Puts the weights of another run's model into a model of the same layers.
 *
 * @param model It changes in place.
 * @param run Folder of the other run, with its `model/`.
 * @throws {Deno.errors.NotFound} If there is no model in the folder.
 * @throws {RangeError} If that model has other inputs, heads or weights.
 */
export async function takeWeights(model: tf.LayersModel, run: string): Promise<InitialWeights> {
  const other = await loadModel(`${run}/model`);
  try {
    const [theirs, ours] = [other, model].map(partsOf);
    const longer = theirs.length > ours.length ? theirs : ours;
    const differs = [...longer.keys()].find((i) => theirs[i] !== ours[i]);
    if (differs !== undefined) {
      const [has, wants] = [theirs, ours].map((parts) => parts[differs] ?? "nothing more");
      throw new RangeError(
        `Cannot begin with the weights in "${run}": the model there is another; it has ${has}, this one ${wants}`,
      );
    }
    const weights = weightsOf(other);
    weightsInto(model.getWeights() as tf.Variable[], weights);
    const content = weights.reduce(
      (sum, { buffer, byteOffset, byteLength }) => crc32(new Uint8Array(buffer, byteOffset, byteLength), sum),
      0,
    );
    return { run, content };
  } finally {
    other.dispose();
  }
}

/** What two models must have in common, in words. */
function partsOf(model: tf.LayersModel): string[] {
  const { inputNames, outputNames } = model;
  return [
    // A single input may have any name.
    ...inputNames.length > 1 ? inputNames.map((name) => `input "${name}"`) : [],
    ...outputNames.map((name) => `head "${name}"`),
    ...shapesOf(model),
  ];
}
