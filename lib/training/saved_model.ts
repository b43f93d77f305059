import * as tf from "@tensorflow/tfjs";
import { keepsFromWriting, readSealed, sealFiles } from "../files/mod.ts";
import { accelerate } from "../layers/mod.ts";
import { expandHome } from "../options/mod.ts";

/**
 * Saves a model in tfjs's own format, `model.json` and `weights.bin`: any tfjs
 * program loads it with `tf.loadLayersModel`. Beside them is `manifest.json`,
 * by which {@linkcode loadModel} knows that they are what was saved. A program
 * that is killed on the way leaves the model before or this one.
 *
 * @param model Any layers model.
 * @param folder Made where it is missing; other files in it stay.
 * @param config As of `model.save`: `includeOptimizer` keeps the optimizer's state.
 * @throws {Error} If the disk is full or the folder cannot be written to; a model that was there is as it was.
 */
export async function saveModel(model: tf.LayersModel, folder: string, config?: tf.io.SaveConfig): Promise<void> {
  const place = expandHome(folder), files = await modelFiles(model, config);
  await keepsFromWriting("save the model", place, async () => {
    await Deno.mkdir(place, { recursive: true });
    await sealFiles(place, "the model", files);
  });
}

/** A model as files in tfjs's own format. */
export async function modelFiles(
  model: tf.LayersModel,
  config?: tf.io.SaveConfig,
): Promise<{ "model.json": string; "weights.bin": Uint8Array }> {
  let weights = new Uint8Array(), json = "";
  await model.save({
    save(artifacts) {
      const { weightData, weightSpecs = [], ...described } = artifacts;
      weights = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
      json = JSON.stringify({ ...described, weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }] });
      return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
    },
  }, config);
  return { "model.json": json, "weights.bin": weights };
}

/**
 * Loads a model that {@linkcode saveModel} has saved, or any other in tfjs's
 * format. Its LSTM and GRU layers compute on the kernel. What has no manifest
 * cannot be held against it; then a line on standard error says so.
 *
 * @param folder The folder that `model.json` is in.
 * @throws {Deno.errors.NotFound} If there is no `model.json`, or no file of weights that it names.
 * @throws {DamageError} If a file is not what the manifest says.
 * @throws {SyntaxError} If `model.json` is not a saved model, or some weights are not finite.
 * @throws {RangeError} If the weights are more or fewer than `model.json` says.
 */
export async function loadModel(folder: string): Promise<tf.LayersModel> {
  const artifacts = await readArtifacts(folder);
  const model = await tf.loadLayersModel({ load: () => Promise.resolve(artifacts) });
  const lost = model.weights.find((weight) => !weight.read().dataSync().every(Number.isFinite));
  if (!lost) return accelerate(model);
  model.dispose();
  throw new SyntaxError(`Cannot load the model in "${folder}": its weights "${lost.originalName}" are not finite`);
}

async function readArtifacts(folder: string): Promise<tf.io.ModelArtifacts> {
  const place = expandHome(folder), sealed = await readSealed(place);
  const read = async (name: string) => {
    try {
      return sealed?.get(name) ?? await Deno.readFile(`${place}/${name}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Deno.errors.NotFound(`Cannot load a model: there is no ${name} in "${folder}"`);
    }
  };
  const model = parse(new TextDecoder().decode(await read("model.json")), folder);
  if (!sealed) console.warn(`There is no manifest.json in "${folder}": the model is taken as it is`);
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
