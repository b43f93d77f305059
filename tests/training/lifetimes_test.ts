import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine, startBackend, stopBackend } from "../../lib/kernels/mod.ts";
import { ignore } from "../kernels/workers.ts";
import type { Held } from "./five_thousand_steps.ts";
import { drawnWindows, noteModel } from "./models.ts";
import { batchTensors } from "./steps.ts";
import { furthest } from "./tiny.ts";

await startBackend();
assert(kernelEngine(), "there is no kernel to test");

const windows = drawnWindows(4, 84);
const { inputs } = batchTensors(windows.gather([...Array(80).keys()]));

Deno.test({
  name: "fusedStep() and lstm() in model.fit leave nothing behind in 5,000 steps",
  ignore,
  async fn() {
    const child = new URL("./five_thousand_steps.ts", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--cached-only", "--v8-flags=--expose-gc", child],
      cwd: new URL("../..", import.meta.url),
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const all: Record<string, Held[]> = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(Object.keys(all), ["fused", "layer"]);
    for (const [name, [{ rss, ...first }, ...later]] of Object.entries(all)) {
      assertEquals(later.length, 4);
      assertEquals(first.workers.length, kernelEngine()!.threads - 1);
      for (const { rss: _, ...held } of later) assertEquals(held, first, name);
      assert(later[3].rss - rss < 10e6, `${name}: rss grew from ${rss} to ${later[3].rss}`);
    }
  },
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
