import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import {
  evaluate,
  type EvaluateOptions,
  fit,
  type FitOptions,
  loadRun,
  saveModel,
  saveRun,
} from "../../lib/training/mod.ts";
import { bits, scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();

const windows = scaleWindows(), transposed = scaleWindows(20, 55);

/** A folder in which a run has learned a scale, gone after the test. */
async function afterScale(test: (learned: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const model = tinyModel();
    await fit(model, windows, tinyOptions({ epochs: 10 }));
    await saveModel(model, `${folder}/scale/model`);
    await test(`${folder}/scale`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("fit() with initialWeights goes on from what another run has learned, and says so", () =>
  afterScale(async (learned) => {
    const options = tinyOptions({ epochs: 1, heldOut: windows });
    const [afresh, tuned] = [tinyModel(99), tinyModel(99)];
    const before = await fit(afresh, transposed, options);
    const history = await fit(tuned, transposed, tinyOptions({ epochs: 1, heldOut: windows, initialWeights: learned }));
    assert(history.epochs[0].heldOut!.total < before.epochs[0].heldOut!.total);
    assertEquals([before.initialWeights, history.initialWeights?.run], [undefined, learned]);

    // The model's own weights make no difference, the learned ones do.
    const other = tinyModel(7);
    await fit(other, transposed, tinyOptions({ epochs: 1, initialWeights: learned }));
    assertEquals(bits(other), bits(tuned));
    assertNotEquals(bits(afresh), bits(tuned));
  }));

Deno.test("fit() with initialWeights begins with exactly these", () =>
  afterScale(async (learned) => {
    const losses: EvaluateOptions = { batchSize: 10, lossWeights: tinyOptions().lossWeights };
    const seen: number[] = [];
    const model = tinyModel(99);
    const onStep: FitOptions["onStep"] = ({ losses }) => void seen.push(losses.total);
    await fit(model, windows, tinyOptions({ epochs: 1, batchSize: windows.size, initialWeights: learned, onStep }));
    const origin = tinyModel();
    await fit(origin, windows, tinyOptions({ epochs: 10 }));
    const expected = await evaluate(origin, windows, losses);
    assert(Math.abs(seen[0] - expected.total) < 1e-5, `${seen[0]}, not ${expected.total}`);
  }));

Deno.test("fit() with initialWeights resumes to the same bits, and keeps to them", () =>
  afterScale(async (learned, folder) => {
    const [straight, first, second] = [tinyModel(3), tinyModel(4), tinyModel(5)];
    const options = (epochs: number, changes: Partial<FitOptions> = {}) =>
      tinyOptions({ epochs, initialWeights: learned, ...changes });
    const whole = await fit(straight, transposed, options(4));
    const run = `${folder}/run`;
    await fit(first, transposed, options(2, { run }));
    const resume = (changes: Partial<FitOptions> = {}) =>
      fit(second, transposed, options(4, { run, resume: true, ...changes }));
    const changed = "Cannot resume: the run was begun otherwise (initialWeights was ";
    await assertRejects(() => resume({ initialWeights: undefined }), RangeError, changed);
    await saveModel(tinyModel(8), `${folder}/other/model`);
    await assertRejects(() => resume({ initialWeights: `${folder}/other` }), RangeError, changed);
    const resumed = await resume();
    assertEquals(bits(second), bits(straight));
    assertEquals(resumed.initialWeights, whole.initialWeights);

    // Not the folder's name but the weights count.
    await Deno.rename(learned, `${folder}/moved`);
    assertEquals((await resume({ initialWeights: `${folder}/moved` })).epochs.length, 4);
  }));

Deno.test("saveRun() and loadRun() keep whose weights a run began with", () =>
  afterScale(async (learned, folder) => {
    const model = tinyModel();
    const history = await fit(model, transposed, tinyOptions({ initialWeights: learned }));
    const data = { corpus: "scale", pieces: ["scale"], heldOut: [], leftOut: [], notes: 20, windows: transposed.size };
    const untrained = history.epochs[0].train;
    await saveRun(folder, {
      ...data,
      settings: settings("published"),
      parameters: model.countParams(),
      untrained,
      history,
    });
    assertEquals((await loadRun(folder)).history.initialWeights, history.initialWeights);
  }));

Deno.test("fit() refuses the weights of another model, and of none, and leaves the model as it is", () =>
  afterScale(async (learned, folder) => {
    const wider = vanillaLstm({ length: 4, units: 9, prng: seeded(1) });
    const before = bits(wider);
    await assertRejects(
      () => fit(wider, windows, tinyOptions({ initialWeights: learned })),
      RangeError,
      `Cannot begin with the weights in "${learned}": the model there is another; it has kernel [3,32], this one kernel [3,36]`,
    );
    assertEquals(bits(wider), before);
    await assertRejects(
      () => fit(tinyModel(), windows, tinyOptions({ initialWeights: folder })),
      Deno.errors.NotFound,
      `there is no model.json in "${folder}/model"`,
    );
  }));

Deno.test("fit() keeps no tensors of the run that it begins with", () =>
  afterScale(async (learned) => {
    const model = tinyModel();
    const options = () => tinyOptions({ initialWeights: learned });
    await fit(model, windows, options());
    const before = tf.memory().numTensors;
    await fit(model, windows, options());
    assertEquals(tf.memory().numTensors, before);
  }));
