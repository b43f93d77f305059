import { assertEquals, assertRejects } from "@std/assert";
import { type Settings, settings } from "../../lib/settings/mod.ts";
import { DamageError } from "../../lib/files/mod.ts";
import { loadRun, type RunRecord, saveRun } from "../../lib/training/mod.ts";

const losses = { total: 0.5, pitch: 4.8, step: 0.2, duration: 0.06 };
const record: RunRecord = {
  corpus: "sample",
  settings: settings("published", { patience: Infinity }),
  pieces: ["a.krn"],
  heldOut: [],
  leftOut: [{ path: "b.txt", reason: "it is a .txt file" }],
  notes: 100,
  windows: 25,
  parameters: 84_354,
  untrained: losses,
  history: { epochs: [{ epoch: 1, train: losses, seconds: 2 }], stopped: "finished", secondsPerStep: 0.1, best: 1 },
};

Deno.test("loadRun() gives back what saveRun() was given, Infinity included", async () => {
  const folder = await Deno.makeTempDir();
  await saveRun(`${folder}/run`, record);
  const loaded = await loadRun(`${folder}/run`);
  assertEquals(loaded, record);
  assertEquals(loaded.settings.maxSeconds, Infinity);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("loadRun() says what to do where there is no run, and what is broken", async () => {
  const folder = await Deno.makeTempDir();
  await assertRejects(() => loadRun(folder), Deno.errors.NotFound, "run notebook 05-train first");
  await saveRun(folder, record);
  await Deno.writeTextFile(`${folder}/history.json`, '{"epochs": [');
  await assertRejects(() => loadRun(folder), DamageError, "history.json of the run has 12 bytes, its manifest says");
  // As earlier versions have left it.
  await Deno.remove(`${folder}/manifest.json`);
  await assertRejects(() => loadRun(folder), SyntaxError, "history.json is broken");
  await saveRun(folder, { ...record, settings: { ...record.settings, scaleFeedback: false } as Settings });
  await assertRejects(
    () => loadRun(folder),
    TypeError,
    'settings.json has the settings of another version (Cannot choose settings: there is no option "scaleFeedback"',
  );
  await Deno.remove(folder, { recursive: true });
});
