/**
 * `deno task lab`: JupyterLab on the notebooks, with this Deno as the kernel.
 * `deno task lab --install` puts JupyterLab into the project's `.venv` first;
 * other arguments go to JupyterLab.
 *
 * @module
 */

import { findJupyter, installJupyter, jupyterEnvironment, PROJECT } from "./jupyter/environment.ts";
import { checkKernel } from "./kernel/probe.ts";

const MISSING =
  `JupyterLab is not on this machine. This installs it into the project's .venv (it needs Python 3.10 or newer) and starts it:

  deno task lab --install          or, where deno is not installed:
  npx -y deno@2.8.1 task lab --install`;

async function main(args: string[]): Promise<number> {
  const install = args.includes("--install");
  const jupyter = install ? await installJupyter() : await findJupyter();
  if (!jupyter) {
    console.error(MISSING);
    return 1;
  }
  await checkKernel("lab");
  const lab = new Deno.Command(jupyter, {
    args: [
      "lab",
      "--ServerApp.ip=127.0.0.1",
      "--LabApp.default_url=/lab/tree/notebooks",
      "--MultiKernelManager.default_kernel_name=deno",
      ...args.filter((arg) => arg !== "--install"),
    ],
    cwd: PROJECT,
    env: await jupyterEnvironment(),
  }).spawn();
  // A terminal's Ctrl-C reaches JupyterLab too, which asks back: it decides when to end.
  Deno.addSignalListener("SIGINT", () => {});
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => lab.kill("SIGTERM"));
  return (await lab.status).code;
}

try {
  Deno.exit(await main(Deno.args));
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
