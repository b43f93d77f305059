import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { DamageError } from "../../lib/files/mod.ts";
import { bestEpoch, fit, type FitOptions, type History, loadModel } from "../../lib/training/mod.ts";
import { bits, pretended, scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();

/** A folder for a run, gone after the test. */
async function inRun(test: (run: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/run`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A history without what a clock decides. */
function timeless({ epochs, stopped, best }: History) {
  return { epochs: epochs.map(({ epoch, train, heldOut }) => ({ epoch, train, heldOut })), stopped, best };
}

const windows = scaleWindows(), heldOut = scaleWindows(20, 55);

for (const reshuffle of [true, false]) {
  Deno.test(`fit() resumes to the same bits as without a break (reshuffle ${reshuffle})`, () =>
    inRun(async (run) => {
      const [straight, first, second] = [tinyModel(), tinyModel(), tinyModel(99)];
      const whole = await fit(straight, windows, tinyOptions({ epochs: 4, heldOut, reshuffle }));
      await fit(first, windows, tinyOptions({ epochs: 2, heldOut, run, reshuffle }));
      // Another model, and a generator that has drawn since: all that matters comes from the checkpoint.
      const prng = seeded(42);
      prng();
      const options = tinyOptions({ epochs: 4, heldOut, run, resume: true, prng, reshuffle });
      const resumed = await fit(second, windows, options);
      assertEquals(bits(second), bits(straight));
      assertEquals(timeless(resumed), timeless(whole));
    }));
}

Deno.test("fit() resumes to the same bits from the middle of an epoch", () =>
  inRun(async (run) => {
    const [straight, stopped, resumed] = [tinyModel(), tinyModel(), tinyModel(99)];
    const options = tinyOptions({ epochs: 3, heldOut });
    const whole = await fit(straight, windows, options);
    const stop = new AbortController();
    let steps = 0;
    const broken = await fit(
      stopped,
      windows,
      tinyOptions({
        epochs: 3,
        heldOut,
        run,
        signal: stop.signal,
        onStep: () => ++steps === 6 ? stop.abort() : undefined,
      }),
    );
    assertEquals([broken.stopped, broken.epochs.length], ["interrupted", 1]);
    assertEquals(bits(await loadModel(`${run}/checkpoint`)), bits(stopped));
    const more: number[] = [];
    const history = await fit(
      resumed,
      windows,
      tinyOptions({ epochs: 3, heldOut, run, resume: true, onStep: ({ step }) => void more.push(step) }),
    );
    assertEquals(more, [3, 4, 1, 2, 3, 4]);
    assertEquals(bits(resumed), bits(straight));
    assertEquals(timeless(history), timeless(whole));
  }));

Deno.test("fit() resumes with the held-out windows when it was stopped in them", () =>
  inRun(async (run) => {
    const [straight, stopped, resumed] = [tinyModel(), tinyModel(), tinyModel(99)];
    const whole = await fit(straight, windows, tinyOptions({ epochs: 2, heldOut }));
    const stop = new AbortController();
    // Fires after the last step of the first epoch, when nothing but the held-out windows is left.
    const broken = await fit(
      stopped,
      windows,
      tinyOptions({
        epochs: 2,
        heldOut,
        run,
        signal: stop.signal,
        onStep: ({ step, steps }) => step === steps ? stop.abort() : undefined,
      }),
    );
    assertEquals([broken.stopped, broken.epochs.length], ["interrupted", 0]);
    const history = await fit(resumed, windows, tinyOptions({ epochs: 2, heldOut, run, resume: true }));
    assertEquals(bits(resumed), bits(straight));
    assertEquals(timeless(history), timeless(whole));
  }));

Deno.test("fit() counts patience and knows the best epoch across a break", () =>
  inRun(async (run) => {
    const options = (epochs: number, pitch: number[], changes: Partial<FitOptions> = {}) =>
      tinyOptions({
        epochs,
        batchSize: 36,
        patience: 3,
        restoreBest: true,
        run,
        createStep: pretended(pitch),
        ...changes,
      });
    const model = tinyModel();
    await fit(model, windows, options(3, [3, 2, 4]));
    const best = bits(model);
    const history = await fit(tinyModel(5), windows, options(9, [5, 6, 7], { resume: true }));
    assertEquals([history.epochs.length, history.stopped, history.best], [5, "early", 2]);
    assertEquals(history.epochs.map(({ train }) => train.pitch), [3, 2, 4, 5, 6]);

    const other = tinyModel(5);
    const again = await fit(other, windows, options(9, [1], { resume: true }));
    assertEquals([again.epochs.length, again.stopped], [5, "early"]);
    assertEquals(bits(other), best);
  }));

Deno.test("fit() puts back the best weights of before the break", () =>
  inRun(async (run) => {
    const [straight, first, second] = [tinyModel(), tinyModel(), tinyModel(99)];
    // Held-out notes that have nothing to do with the others: learning makes them worse.
    const options = (epochs: number, changes: Partial<FitOptions> = {}) =>
      tinyOptions({
        epochs,
        learningRate: 0.05,
        heldOut: scaleWindows(20, 100),
        monitor: "heldOut",
        restoreBest: true,
        ...changes,
      });
    const whole = await fit(straight, windows, options(8));
    assert(whole.best < 5, `the best epoch was ${whole.best}`);
    await fit(first, windows, options(5, { run }));
    const history = await fit(second, windows, options(8, { run, resume: true }));
    assertEquals(timeless(history), timeless(whole));
    assertEquals(bits(second), bits(straight));
  }));

Deno.test("fit() puts back the best held-out weights where it monitors the others, across a break too", () =>
  inRun(async (run) => {
    const [straight, first, second] = [tinyModel(), tinyModel(), tinyModel(99)];
    const perEpoch: number[][][] = [];
    const options = (epochs: number, changes: Partial<FitOptions> = {}) =>
      tinyOptions({
        epochs,
        learningRate: 0.05,
        heldOut: scaleWindows(20, 100),
        restoreBest: "heldOut",
        ...changes,
      });
    const whole = await fit(straight, windows, options(8, { onEpoch: () => void perEpoch.push(bits(straight)) }));
    const best = bestEpoch(whole.epochs, "heldOut");
    assert(best < 5 && whole.best === 8, `the best epochs were ${best} and ${whole.best}`);
    assertEquals(bits(straight), perEpoch[best - 1]);
    await fit(first, windows, options(5, { run }));
    await fit(second, windows, options(8, { run, resume: true }));
    assertEquals(bits(second), bits(straight));
    assertEquals(bits(await loadModel(`${run}/checkpoint`)), perEpoch[7]);
  }));

Deno.test("fit() refuses to resume under other settings, and says which", () =>
  inRun(async (run) => {
    await fit(tinyModel(), windows, tinyOptions({ heldOut, run }));
    const refused = (changes: Partial<FitOptions>, message: string, on = windows, model = tinyModel()) =>
      assertRejects(
        () => fit(model, on, tinyOptions({ epochs: 4, heldOut, run, resume: true, ...changes })),
        RangeError,
        message,
      );
    await refused({ batchSize: 12 }, "Cannot resume: the run was begun otherwise (batchSize was 10, is 12)");
    await refused(
      { learningRate: 0.1, lossWeights: { pitch: 1, step: 1, duration: 1 } },
      "(learningRate was 0.01, is 0.1; lossWeights.pitch was 0.05, is 1)",
    );
    await refused({ prng: seeded(7) }, "Cannot resume: the run was begun otherwise (seed was 42, is 7)");
    await refused({ dropRemainder: true }, "dropRemainder was false, is true");
    await refused({ monitor: "heldOut" }, "monitor was train, is heldOut");
    await refused({}, "windows.size was 36, is 26", scaleWindows(30));
    await refused({}, "(windows.content was ", scaleWindows(40, 61));
    await refused({ heldOut: undefined }, "heldOut.size was 16, is not given");
    const wider = vanillaLstm({ length: 4, units: 9, prng: seeded(1) });
    await refused({}, "weights was kernel [3,32]", windows, wider);
    // And none of this has hurt the run.
    assertEquals(
      (await fit(tinyModel(), windows, tinyOptions({ epochs: 3, heldOut, run, resume: true }))).epochs.length,
      3,
    );
  }));

Deno.test("fit() says that there is no checkpoint, or that it is broken", () =>
  inRun(async (run) => {
    const resume = () => fit(tinyModel(), windows, tinyOptions({ epochs: 4, run, resume: true }));
    await assertRejects(resume, Deno.errors.NotFound, "Cannot resume: there is no checkpoint in");
    await fit(tinyModel(), windows, tinyOptions({ run }));
    const file = (name: string) => `${run}/checkpoint/${name}`;
    const optimiser = await Deno.readFile(file("optimiser.bin"));
    await Deno.remove(`${run}/checkpoint.old`, { recursive: true });
    await Deno.writeFile(file("optimiser.bin"), optimiser.subarray(0, 40));
    await assertRejects(resume, DamageError, "optimiser.bin of checkpoint 2 has 40 bytes, its manifest says");
    await Deno.writeFile(file("optimiser.bin"), optimiser);
    await Deno.writeTextFile(file("state.json"), "{");
    await assertRejects(resume, DamageError, "state.json of checkpoint 2 has 1 bytes, its manifest says");
  }));

Deno.test("fit() keeps no tensors when it resumes", () =>
  inRun(async (run) => {
    const model = tinyModel();
    await fit(model, windows, tinyOptions({ run, restoreBest: true }));
    const before = tf.memory().numTensors;
    await fit(model, windows, tinyOptions({ epochs: 3, run, resume: true, restoreBest: true }));
    assertEquals(tf.memory().numTensors, before);
  }));

Deno.test("fit() finds the checkpoint that a killed run has left aside", () =>
  inRun(async (run) => {
    const straight = tinyModel(), model = tinyModel(99);
    await fit(straight, windows, tinyOptions({ epochs: 4 }));
    await fit(tinyModel(), windows, tinyOptions({ epochs: 2, run }));
    // As between the two renames, with a third checkpoint that was never finished.
    await Deno.remove(`${run}/checkpoint.old`, { recursive: true });
    await Deno.rename(`${run}/checkpoint`, `${run}/checkpoint.old`);
    await Deno.mkdir(`${run}/checkpoint.new`);
    await Deno.writeTextFile(`${run}/checkpoint.new/weights.bin`, "half");
    await fit(model, windows, tinyOptions({ epochs: 4, run, resume: true }));
    assertEquals(bits(model), bits(straight));
    assertEquals(await Array.fromAsync(Deno.readDir(run), ({ name }) => name).then((names) => names.sort()), [
      "checkpoint",
      "checkpoint.old",
    ]);
  }));

Deno.test("fit() keeps the last good checkpoint when it is killed, wherever it is", () =>
  inRun(async (run) => {
    const straight = tinyModel();
    const whole = await fit(straight, windows, tinyOptions({ epochs: 12 }));
    const child = new URL("./train_forever.ts", import.meta.url).pathname;
    // Most of the child's time goes into writing checkpoints, so it dies in the middle of one sooner or later.
    for (const milliseconds of [0, 7, 13, 22]) {
      await Deno.remove(run, { recursive: true }).catch(() => {});
      const process = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "--cached-only", child, run],
        cwd: new URL("../..", import.meta.url),
        stdout: "piped",
      }).spawn();
      const reader = process.stdout.getReader();
      await reader.read(); // It says when its first epoch is done.
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      process.kill("SIGKILL");
      await process.status;
      await reader.cancel();

      const model = tinyModel(99);
      const history = await fit(model, windows, tinyOptions({ epochs: 12, run, resume: true }));
      assertEquals(bits(model), bits(straight));
      assertEquals(timeless(history), timeless(whole));
    }
  }));
