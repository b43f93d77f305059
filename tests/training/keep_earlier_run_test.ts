import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { startBackend } from "../../lib/kernels/mod.ts";
import { LockedError } from "../../lib/locks/mod.ts";
import { fit, keepEarlierRun } from "../../lib/training/mod.ts";
import { lockedByAnother } from "../locks/another.ts";
import { scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();

/** Gives the test a folder and what it needs to fill and list it. */
async function inFolder(
  test: (
    tools: { run: string; put: (...paths: string[]) => Promise<void>; list: (path: string) => string[] },
  ) => Promise<
    void
  >,
) {
  const folder = await Deno.makeTempDir();
  const run = join(folder, "notebook");
  const put = async (...paths: string[]) => {
    for (const path of paths) {
      await Deno.mkdir(join(run, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(run, path), path);
    }
  };
  const list = (path: string) => [...Deno.readDirSync(join(folder, path))].map(({ name }) => name).sort();
  try {
    await test({ run, put, list });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const RUN = ["run.json", "history.json", "settings.json", "model/model.json", "checkpoint/state.json"];

Deno.test("keepEarlierRun() does nothing where there is no run", async () => {
  await inFolder(async ({ run, put, list }) => {
    assertEquals(await keepEarlierRun(run), undefined);
    await put("notes.txt");
    assertEquals(await keepEarlierRun(run), undefined);
    assertEquals(list("notebook"), ["notes.txt"]);
  });
});

Deno.test("keepEarlierRun() moves finished runs aside, each into a folder of its own, and nothing else", async () => {
  await inFolder(async ({ run, put, list }) => {
    await put(...RUN, "notes.txt");
    assertEquals(await keepEarlierRun(`${run}/`), `${run}-1`);
    assertEquals(list("notebook"), ["notes.txt"]);
    await put(...RUN, "samples/raw.mid");
    assertEquals(await keepEarlierRun(run), `${run}-2`);
    assertEquals(list("notebook-1"), ["checkpoint", "history.json", "model", "run.json", "settings.json"]);
    assertEquals(list("notebook-2"), ["checkpoint", "history.json", "model", "run.json", "samples", "settings.json"]);
  });
});

Deno.test("keepEarlierRun() moves the checkpoint of a run that was stopped, every time", async () => {
  await inFolder(async ({ run, put, list }) => {
    await put("checkpoint/state.json");
    assertEquals(await keepEarlierRun(run), `${run}-1`);
    assertEquals(list("notebook-1"), ["checkpoint"]);
    await put("checkpoint/state.json");
    assertEquals(await keepEarlierRun(run), `${run}-2`);
    assertEquals([list("notebook"), list("notebook-2")], [[], ["checkpoint"]]);
  });
});

Deno.test("keepEarlierRun() leaves everything in its place for a run that is resumed", async () => {
  await inFolder(async ({ run, put, list }) => {
    await put(...RUN);
    assertEquals(await keepEarlierRun(run, { resume: true }), undefined);
    assertEquals(list("."), ["notebook"]);
  });
});

Deno.test("keepEarlierRun() and fit() refuse a folder in which another trains, or runs notebooks", () =>
  inFolder(async ({ run, put, list }) => {
    await put(...RUN);
    for (const name of ["lock", "notebooks.lock"]) {
      const other = await lockedByAnother(join(run, name));
      for (const work of [() => keepEarlierRun(run), () => fit(tinyModel(), scaleWindows(), tinyOptions({ run }))]) {
        await assertRejects(work, LockedError, `"${run}": this run is being written by process ${other.pid} since 2`);
      }
      other.kill("SIGKILL");
      await other.status;
    }
    assertEquals(list("."), ["notebook"]);
    assertEquals(await keepEarlierRun(run), `${run}-1`);
    assertEquals(list("notebook").filter((name) => !name.endsWith("lock")), []);
  }));

Deno.test("fit() begins beside an earlier run, which is moved aside, and never over it", () =>
  inFolder(async ({ run, list }) => {
    const options = { run, epochs: 3 };
    const { epochs } = await fit(tinyModel(), scaleWindows(), tinyOptions(options));
    assertEquals(list("notebook"), ["checkpoint", "checkpoint.old"]);
    await fit(tinyModel(), scaleWindows(), tinyOptions({ run, epochs: 1 }));
    assertEquals(list("."), ["notebook", "notebook-1"]);
    const earlier = await fit(tinyModel(), scaleWindows(), tinyOptions({ ...options, run: `${run}-1`, resume: true }));
    assertEquals(earlier.epochs.map(({ train }) => train), epochs.map(({ train }) => train));
  }));
