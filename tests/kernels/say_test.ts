import { assertEquals, assertMatch } from "@std/assert";
import { Kernel } from "../../tasks/kernel/kernel.ts";

Deno.test("startBackend() says in a notebook what computes in one plain line", async () => {
  await using kernel = await Kernel.start(".");
  const shown = await kernel.execute('import { startBackend } from "./lib/kernels/mod.ts";\nawait startBackend();');
  const [line, name] = shown.toSorted((a, b) => b.output_type < a.output_type ? -1 : 1);
  assertEquals([line.output_type, name.output_type, shown.length], ["stream", "execute_result", 2]);
  assertEquals(line.output_type === "stream" && line.name, "stdout");
  assertMatch(line.output_type === "stream" ? line.text : "", /^.+; all else: tfjs \S+ \(wasm\)\n$/);
});
