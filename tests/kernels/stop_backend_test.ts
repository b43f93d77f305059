import { assert, assertEquals, assertThrows } from "@std/assert";
import { Worker } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { createEngine, Graph, kernelEngine, KernelError, startBackend, stopBackend } from "../../lib/kernels/mod.ts";
import { randomBatch, SMALL } from "./graph/graphs.ts";
import { afterWorkers, ignore, liveWorkers } from "./workers.ts";

/** A batch with enough work for several threads. */
const batch = randomBatch(SMALL, { size: 16, steps: 60, last: true });

/** What `work` starts. */
async function workersOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = liveWorkers();
  await work();
  return liveWorkers().filter((name) => !before.includes(name));
}

Deno.test({
  name: "stopBackend() ends the Workers, again and again",
  ignore,
  async fn() {
    for (let i = 0; i < 5; i++) {
      const workers = await workersOf(startBackend);
      assertEquals(workers.length, kernelEngine()!.threads - 1);
      await stopBackend();
      await stopBackend();
      assertEquals(await afterWorkers(workers), []);
    }
  },
});

Deno.test("stopBackend() leaves tfjs and its tensors, and startBackend() starts a kernel anew", async () => {
  await startBackend();
  const engine = kernelEngine()!, graph = new Graph(engine, SMALL), tensor = tf.tensor1d([1, 2, 3]);
  graph.train(batch);
  await stopBackend();
  assertEquals(kernelEngine(), undefined);
  assertThrows(() => graph.train(batch), KernelError, "disposed of");
  graph.dispose();
  assertEquals(await startBackend(), "wasm");
  assert(kernelEngine() !== engine);
  const other = new Graph(kernelEngine()!, SMALL);
  assertEquals(other.train(batch).length, 1);
  other.dispose();
  // The operations of tfjs have been replaced once and not twice.
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  tf.tidy(() => {
    assertEquals([...tf.gather(tensor, tf.tensor1d([2, 0], "int32")).dataSync()], [3, 1]);
    const square = tf.tensor2d([[1, 2], [3, 4]]);
    assertEquals([...tf.matMul(square, square, false, true).dataSync()], [5, 11, 11, 25]);
  });
  assertEquals([tf.memory().numTensors, tf.backend().numDataIds()], before);
  tensor.dispose();
});

Deno.test("stopBackend() waits for a start that is under way, and does nothing without one", async () => {
  await stopBackend();
  await stopBackend();
  const starting = startBackend();
  await stopBackend();
  await starting;
  assertEquals(kernelEngine(), undefined);
});

Deno.test({
  name: "Engine throws instead of waiting for a Worker that has been killed, and ends the others",
  ignore,
  async fn() {
    const made: Worker[] = [];
    const { unref } = Worker.prototype;
    Worker.prototype.unref = function () {
      made.push(this);
      return unref.call(this);
    };
    let engine: Awaited<ReturnType<typeof createEngine>>;
    const workers = await workersOf(async () => {
      engine = await createEngine({ threads: 3, patience: 60 });
    });
    Worker.prototype.unref = unref;
    assertEquals([made.length, workers.length], [2, 2]);
    const graph = new Graph(engine!, SMALL);
    graph.train(batch);
    await made[1].terminate();
    await new Promise((resolve) => setTimeout(resolve));
    const begin = performance.now();
    assertThrows(
      () => graph.train(batch),
      KernelError,
      "thread of the LSTM kernel has ended; a new engine is needed",
    );
    // Long before the patience of a minute is at its end.
    assert(performance.now() - begin < 30_000);
    assertEquals(await afterWorkers(workers), []);
  },
});

Deno.test({
  name: "createEngine() and Engine.dispose() leave no Worker and no memory behind",
  ignore,
  async fn() {
    const rss: number[] = [];
    const workers = await workersOf(async () => {
      for (let i = 1; i <= 30; i++) {
        const engine = await createEngine({ threads: 2 });
        const graph = new Graph(engine, SMALL);
        graph.train(batch);
        engine.dispose();
        if (i % 10 === 0) rss.push(Deno.memoryUsage().rss);
      }
    });
    assertEquals(await afterWorkers(workers), []);
    assert(rss[2] - rss[0] < 30e6, `rss grew from ${rss[0]} to ${rss[2]}`);
  },
});
