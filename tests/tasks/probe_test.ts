import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkKernel, kernelFaults, kernelRefusal } from "../../tasks/kernel/probe.ts";

Deno.test("the kernel of this Deno can be trusted", async () => {
  assertEquals(await kernelFaults(), [], kernelRefusal(["it fails the checks below"], "test"));
  await checkKernel("test");
});

Deno.test("kernelRefusal() names the faults, the Deno at hand and one that works", () => {
  const text = kernelRefusal(["a cell that throws passes for one that ran", "outputs get lost"], "lab");
  assertStringIncludes(text, `This is Deno ${Deno.version.deno} (${Deno.execPath()})`);
  assertStringIncludes(text, "  - a cell that throws passes for one that ran\n  - outputs get lost\n");
  assertStringIncludes(text, "npx -y deno@2.8.1 task lab");
});
