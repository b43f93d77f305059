import { assertEquals, assertStringIncludes } from "@std/assert";
import { jupyterEnvironment, kernelWarning } from "../../tasks/jupyter/environment.ts";

Deno.test("kernelWarning() warns of a Deno newer than the checked one", () => {
  for (const version of ["2.8.0", "2.8.1", "2.8.99", "2.7.14", "1.46.3"]) {
    assertEquals(kernelWarning(version), undefined);
  }
  for (const version of ["2.9.0", "2.9.6", "2.10.0", "3.0.0", "2.9.0-rc.1"]) {
    assertStringIncludes(kernelWarning(version) ?? "", `This is Deno ${version}`);
  }
});

Deno.test("jupyterEnvironment() leads Jupyter to a kernelspec of this Deno", async () => {
  const { JUPYTER_PATH } = await jupyterEnvironment();
  const folder = JUPYTER_PATH.split(Deno.build.os === "windows" ? ";" : ":")[0];
  const spec = JSON.parse(await Deno.readTextFile(`${folder}/kernels/deno/kernel.json`));
  assertEquals(spec.argv, [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"]);
  assertEquals(spec.interrupt_mode, "signal");
});
