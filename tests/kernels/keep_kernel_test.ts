import { assertEquals } from "@std/assert";
import { keepKernel, kernelEngine, startBackend, stopBackend } from "../../lib/kernels/mod.ts";

Deno.test("keepKernel() moves to the portable kernel, and says where it cannot move", async () => {
  const { warn } = console;
  let lines: string[] = [];
  await startBackend();
  const first = kernelEngine()!;
  console.warn = (line: string) => void lines.push(line);
  try {
    await keepKernel(first.kernel);
    assertEquals(kernelEngine(), first);
    const portable = "WebAssembly SIMD, relaxed";
    await keepKernel(portable);
    assertEquals(kernelEngine()!.kernel, portable);
    lines = [];
    // Started without the native one, it stays so.
    await keepKernel("native, AVX-512");
    assertEquals(kernelEngine()!.kernel, portable);
    assertEquals(lines, [
      "The run was begun on another kernel (native, AVX-512): what it computes from here on may differ in last digits",
    ]);
  } finally {
    console.warn = warn;
    await stopBackend();
  }
});
