import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { compareRuns } from "../../lib/notebook/mod.ts";
import { display } from "../../lib/plots/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { type History, saveRun } from "../../lib/training/mod.ts";

const losses = (total: number) => ({ total, pitch: 4, step: 0.5, duration: 0.25 });

function history(totals: number[], heldOut: number[] = []): History {
  const epochs = totals.map((total, i) => ({
    epoch: i + 1,
    train: losses(total),
    ...i < heldOut.length && { heldOut: losses(heldOut[i]) },
    seconds: 1,
  }));
  return { epochs, stopped: "finished", secondsPerStep: 0.1, best: totals.length };
}

const RUNS = {
  slow: { history: history([3, 2, 1], [3, 2.5, 2.75]), settings: settings("published", { patience: Infinity }) },
  fast: { history: history([3, 1]), settings: settings("published", { learningRate: 0.01 }) },
};

Deno.test("compareRuns() draws the curves and tells the settings that differ", async () => {
  const { "text/html": html, "text/plain": text } = (await compareRuns(RUNS))[display]();
  assertEquals(text.split("\n"), [
    "[Runs: losses by epoch of slow, fast]",
    "run   learningRate  patience  epochs done  last total, training  lowest total, held out  in epoch",
    "slow        0.0025  Infinity            3                     1                     2.5         2",
    "fast        0.0100  5                   2                     1                       –         –",
    "2 rows × 7 columns",
  ]);
  assertStringIncludes(html, "<img ");
  assertStringIncludes(html, "<table>");
});

Deno.test("compareRuns() takes the folders of runs", async () => {
  const folder = await Deno.makeTempDir({ prefix: "notenbuch-" });
  try {
    const { history, settings } = RUNS.slow;
    const rest = { corpus: "sample", pieces: ["a.krn"], heldOut: [], leftOut: [], notes: 9, windows: 3, parameters: 5 };
    await saveRun(`${folder}/slow`, { ...rest, settings, history, untrained: losses(4) });
    const [, head, first] = (await compareRuns({ kept: `${folder}/slow`, fast: RUNS.fast }))[display]()["text/plain"]
      .split("\n");
    assertStringIncludes(head, "learningRate  patience");
    assertStringIncludes(first, "0.0025  Infinity");
    const missing = compareRuns({ kept: `${folder}/slow`, lost: `${folder}/lost` });
    await assertRejects(() => missing, Deno.errors.NotFound, `there is no finished run "lost" in "${folder}/lost"`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("compareRuns() takes histories alone, and says where nothing differs", async () => {
  const { slow, fast } = RUNS;
  const alone = (await compareRuns({ slow: slow.history, fast: fast.history }))[display]()["text/plain"];
  assertStringIncludes(alone, "run   epochs done");
  assertStringIncludes(alone, "The runs have the same settings");
});

Deno.test("compareRuns() refuses what it cannot compare", async () => {
  await assertRejects(() => compareRuns({}), RangeError, "there must be two or more, got []");
  await assertRejects(() => compareRuns(undefined as never), TypeError, "runs is missing");
  await assertRejects(() => compareRuns({ ...RUNS, odd: 3 as never }), TypeError, `"odd" must be`);
  await assertRejects(() => compareRuns({ ...RUNS, odd: {} as never }), TypeError, `"odd".history is missing`);
  await assertRejects(() => compareRuns({ one: RUNS.slow }), RangeError, "got [one]");
  await assertRejects(() => compareRuns({ ...RUNS, none: history([]) }), RangeError, `"none" has no epoch yet`);
});
