import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine, KernelError, startBackend, stopBackend } from "../../lib/kernels/mod.ts";
import { compileNoteModel } from "../../lib/training/mod.ts";
import { ignore } from "../kernels/workers.ts";
import type { Held } from "./five_thousand_steps.ts";
import { drawnWindows, noteModel } from "./models.ts";
import { bits, furthest } from "./tiny.ts";

await startBackend();
assert(kernelEngine(), "there is no kernel to test");

const options = { learningRate: 0.005, lossWeights: { pitch: 0.3, step: 1, duration: 0.7 } };
const windows = drawnWindows(4, 84);
const { inputs, targets } = windows.gather([...Array(80).keys()]);

Deno.test({
  name: "fusedStep(), lstm() in model.fit and compileNoteModel() leave nothing behind in 5,000 steps",
  ignore,
  async fn() {
    const child = new URL("./five_thousand_steps.ts", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--cached-only", "--v8-flags=--expose-gc", child],
      cwd: new URL("../..", import.meta.url),
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const all: Record<string, Held[]> = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(Object.keys(all), ["fused", "layer", "compiled"]);
    for (const [name, [{ rss, ...first }, ...later]] of Object.entries(all)) {
      assertEquals(later.length, 4);
      assertEquals(first.workers.length, kernelEngine()!.threads - 1);
      for (const { rss: _, ...held } of later) assertEquals(held, first, name);
      assert(later[3].rss - rss < 10e6, `${name}: rss grew from ${rss} to ${later[3].rss}`);
    }
  },
});

Deno.test("compileNoteModel() goes on through stopBackend() and startBackend(), to the same bits, and without a kernel", async () => {
  const args = { epochs: 3, batchSize: 10, shuffle: false, verbose: 0 };
  const losses: number[][] = [];
  const models = [1, 2, 3].map(() => compileNoteModel(noteModel(4), options));
  for (const [i, model] of models.entries()) {
    losses.push([]);
    for (let part = 0; part < 3; part++) {
      losses[i].push(...(await model.fit(inputs, { ...targets }, args)).history.loss as number[]);
      if (i > 0) await stopBackend();
      if (i === 1) await startBackend();
    }
    await startBackend();
  }
  assertEquals(losses[1], losses[0]);
  assertEquals(bits(models[1]), bits(models[0]));
  // The third one had a kernel for its first part only.
  assertEquals(losses[2].slice(0, 3), losses[0].slice(0, 3));
  assert(furthest([losses[2]], [losses[0]]) < 1e-5);
});

Deno.test("compileNoteModel() has model.fit fail when the kernel does, with what was learned in the model", async () => {
  const model = compileNoteModel(noteModel(4), options), twin = compileNoteModel(noteModel(4), options);
  let batches = 0;
  const onBatchEnd = () => {
    if (++batches === 5) kernelEngine()!.dispose();
    return Promise.resolve();
  };
  const args = { epochs: 1, batchSize: 10, shuffle: false, verbose: 0 };
  const begin = performance.now();
  await assertRejects(
    () => model.fit(inputs, { ...targets }, { ...args, callbacks: { onBatchEnd } }),
    KernelError,
    "disposed of",
  );
  assert(performance.now() - begin < 2000);
  await stopBackend();
  await startBackend();
  const first = (tensor: tf.Tensor) => tf.slice(tensor, 0, 50);
  const some = Object.fromEntries(Object.entries(targets).map(([name, all]) => [name, first(all)]));
  await twin.fit(first(inputs), some, args);
  assertEquals(bits(model), bits(twin));
  // And on it goes.
  const [a, b] = await Promise.all([model, twin].map((each) => each.fit(inputs, { ...targets }, args)));
  assertEquals(a.history, b.history);
});

Deno.test("a model of lstm() computes without the kernel after stopBackend(), and on the next one after a start", async () => {
  const model = noteModel(4);
  const said = () => (model.predict(inputs) as tf.Tensor[]).map((output) => [...output.dataSync()]);
  const before = said();
  await stopBackend();
  const between = said();
  assert(furthest(between, before) < 1e-5);
  await startBackend();
  assertEquals(said(), before);
});
