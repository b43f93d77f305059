import { assert, assertEquals } from "@std/assert";
import { readSweep, trialsOf } from "../../lib/sweeps/mod.ts";

const EXAMPLES = new URL("../../data/sweeps/", import.meta.url);

Deno.test("readSweep() reads every sweep that comes with the project", async () => {
  const names = await Array.fromAsync(Deno.readDir(EXAMPLES), ({ name }) => name);
  assert(names.length >= 2);
  for (const name of names) {
    const plan = readSweep(await Deno.readTextFile(new URL(name, EXAMPLES)), name);
    assertEquals(trialsOf(plan).length >= 10, true, name);
    assert(name.startsWith(plan.system) && name.includes(plan.corpus), name);
  }
});
