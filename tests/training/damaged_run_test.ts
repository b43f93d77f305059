import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { DamageError, sealFiles } from "../../lib/files/mod.ts";
import { fit, loadModel, loadRun, type RunRecord, saveModel, saveRun } from "../../lib/training/mod.ts";
import { change, copyFolder, type Damage, damagesOf, edit, heard } from "./damages.ts";
import { bits, scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();

const own = settings("published");
const losses = { pitch: 3, step: 0.1, duration: 0.2, total: 3.3 };
const record: RunRecord = {
  corpus: "sample",
  settings: own,
  pieces: ["a.mid"],
  heldOut: [],
  leftOut: [],
  notes: 40,
  windows: 36,
  parameters: 500,
  untrained: losses,
  history: {
    epochs: [{ epoch: 1, train: losses, seconds: 1 }],
    stopped: "finished",
    best: 1,
    secondsPerStep: 0.1,
    kernel: "tfjs",
  },
};

/** Lets something be tried on a finished run, gone after it. */
async function inRun(test: (run: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await saveModel(tinyModel(), `${folder}/model`);
    await saveRun(folder, record);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Does each damage to a copy of a folder. */
async function each(
  folder: string,
  damages: readonly Damage[],
  test: (damaged: string, name: string) => Promise<void>,
): Promise<void> {
  for (const [name, damage] of damages) {
    const copy = await Deno.makeTempDir();
    try {
      await copyFolder(folder, copy);
      await damage(copy);
      await test(copy, name);
    } finally {
      await Deno.remove(copy, { recursive: true });
    }
  }
}

const otherBits = (folder: string) => saveModel(tinyModel(2), folder);

const MODEL: Damage[] = [
  ...["weights.bin", "model.json", "manifest.json"].flatMap(damagesOf).filter(([name]) =>
    name !== "manifest.json gone"
  ),
  ...["weights.bin", "model.json", "manifest.json"].map((
    file,
  ): Damage => [`${file} of another model`, async (folder) => {
    await saveModel(vanillaLstm({ length: 4, units: 9, prng: seeded(2) }), `${folder}/other`);
    await Deno.rename(`${folder}/other/${file}`, `${folder}/${file}`);
  }]),
  [
    "a weight that is NaN",
    (folder) =>
      change(`${folder}/weights.bin`, ({ buffer }) => void (new Float32Array(buffer as ArrayBuffer)[3] = NaN)),
  ],
  ["another activation", (folder) => edit(`${folder}/model.json`, /"tanh"/, '"relu"')],
];

Deno.test(`loadModel() refuses ${MODEL.length} damages to a model by name`, () =>
  inRun((run) =>
    each(`${run}/model`, MODEL, async (folder, name) => {
      const { message } = await assertRejects(() => loadModel(folder), DamageError);
      assertMatch(message, /(weights\.bin|model\.json) of the model (is|has)|manifest\.json/, name);
    })
  ));

Deno.test("loadModel() is not troubled by what hurts no model, and says where nothing can be checked", () =>
  inRun(async (run) => {
    const harmless: Damage[] = [
      ["a file more", (folder) => Deno.writeTextFile(`${folder}/notes.txt`, "mine")],
      ["a write that was broken off", (folder) => Deno.writeTextFile(`${folder}/weights.bin.new`, "half")],
    ];
    await each(`${run}/model`, harmless, async (folder, name) => {
      assertEquals(await heard(async () => assertEquals(bits(await loadModel(folder)), bits(tinyModel()), name)), "");
    });
    await Deno.remove(`${run}/model/manifest.json`);
    const said = await heard(async () => assertEquals(bits(await loadModel(`${run}/model`)), bits(tinyModel())));
    assertEquals(said, `There is no manifest.json in "${run}/model": the model is taken as it is`);
  }));

Deno.test("loadModel() refuses weights that are no numbers where there is no manifest, and keeps no tensors of them", () =>
  inRun(async (run) => {
    await change(`${run}/model/weights.bin`, ({ buffer }) => void (new Float32Array(buffer as ArrayBuffer)[3] = NaN));
    await Deno.remove(`${run}/model/manifest.json`);
    const before = tf.memory().numTensors;
    await heard(async () => {
      await assertRejects(() => loadModel(`${run}/model`), SyntaxError, "are not finite");
    });
    assertEquals(tf.memory().numTensors, before);
  }));

Deno.test("saveModel() leaves the model before or the new one, wherever it is broken off", () =>
  inRun(async (run) => {
    const folder = `${run}/model`, next = `${run}/next`;
    await otherBits(next);
    const names = ["weights.bin", "model.json", "manifest.json"];
    // As the names stand after each thing that is done: three files written, then three renamed.
    for (let written = 0; written <= 3; written++) {
      for (let renamed = 0; renamed <= (written < 3 ? 0 : 3); renamed++) {
        const broken = `${run}/${written}-${renamed}`;
        await copyFolder(folder, broken);
        for (const name of names.slice(0, written)) await Deno.copyFile(`${next}/${name}`, `${broken}/${name}.new`);
        for (const name of names.slice(0, renamed)) await Deno.rename(`${broken}/${name}.new`, `${broken}/${name}`);
        assertEquals(bits(await loadModel(broken)), bits(tinyModel(written < 3 ? 1 : 2)), `${written} ${renamed}`);
        // And so it is if the next one who saves there is broken off, too.
        const files = { "weights.bin": "half", "nowhere/model.json": "{}" };
        await assertRejects(() => sealFiles(broken, "the model", files), Deno.errors.NotFound);
        assertEquals(bits(await loadModel(broken)), bits(tinyModel(written < 3 ? 1 : 2)), `${written} ${renamed}`);
      }
    }
  }));

Deno.test("loadRun() refuses damages to the record of a run by name", () =>
  inRun(async (run) => {
    const files = ["settings.json", "history.json", "run.json", "manifest.json"];
    const damages: Damage[] = [
      ...files.flatMap(damagesOf).filter(([name]) => name !== "manifest.json gone"),
      ["another seed", (folder) => edit(`${folder}/settings.json`, /"seed": ?42/, '"seed":43')],
      ["another loss", (folder) => edit(`${folder}/history.json`, /3\.3/, "2.3")],
    ];
    await each(run, damages, async (folder, name) => {
      const { message } = await assertRejects(() => loadRun(folder), DamageError);
      assertMatch(message, /(settings|history|run)\.json of the run (is|has)|manifest\.json/, name);
    });
    // What an earlier version has left has no manifest.
    await Deno.remove(`${run}/manifest.json`);
    const said = await heard(async () => assertEquals(await loadRun(run), record));
    assertEquals(said, `There is no manifest.json in "${run}": the run is taken as it is`);
  }));

Deno.test("fit() does not begin with the weights of a damaged model", () =>
  inRun(async (run) => {
    await change(`${run}/model/weights.bin`, (bytes) => void (bytes[7] ^= 1));
    const model = tinyModel(5), before = bits(model);
    await assertRejects(
      () => fit(model, scaleWindows(), tinyOptions({ initialWeights: run })),
      DamageError,
      "weights.bin of the model has other bytes than its manifest says",
    );
    assert(JSON.stringify(bits(model)) === JSON.stringify(before));
  }));
