import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { splitByPiece } from "../../lib/corpus/mod.ts";
import { type SurveyOptions, sweepTrainer } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { loadRun } from "../../lib/training/mod.ts";
import { exists, madeUpPiece, melody, withFolder } from "../corpus/made_up.ts";

await startBackend();

const pieces = Array.from({ length: 12 }, (_, i) => madeUpPiece(`tune${i}.mid`, melody(i + 1)));
const corpus = { name: "tunes", pieces, leftOut: [] };
const heldOut = splitByPiece(pieces, { doubles: "leave out" }).valid.length;

/** Surveys a sweep of tiny networks with these settings. */
function survey(trials: SurveyOptions["trials"], changes: Partial<SurveyOptions> = {}) {
  const small = trials.map((trial) => ({ length: 4, shift: 4, batchSize: 8, units: 4, epochs: 3, ...trial }));
  return sweepTrainer(corpus).survey({
    reading: "corrected",
    system: "lstm",
    minimise: "total",
    trials: small,
    ...changes,
  });
}

Deno.test("survey() settles all settings, and counts the held-out notes that losses are means of", () => {
  const { settings, notes } = survey([{ units: 6 }, { learningRate: 1 }]);
  assertEquals(settings.map(({ units, learningRate }) => [units, learningRate]), [[6, 0.0025], [4, 1]]);
  assertEquals(settings[0].pieces, "split");
  // Nine windows of four fit into forty notes, and each has a note after it.
  assertEquals(notes, 9 * heldOut);
  assertEquals(survey([{ supervision: "every", partial: true }]).notes, 39 * heldOut);
});

Deno.test("survey() refuses trials whose losses cannot be compared", () => {
  const refused: [SurveyOptions["trials"], Partial<SurveyOptions>, string][] = [
    [[{ length: 4 }, { length: 8 }], {}, "some measure other held-out notes ("],
    [[{ maxSeconds: 1 }, { maxSeconds: 2 }], {}, "some measure times that are clipped elsewhere"],
    [[{ transpose: true }, { transpose: false }], {}, "some measure the notes in other keys"],
    [[{ lossWeights: { pitch: 1, step: 1, duration: 1 } }, {}], {}, "some measure a sum with other weights"],
    [[{ times: "classes" }, { times: "logNormal" }], { system: "gru-density" }, "some measure losses of another kind"],
  ];
  for (const [trials, changes, message] of refused) {
    assertThrows(() => survey(trials, changes), TypeError, `trials cannot be compared, because ${message}`);
  }
  assertEquals(
    survey([{ lossWeights: { pitch: 1, step: 1, duration: 1 } }, {}], { minimise: "pitch" }).notes > 0,
    true,
  );
  assertThrows(
    () => survey([{}], { minimise: "pich" }),
    RangeError,
    'lstm has no loss "pich" among total, pitch, step, duration, the nearest is "pitch"',
  );
  assertThrows(() => survey([{}], { system: "n-grams" }), RangeError, 'Cannot take "n-grams"');
  assertThrows(() => survey([{ unit: 3 } as object]), TypeError, 'no option "unit"');
});

Deno.test("train() comes to the same in one go and in several, and leaves a run at the end", () =>
  withFolder(async (folder) => {
    const trainer = sweepTrainer(corpus);
    const { settings: [settings] } = survey([{}]);
    const train = (run: string, until: number) =>
      trainer.train({ settings, until, minimise: "pitch", run: join(folder, run) });
    const straight = await train("straight", 3);
    const first = await train("rungs", 1);
    assertEquals([first.epoch, await exists(join(folder, "rungs/run.json"))], [1, false]);
    assertEquals(await exists(join(folder, "rungs/checkpoint")), true);
    // Asked again, because nobody had heard of it: nothing is trained twice.
    assertEquals(await train("rungs", 1), first);
    const second = await train("rungs", 2);
    // Asked for what is past.
    assertEquals((await train("rungs", 1)).loss, first.loss);
    const last = await train("rungs", 3);
    assert(last.loss <= second.loss && second.loss <= first.loss);
    assertEquals([last.loss, last.epoch], [straight.loss, straight.epoch]);
    const [one, many] = [await loadRun(join(folder, "straight")), await loadRun(join(folder, "rungs"))];
    assertEquals(many.history.epochs.map(({ heldOut }) => heldOut), one.history.epochs.map(({ heldOut }) => heldOut));
    assertEquals(many.pieces.some((path) => many.heldOut.includes(path)), false);
    assertEquals(
      await Deno.readFile(join(folder, "rungs/model/weights.bin")),
      await Deno.readFile(join(folder, "straight/model/weights.bin")),
    );
    assertEquals(await exists(join(folder, "rungs/checkpoint")), false);
    assertEquals((await train("rungs", 3)).loss, last.loss);
  }));

Deno.test("train() stops when its signal fires, and goes on from there", () =>
  withFolder(async (folder) => {
    const trainer = sweepTrainer(corpus);
    const { settings: [settings] } = survey([{}]);
    const trial = { settings, until: 2, minimise: "total", run: join(folder, "run") };
    const controller = new AbortController();
    const onStep = (epochs: number) => void (epochs > 1.2 && controller.abort(new Error("Stopped")));
    await assertRejects(() => trainer.train({ ...trial, signal: controller.signal, onStep }), Error, "Stopped");
    const stopped = await trainer.train(trial);
    const straight = await trainer.train({ ...trial, run: join(folder, "straight") });
    assertEquals(stopped.loss, straight.loss);
  }));

Deno.test("train() says why it cannot", async () => {
  const { settings: [long, steep] } = survey([{ length: 500 }, { learningRate: 1e30 }]);
  const trainer = sweepTrainer(corpus);
  await withFolder(async (run) => {
    const train = (settings: typeof long) => trainer.train({ settings, until: 3, minimise: "total", run });
    await assertRejects(() => train(long), RangeError, "Cannot make windows");
    await assertRejects(() => train(steep), Error, "Training diverged");
  });
});
