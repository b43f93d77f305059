import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { findNative } from "../../lib/kernels/native.ts";
import { withFolder } from "../corpus/made_up.ts";
import { isAlive, leftAlive } from "./made_up.ts";

const ROOT = new URL("../../", import.meta.url);
const ignore = Deno.build.os === "windows";
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Runs a program that starts others and prints their ids, kills it once they are busy, and says which outlive it. */
async function leftBehind(program: string, whenBusy: () => Promise<unknown> = async () => {}): Promise<number[]> {
  return await withProgram(program, async (file) => {
    const config = new URL("deno.json", ROOT).pathname;
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", config, file],
      stdout: "piped",
    }).spawn();
    const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const ids = (await reader.read()).value!.trim().split(" ").map(Number);
    assert(ids.length > 0 && ids.every((id) => id > 0), `${ids}`);
    await whenBusy();
    assertEquals(ids.filter(isAlive), ids);
    process.kill("SIGKILL");
    await process.status;
    const left = await leftAlive(...ids);
    await reader.cancel();
    return left;
  });
}

async function withProgram<T>(text: string, test: (file: string) => Promise<T>): Promise<T> {
  let result: T;
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "program.ts"), text);
    result = await test(join(folder, "program.ts"));
  });
  return result!;
}

const from = (path: string) => JSON.stringify(new URL(path, ROOT).href);

Deno.test({
  name: "guard() ends processes that know nothing of it, as soon as the one that started them gets SIGKILL",
  ignore,
  fn: async () => {
    const program = `import { guard } from ${from("tasks/kernel/lifeline.ts")};
      const start = () => new Deno.Command("sleep", { args: ["60"] }).spawn();
      const ended = start(), release = guard(ended);
      const others = [start(), start()];
      for (const other of others) guard(other);
      ended.kill();
      await ended.status;
      await release();
      console.log(...others.map(({ pid }) => pid));
      setInterval(() => {}, 1000);`;
    assertEquals(await leftBehind(program), []);
  },
});

Deno.test({
  name: "guard() ends with the last process that it guards",
  ignore,
  fn: async () => {
    const { guard } = await import("../../tasks/kernel/lifeline.ts");
    const children = [1, 2].map(() => new Deno.Command("sleep", { args: ["0.1"] }).spawn());
    const releases = children.map(guard);
    // What a test starts and does not end fails it.
    await Promise.all(children.map(async ({ status }, i) => (await status, await releases[i]())));
  },
});

Deno.test({
  name: "a kernel that is still starting ends with the one that started it",
  ignore,
  fn: async () => {
    const program = `import { KernelProcess } from ${from("tasks/kernel/process.ts")};
      const { spawn } = Deno.Command.prototype;
      Deno.Command.prototype.spawn = function () {
        const child = spawn.call(this);
        // The first is the kernel, the second its guard.
        if (!globalThis.kernel) globalThis.kernel = child.pid;
        return child;
      };
      await KernelProcess.start(".", async () => {
        console.log(globalThis.kernel);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    assertEquals(await leftBehind(program), []);
  },
});

for (const native of [false, true]) {
  Deno.test({
    name: `a kernel that trains ends with the one that started it (${native ? "native" : "portable"} kernel)`,
    ignore: ignore || native && !findNative().kernel,
    fn: () =>
      withFolder(async (folder) => {
        const run = join(folder, "run");
        const cell = `
          const { startBackend, kernelEngine } = await import(${from("lib/kernels/mod.ts")});
          const { fit } = await import(${from("lib/training/mod.ts")});
          const { vanillaLstm } = await import(${from("lib/systems/mod.ts")});
          const { seeded } = await import(${from("lib/random/mod.ts")});
          const { scaleWindows, tinyOptions } = await import(${from("tests/training/tiny.ts")});
          await startBackend({ native: ${native} });
          if (kernelEngine().kernel.startsWith("native") !== ${native}) throw new Error(kernelEngine().kernel);
          const model = vanillaLstm({ length: 4, units: 256, prng: seeded(1) });
          await fit(model, scaleWindows(2000), tinyOptions({ epochs: 1000, batchSize: 64, run: ${
          JSON.stringify(run)
        } }));`;
        const program = `import { Kernel } from ${from("tasks/kernel/kernel.ts")};
          const kernel = await Kernel.start(${JSON.stringify(ROOT.pathname)});
          const [{ data }] = await kernel.execute("Deno.pid");
          console.log(data["text/plain"].replace(/\\x1b\\[\\d+m/g, ""));
          const outputs = await kernel.execute(${JSON.stringify(cell)});
          throw new Error(JSON.stringify(outputs));`;
        const trains = async () => {
          for (let tries = 0; tries < 1200; tries++, await pause(50)) {
            if (await Deno.stat(join(run, "checkpoint")).then(() => true, () => false)) return;
          }
          throw new Error("it does not train");
        };
        assertEquals(await leftBehind(program, trains), []);
      }),
  });
}

Deno.test({
  name: "a process of a sweep ends with it, whatever it is at",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const program = `import { sweepWorkers } from ${from("tasks/sweep/workers.ts")};
        const { spawn } = Deno.Command.prototype;
        Deno.Command.prototype.spawn = function () {
          const child = spawn.call(this);
          // The first is the one that trains, the second its guard.
          if (!globalThis.worker) console.log(globalThis.worker = child.pid);
          return child;
        };
        const workers = sweepWorkers({ corpus: "sample", folder: ${JSON.stringify(folder)} });
        const trials = Array.from({ length: 60_000 }, () => ({}));
        await workers.ask({ survey: { reading: "published", system: "viewpoints", trials, minimise: "total" } });
        throw new Error("it was not busy for long enough");`;
      assertEquals(await leftBehind(program, () => pause(1000)), []);
    }),
});
