import { assertEquals, assertRejects } from "@std/assert";
import { settings } from "../../lib/settings/mod.ts";
import { saveRun } from "../../lib/training/mod.ts";
import { runWords } from "../../tasks/run_words.ts";
import { withNotebooks } from "./made_up.ts";

const losses = (pitch: number) => ({ total: 1, pitch, step: 0.5, duration: 0.012345 });

function record(corpus: string, epochs: number) {
  const records = Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    train: losses(4 - i / 10),
    heldOut: losses(4.5),
    seconds: 9,
  }));
  return {
    corpus,
    settings: settings("published"),
    pieces: ["a.krn", "b.krn"],
    heldOut: ["c.krn"],
    leftOut: [{ path: "d.mid", reason: "it has only drums" }],
    notes: 5196,
    windows: 5121,
    parameters: 84_354,
    untrained: losses(4.85),
    history: { epochs: records, stopped: "finished" as const, secondsPerStep: 0.125, best: 1 },
  };
}

Deno.test("runWords() tells a run, its losses beside the paper's, and where to go on", async () => {
  await withNotebooks({}, async (folder) => {
    await saveRun(folder, record("bachcentral", 3));
    const lines = (await runWords(folder, "07-results.ipynb")).split("\n");
    assertEquals(lines.slice(0, 8), [
      "The network learned from 2 pieces of bachcentral (published): 5,196 notes, 5,121 windows, 3 epochs, 125 ms per step.",
      "Left out: d.mid (it has only drums).",
      "",
      "loss                     pitch   (paper)     step   (paper) duration   (paper)",
      "before training           4.85    (4.81)    0.500   (0.700)   0.0123  (0.0439)",
      "after epoch 2             3.90    (3.01)    0.500  (0.0137)   0.0123  (0.0255)",
      "after epoch 3             3.80              0.500             0.0123",
      "  on held-out music       4.50              0.500             0.0123",
    ]);
    assertEquals(lines[8], "");
    assertEquals(lines[9].includes("Everything is in "), true);
    assertEquals(lines[10].startsWith("Now open "), true);
    assertEquals(lines[10].includes("notebooks/07-results.ipynb in JupyterLab (deno task lab)"), true);
  });
});

Deno.test("runWords() says where the paper's numbers are not comparable", async () => {
  await withNotebooks({}, async (folder) => {
    await saveRun(folder, record("sample", 1));
    const words = await runWords(folder, "07-results.ipynb");
    assertEquals(words.includes("The paper's numbers are those of its own seven files"), true);
    assertEquals(words.includes("1 epoch, 125 ms"), true);
  });
});

Deno.test("runWords() sets another network's losses beside nothing", async () => {
  await withNotebooks({}, async (folder) => {
    await saveRun(folder, { ...record("bachcentral", 3), settings: settings("published", { system: "gru-metre" }) });
    const lines = (await runWords(folder, "07-results.ipynb")).split("\n");
    assertEquals(lines.slice(3, 7), [
      "loss                     pitch     step duration",
      "before training           4.85    0.500   0.0123",
      "after epoch 3             3.80    0.500   0.0123",
      "  on held-out music       4.50    0.500   0.0123",
    ]);
  });
});

Deno.test("runWords() names the samples where there are some", async () => {
  await withNotebooks({}, async (folder) => {
    await saveRun(folder, record("sample", 1));
    assertEquals((await runWords(folder, "05-train.ipynb")).includes("samples"), false);
    await Deno.mkdir(`${folder}/samples`);
    assertEquals((await runWords(folder, "06-sample.ipynb")).includes("/samples/."), true);
  });
});

Deno.test("runWords() needs a run", async () => {
  await withNotebooks({}, async (folder) => {
    await assertRejects(() => runWords(folder, "07-results.ipynb"), Deno.errors.NotFound);
  });
});
