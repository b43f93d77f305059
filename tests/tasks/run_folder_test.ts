import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { display, plot } from "../../lib/plots/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { saveRun } from "../../lib/training/mod.ts";
import { writeFigures, writeSummary } from "../../tasks/run_folder.ts";
import { notebookOf, withNotebooks } from "./made_up.ts";

const losses = (total: number) => ({ total, pitch: 4, step: 0.5, duration: 0.25 });

function record(heldOut: boolean) {
  const epochs = [1, 2, 3].map((epoch) => ({
    epoch,
    train: losses(epoch),
    ...heldOut && { heldOut: losses(10 * epoch) },
    seconds: 9,
  }));
  return {
    corpus: "sample",
    settings: settings("published", { seed: 7 }),
    pieces: ["a.krn", "b.krn"],
    heldOut: ["c.krn"],
    leftOut: [{ path: "d.mid", reason: "it has only drums" }],
    notes: 300,
    windows: 225,
    parameters: 84_354,
    untrained: losses(0),
    history: { epochs, stopped: "finished" as const, secondsPerStep: 0.125, best: 3 },
  };
}

Deno.test("writeSummary() says what the run was, what it brought and where it is", async () => {
  await withNotebooks({}, async (folder) => {
    await saveRun(folder, record(true));
    await Deno.mkdir(join(folder, "samples"));
    await Deno.writeTextFile(join(folder, "samples", "a.mid"), "");
    const summary = await writeSummary(folder);
    assertEquals(summary, {
      corpus: "sample",
      reading: "published",
      seed: 7,
      pieces: 2,
      left_out: [{ path: "d.mid", reason: "it has only drums" }],
      notes: 300,
      windows: 225,
      parameters: 84_354,
      epochs: 3,
      seconds_per_step: 0.125,
      losses_untrained: losses(0),
      losses_first: losses(1),
      losses_last: losses(3),
      heldout_last: losses(30),
      files: ["history.json", "manifest.json", "run.json", "samples/a.mid", "settings.json"],
    });
    assertEquals(JSON.parse(await Deno.readTextFile(join(folder, "summary.json"))), summary);
    assertEquals((await writeSummary(folder)).files, summary.files);
  });
});

Deno.test("writeSummary() gives null where nothing was held out", async () => {
  await withNotebooks({}, async (folder) => {
    await saveRun(folder, record(false));
    assertEquals((await writeSummary(folder)).heldout_last, null);
  });
});

Deno.test("writeSummary() refuses a folder in which nothing was trained", async () => {
  await withNotebooks({}, async (folder) => {
    await assertRejects(() => writeSummary(folder), Deno.errors.NotFound);
  });
});

Deno.test("writeFigures() writes a notebook's figures in place of those of an earlier run", async () => {
  await withNotebooks({}, async (folder) => {
    const notebook = notebookOf("1", "2");
    const shows = (data: Record<string, string>) => ({ output_type: "display_data" as const, data, metadata: {} });
    const [one, two] = ["one", "two"].map((title) => plot({ title, marks: [] }));
    notebook.cells[0].outputs = [shows(one[display]()), shows({ "text/html": "<table>" })];
    notebook.cells[1].outputs = [{ output_type: "stream", name: "stdout", text: "" }, shows(two[display]())];
    for (const name of ["02-notes-01.svg", "02-notes-09.svg", "03-windows-01.svg", "02-notes-of-mine.txt"]) {
      await Deno.writeTextFile(join(folder, name), "earlier");
    }
    await writeFigures(notebook, "02-notes", folder);
    const files: Record<string, string> = {};
    for await (const { name } of Deno.readDir(folder)) files[name] = await Deno.readTextFile(join(folder, name));
    assertEquals(files, {
      "02-notes-01.svg": one.svg,
      "02-notes-02.svg": two.svg,
      "02-notes-of-mine.txt": "earlier",
      "03-windows-01.svg": "earlier",
    });
  });
});
