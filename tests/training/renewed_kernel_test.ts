import { assert, assertEquals, assertRejects } from "@std/assert";
import { Worker } from "node:worker_threads";
import { kernelEngine, KernelError, startBackend, stopBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { bits, scaleWindows, tinyOptions } from "./tiny.ts";

/** A model with enough work for two threads. */
const model = () => vanillaLstm({ length: 4, units: 64, prng: seeded(1) });
const options = { epochs: 3, batchSize: 64 };

/** Starts a kernel of two threads; gives the Worker of the second. */
async function startTwo(): Promise<Worker> {
  await stopBackend();
  const made: Worker[] = [], { unref } = Worker.prototype;
  Worker.prototype.unref = function () {
    made.push(this);
    return unref.call(this);
  };
  try {
    await startBackend({ threads: 2 });
  } finally {
    Worker.prototype.unref = unref;
  }
  assertEquals([made.length, kernelEngine()!.threads], [1, 2]);
  return made[0];
}

Deno.test("fit() fails when a thread of the kernel ends, and the same call succeeds when it is made again", async () => {
  const run = await Deno.makeTempDir();
  try {
    await startTwo();
    const straight = model();
    await fit(straight, scaleWindows(400), tinyOptions(options));

    const worker = await startTwo(), first = kernelEngine();
    const cell = (resume: boolean, onEpoch = async () => {}) => {
      const fresh = model();
      const how = tinyOptions({ ...options, run, resume, onEpoch });
      return fit(fresh, scaleWindows(400), how).then(() => bits(fresh));
    };
    const dies = async () => {
      await worker.terminate();
      await new Promise((resolve) => setTimeout(resolve));
    };
    await assertRejects(() => cell(false, dies), KernelError, "a new engine is needed");
    assertEquals(kernelEngine(), undefined);
    assertEquals(await cell(true), bits(straight));
    assert(kernelEngine() !== first && kernelEngine()!.threads === 2);
    assertEquals(await cell(false), bits(straight));
  } finally {
    await stopBackend();
    await Deno.remove(run, { recursive: true });
    for (let n = 1; await Deno.remove(`${run}-${n}`, { recursive: true }).then(() => true, () => false); n++);
  }
});

Deno.test("startBackend() starts another kernel where a thread of the one that was has ended", async () => {
  const worker = await startTwo(), first = kernelEngine();
  await startBackend();
  assertEquals(kernelEngine(), first);
  await worker.terminate();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(kernelEngine(), undefined);
  await startBackend({ threads: 2 });
  assert(kernelEngine() !== undefined && kernelEngine() !== first);
  await stopBackend();
});
