import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { keepEarlierRun } from "../../lib/training/mod.ts";

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

Deno.test("keepEarlierRun() moves the checkpoint of an earlier session, and replaces that of its own", async () => {
  await inFolder(async ({ run, put, list }) => {
    await put("checkpoint/state.json");
    assertEquals(await keepEarlierRun(run), `${run}-1`);
    assertEquals(list("notebook-1"), ["checkpoint"]);
    await put("checkpoint/state.json");
    assertEquals(await keepEarlierRun(run), undefined);
    assertEquals(list("notebook"), ["checkpoint"]);
  });
});

Deno.test("keepEarlierRun() leaves everything in its place for a run that is resumed", async () => {
  await inFolder(async ({ run, put, list }) => {
    await put(...RUN);
    assertEquals(await keepEarlierRun(run, { resume: true }), undefined);
    assertEquals(list("."), ["notebook"]);
  });
});
