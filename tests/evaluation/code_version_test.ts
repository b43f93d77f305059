import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import { codeVersion, kernelVersion } from "../../lib/evaluation/experiment/code_version.ts";
import { codeHash } from "../../lib/evaluation/experiment/code_hash.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { withFolder } from "../corpus/made_up.ts";

Deno.test("codeHash() changes with every byte of code, and its name, and with nothing else", () =>
  withFolder(async (root) => {
    await Deno.mkdir(join(root, "lib/room/inner"), { recursive: true });
    await Deno.mkdir(join(root, "lib/other"), { recursive: true });
    const write = (name: string, text: string) => Deno.writeTextFile(join(root, name), text);
    await write("deno.lock", "{}");
    await write("lib/room/a.ts", "1");
    await write("lib/room/inner/kernel.wasm", "2");
    const hash = () => codeHash(root, ["deno.lock", "lib/room"]);
    const before = await hash();
    await write("lib/other/a.ts", "3");
    await write("lib/room/README.md", "4");
    assertEquals(await hash(), before);
    const seen = [before];
    for (const name of ["lib/room/a.ts", "lib/room/inner/kernel.wasm", "lib/room/b.c", "deno.lock"]) {
      await write(name, "5");
      seen.push(await hash());
    }
    await Deno.rename(join(root, "lib/room/a.ts"), join(root, "lib/room/c.ts"));
    seen.push(await hash());
    assertEquals(new Set(seen).size, seen.length);
  }));

Deno.test("codeVersion() tells what is learned by from what is measured by", async () => {
  const { learning, measuring } = await codeVersion();
  assertMatch(learning, /^[0-9a-f]{32}$/);
  assertNotEquals(learning, measuring);
  assertEquals(await codeVersion(), { learning, measuring });
});

Deno.test("kernelVersion() names tfjs's backend, the kernel and its threads", async () => {
  await startBackend();
  const version = await kernelVersion();
  assert(/^tfjs on \w+; LSTM kernel: .*\d+ threads?(, [0-9a-f]{8})?$/.test(version), version);
  assertEquals(version.includes("native"), /, [0-9a-f]{8}$/.test(version));
});
