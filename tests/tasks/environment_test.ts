import { assertEquals, assertMatch } from "@std/assert";
import { jupyterEnvironment } from "../../tasks/jupyter/environment.ts";

Deno.test("jupyterEnvironment() leads Jupyter to the relay before the kernel of this Deno", async () => {
  const { JUPYTER_PATH } = await jupyterEnvironment();
  const folder = JUPYTER_PATH.split(Deno.build.os === "windows" ? ";" : ":")[0];
  const spec = JSON.parse(await Deno.readTextFile(`${folder}/kernels/deno/kernel.json`));
  assertEquals(spec.argv.slice(0, 2), [Deno.execPath(), "run"]);
  assertMatch(spec.argv.at(-2), /relay\.ts$/);
  assertEquals(spec.argv.at(-1), "{connection_file}");
  assertEquals(spec.interrupt_mode, "message");
});
