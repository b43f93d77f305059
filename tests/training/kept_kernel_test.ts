import { assert, assertEquals } from "@std/assert";
import { keepKernel, kernelEngine, startBackend, stopBackend } from "../../lib/kernels/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { bits, scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();
const PORTABLE = "WebAssembly SIMD, relaxed";
const isNative = kernelEngine()!.kernel.startsWith("native");

Deno.test({
  name: `fit() resumes on the kernel that the run was begun on, to the same bits${
    isNative ? "" : " [needs the native kernel (deno task native), skipped without it]"
  }`,
  ignore: !isNative,
  async fn() {
    const run = await Deno.makeTempDir(), { warn } = console;
    console.warn = () => {};
    try {
      const native = tinyModel();
      await fit(native, scaleWindows(), tinyOptions({ epochs: 4 }));
      await keepKernel(PORTABLE);
      const straight = tinyModel();
      const { kernel } = await fit(straight, scaleWindows(), tinyOptions({ epochs: 4 }));
      assertEquals(kernel, PORTABLE);
      await fit(tinyModel(), scaleWindows(), tinyOptions({ epochs: 2, run }));
      // As the next program would start.
      await stopBackend();
      await startBackend();
      assert(kernelEngine()!.kernel.startsWith("native"));
      const resumed = tinyModel(99);
      const history = await fit(resumed, scaleWindows(), tinyOptions({ epochs: 4, run, resume: true }));
      assertEquals(history.kernel, PORTABLE);
      assertEquals(bits(resumed), bits(straight));
      assert(`${bits(native)}` !== `${bits(straight)}`, "the kernels do not differ in a bit: this test says nothing");
    } finally {
      console.warn = warn;
      await stopBackend();
      await startBackend();
      await Deno.remove(run, { recursive: true });
    }
  },
});

Deno.test("startBackend() takes as many threads as it is told, and keepKernel() keeps to them", async () => {
  const { warn } = console;
  console.warn = () => {};
  try {
    await stopBackend();
    await startBackend({ threads: 1 });
    assertEquals(kernelEngine()!.threads, 1);
    await keepKernel(PORTABLE);
    assertEquals([kernelEngine()!.kernel, kernelEngine()!.threads], [PORTABLE, 1]);
  } finally {
    console.warn = warn;
    await stopBackend();
    await startBackend();
  }
});
