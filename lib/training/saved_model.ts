import * as tf from "@tensorflow/tfjs";
import { accelerate } from "../layers/mod.ts";
import { expandHome } from "../options/mod.ts";
import { replaceFile } from "./files.ts";

/**
 * Saves a model in tfjs's own format, `model.json` and `weights.bin`: any tfjs
 * program loads it with `tf.loadLayersModel`. Each file is written to a
 * temporary name and renamed.
 *
 * @param model Any layers model.
 * @param folder Made where it is missing; other files in it stay.
 * @param config As of `model.save`: `includeOptimizer` keeps the optimizer's state.
 */
export async function saveModel(model: tf.LayersModel, folder: string, config?: tf.io.SaveConfig): Promise<void> {
  const place = expandHome(folder);
  await Deno.mkdir(place, { recursive: true });
  await model.save({
    async save(artifacts) {
      const { weightData, weightSpecs = [], ...described } = artifacts;
      const bytes = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
      const json = { ...described, weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }] };
      await replaceFile(`${place}/weights.bin`, bytes);
      await replaceFile(`${place}/model.json`, JSON.stringify(json));
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    },
  }, config);
}

/**
 * Loads a model that {@linkcode saveModel} has saved, or any other in tfjs's
 * format. Its LSTM and GRU layers compute on the kernel.
 *
 * @param folder The folder that `model.json` is in.
 * @throws {Deno.errors.NotFound} If there is no `model.json`, or no file of weights that it names.
 * @throws {SyntaxError} If `model.json` is not a saved model.
 * @throws {RangeError} If the weights are more or fewer than `model.json` says.
 */
export async function loadModel(folder: string): Promise<tf.LayersModel> {
  const artifacts = await readArtifacts(folder);
  return accelerate(await tf.loadLayersModel({ load: () => Promise.resolve(artifacts) }));
}

async function readArtifacts(folder: string): Promise<tf.io.ModelArtifacts> {
  const read = async (name: string) => {
    try {
      return await Deno.readFile(`${expandHome(folder)}/${name}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Deno.errors.NotFound(`Cannot load a model: there is no ${name} in "${folder}"`);
    }
  };
  const model = parse(new TextDecoder().decode(await read("model.json")), folder);
  return tf.io.getModelArtifactsForJSON(model, async (manifest) => {
    const specs = manifest.flatMap(({ weights }) => weights);
    const shards = await Promise.all(manifest.flatMap(({ paths }) => paths).map(read));
    const bytes = shards.reduce((sum, { length }) => sum + length, 0);
    const expected = specs.reduce((sum, spec) => sum + tf.util.sizeFromShape(spec.shape) * bytesPerNumber(spec), 0);
    if (bytes !== expected) {
      throw new RangeError(
        `Cannot load the model in "${folder}": its weights should have ${expected} bytes, they have ${bytes}`,
      );
    }
    return [specs, await new Blob(shards).arrayBuffer()];
  });
}

function parse(text: string, folder: string): tf.io.ModelJSON {
  let model: Partial<tf.io.ModelJSON> | null;
  try {
    model = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot load the model in "${folder}": model.json is broken: ${(error as Error).message}`);
  }
  if (!model?.modelTopology || !Array.isArray(model.weightsManifest)) {
    throw new SyntaxError(
      `Cannot load the model in "${folder}": model.json must have "modelTopology" and "weightsManifest"`,
    );
  }
  return model as tf.io.ModelJSON;
}

function bytesPerNumber(spec: tf.io.WeightsManifestEntry): number {
  if (spec.quantization) return spec.quantization.dtype === "uint8" ? 1 : 2;
  return spec.dtype === "bool" ? 1 : 4;
}
