import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { loadModel, saveModel } from "../../lib/training/mod.ts";
import { bits, tinyModel } from "./tiny.ts";

await startBackend();

/** A folder for the test, gone after it. */
async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

Deno.test("saveModel() and loadModel() give the model back, bit by bit", () =>
  inFolder(async (folder) => {
    const model = tinyModel();
    await saveModel(model, `${folder}/runs/first/model`);
    const loaded = await loadModel(`${folder}/runs/first/model`);
    assertEquals(bits(loaded), bits(model));
    assertEquals(loaded.outputNames, ["pitch", "step", "duration"]);
    const x = tf.randomUniform([2, 4, 3]);
    const [a, b] = [model, loaded].map((m) => (m.predict(x) as tf.Tensor[]).map((y) => [...y.dataSync()]));
    assertEquals(a, b);
  }));

Deno.test("saveModel() writes what tf.loadLayersModel loads, with Keras's activations", () =>
  inFolder(async (folder) => {
    const model = tinyModel();
    await saveModel(model, folder);
    assertEquals(await names(folder), ["manifest.json", "model.json", "weights.bin"]);
    const json = JSON.parse(await Deno.readTextFile(`${folder}/model.json`));
    assertEquals(json.format, "layers-model");
    assertEquals(json.weightsManifest[0].paths, ["weights.bin"]);
    const lstm = json.modelTopology.config.layers.find((layer: { name: string }) => layer.name === "lstm");
    assertEquals([lstm.config.activation, lstm.config.recurrent_activation], ["tanh", "sigmoid"]);

    const stock = await tf.loadLayersModel(tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest[0].weights,
      weightData: (await Deno.readFile(`${folder}/weights.bin`)).buffer,
    }));
    assertEquals(bits(stock), bits(model));
  }));

Deno.test("saveModel() replaces a model and leaves other files alone", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/settings.json`, "{}");
    await saveModel(tinyModel(1), folder);
    await saveModel(tinyModel(2), folder);
    assertEquals(await names(folder), ["manifest.json", "model.json", "settings.json", "weights.bin"]);
    assertEquals(bits(await loadModel(folder)), bits(tinyModel(2)));
  }));

Deno.test("loadModel() says what is missing or broken", () =>
  inFolder(async (folder) => {
    const fails = (type: new (message?: string) => Error, message: string) =>
      assertRejects(() => loadModel(folder), type, message);
    await assertRejects(() => loadModel(`${folder}/none`), Deno.errors.NotFound, "there is no model.json in");

    // Of another program: there is no manifest to hold it against.
    await saveModel(tinyModel(), folder);
    await Deno.remove(`${folder}/manifest.json`);
    const weights = await Deno.readFile(`${folder}/weights.bin`);
    await Deno.writeFile(`${folder}/weights.bin`, weights.subarray(0, 400));
    await fails(RangeError, `its weights should have ${weights.length} bytes, they have 400`);
    await Deno.remove(`${folder}/weights.bin`);
    await fails(Deno.errors.NotFound, "there is no weights.bin in");

    const json = await Deno.readTextFile(`${folder}/model.json`);
    await Deno.writeTextFile(`${folder}/model.json`, json.slice(0, 300));
    await fails(SyntaxError, "model.json is broken");
    await Deno.writeTextFile(`${folder}/model.json`, "{}");
    await fails(SyntaxError, '"modelTopology" and "weightsManifest"');
    await Deno.writeTextFile(`${folder}/model.json`, "null");
    await fails(SyntaxError, '"modelTopology" and "weightsManifest"');
  }));

Deno.test("saveModel() asks for no weights to be drawn again when the model is loaded", () =>
  // tfjs would draw an orthogonal matrix then, for seconds, if the config asked for it.
  inFolder(async (folder) => {
    await saveModel(vanillaLstm({ prng: seeded(1) }), folder);
    const json = await Deno.readTextFile(`${folder}/model.json`);
    const initialisers = json.matchAll(/"\w*_initializer":\{"class_name":"(\w+)"/g).map(([, name]) => name).toArray();
    assert(initialisers.length > 3, json);
    assertEquals(new Set(initialisers).difference(new Set(["Zeros", "Ones"])), new Set(), json);
  }));
