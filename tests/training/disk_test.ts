/** Disks that are full, read-only or gone. Those of their own need to be mounted, which only root may. */

import { assertEquals, assertRejects } from "@std/assert";
import { startBackend } from "../../lib/kernels/mod.ts";
import { fit, type FitOptions, loadModel, saveModel } from "../../lib/training/mod.ts";
import { bits, scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();

const windows = scaleWindows();
const straight = tinyModel();
await fit(straight, windows, tinyOptions({ epochs: 4 }));

async function runs(command: string, ...args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output();
  return success;
}

/** Gives a test a folder on a disk of its own. */
async function onDisk(kilobytes: number, test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await runs("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder);
    await test(folder);
  } finally {
    await runs("umount", "--lazy", "--recursive", folder);
    await Deno.remove(folder, { recursive: true });
  }
}

const mayMount = Deno.build.os === "linux" && await (async () => {
  const folder = await Deno.makeTempDir();
  const mounted = await runs("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder);
  if (mounted) await runs("umount", folder);
  await Deno.remove(folder);
  return mounted;
})();

/** A test that is skipped, and says so, where no disk can be mounted. */
function diskTest(name: string, test: () => Promise<void>): void {
  Deno.test({
    name: `${name}${mayMount ? "" : " [needs to mount a disk, skipped without]"}`,
    ignore: !mayMount,
    fn: test,
  });
}

/** Leaves no room at all. */
async function fill(folder: string): Promise<void> {
  const block = new Uint8Array(4096);
  using file = await Deno.open(`${folder}/filler`, { create: true, append: true });
  try {
    for (;;) await file.write(block);
  } catch (error) {
    assertEquals((error as { code?: string }).code, "ENOSPC");
  }
}

const readOnly = (folder: string) => runs("mount", "-o", "bind,ro", folder, folder);

/** Trains a fresh model in a folder, and counts the steps. */
async function train(run: string, changes: Partial<FitOptions> = {}): Promise<number[][]> {
  const model = tinyModel(changes.resume ? 99 : 1);
  await fit(model, windows, tinyOptions({ epochs: 4, run, ...changes }));
  return bits(model);
}

const names = async (folder: string) => (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();

/** Fails the test if a step is taken. */
const onStep = () => {
  throw new Error("a step was taken");
};

diskTest("fit() says before the first epoch that the disk is full", () =>
  onDisk(128, async (disk) => {
    await assertRejects(
      () => train(`${disk}/run`, { onStep }),
      Error,
      `Cannot train: the disk that "${disk}/run" is on is full; choose another folder for the run`,
    );
    assertEquals((await names(`${disk}/run`)).filter((name) => name.startsWith("checkpoint")), []);
  }));

diskTest(
  "fit() says before it goes on that the disk is full, and leaves what is there whole",
  () =>
    onDisk(1024, async (disk) => {
      await train(`${disk}/run`, { epochs: 2 });
      await fill(disk);
      await assertRejects(() => train(`${disk}/run`, { resume: true, onStep }), Error, "is full; choose");
      await Deno.remove(`${disk}/filler`);
      assertEquals(await train(`${disk}/run`, { resume: true }), bits(straight));
    }),
);

diskTest(
  "fit() says which checkpoint finds no room any more, and goes on from the one before",
  () =>
    onDisk(1024, async (disk) => {
      await assertRejects(
        () => train(`${disk}/run`, { onEpoch: ({ epoch }) => epoch === 2 ? fill(disk) : undefined }),
        Error,
        `Cannot write checkpoint 3: the disk that "${disk}/run" is on is full; what was kept before stays as it was`,
      );
      assertEquals((await names(`${disk}/run`)).filter((name) => name.startsWith("checkpoint")), [
        "checkpoint",
        "checkpoint.old",
      ]);
      await Deno.remove(`${disk}/filler`);
      const steps: number[] = [];
      assertEquals(
        await train(`${disk}/run`, { resume: true, onStep: ({ epoch }) => void steps.push(epoch) }),
        bits(straight),
      );
      assertEquals(new Set(steps), new Set([3, 4]));
    }),
);

diskTest("fit() says that a folder is read-only, before the first epoch and later", () =>
  onDisk(1024, async (disk) => {
    const run = `${disk}/run`;
    await assertRejects(
      () => train(run, { onEpoch: async ({ epoch }) => epoch === 2 ? void await readOnly(run) : undefined }),
      Error,
      `Cannot write checkpoint 3: "${run}" is read-only; what was kept before stays as it was`,
    );
    const going = () => train(run, { resume: true, onStep });
    await assertRejects(going, Error, `Cannot train: "${run}" is read-only; `);
    await runs("umount", run);
    assertEquals(await train(run, { resume: true }), bits(straight));
  }));

Deno.test("fit() says before the first epoch that a file is where its folder should be", async () => {
  const file = await Deno.makeTempFile();
  for (const run of [file, `${file}/run`]) {
    await assertRejects(() => train(run, { onStep }), Error, "a file is in the way; ");
  }
  assertEquals(await Deno.readTextFile(file), "");
  await Deno.remove(file);
});

Deno.test("fit() says that its folder was deleted while it trained, and does not make it again", async () => {
  const folder = await Deno.makeTempDir(), run = `${folder}/run`;
  await assertRejects(
    () => train(run, { onEpoch: ({ epoch }) => epoch === 2 ? Deno.remove(run, { recursive: true }) : undefined }),
    Error,
    `Cannot write checkpoint 3: "${run}" is not there any more`,
  );
  assertEquals(await names(folder), []);
  await Deno.remove(folder);
});

diskTest("saveModel() says that the disk is full, and leaves the model before", () =>
  onDisk(256, async (disk) => {
    await saveModel(tinyModel(1), `${disk}/model`);
    await fill(disk);
    await assertRejects(
      () => saveModel(tinyModel(2), `${disk}/model`),
      Error,
      `Cannot save the model: the disk that "${disk}/model" is on is full`,
    );
    assertEquals(await names(`${disk}/model`), ["manifest.json", "model.json", "weights.bin"]);
    assertEquals(bits(await loadModel(`${disk}/model`)), bits(tinyModel(1)));
  }));
