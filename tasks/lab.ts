/**
 * `deno task lab`: JupyterLab on a copy of the notebooks, with this Deno as the
 * kernel. `--install` puts JupyterLab into the project's `.venv` first,
 * `--reset` lays the copy out anew; other arguments go to JupyterLab.
 *
 * @module
 */

import { BOOK } from "./book.ts";
import type { CommandOptions } from "./command.ts";
import { visible, visibleLines } from "./terminal_text.ts";
import {
  findJupyter,
  installJupyter,
  jupyterEnvironment,
  NOTEBOOKS,
  PROJECT,
  WORKBOOK,
} from "./jupyter/environment.ts";
import { layOut } from "./jupyter/workbook.ts";
import { guard } from "./kernel/lifeline.ts";
import { checkKernel } from "./kernel/probe.ts";

const USAGE = `deno task lab [--install] [--reset] [JUPYTERLAB'S OPTIONS]

Opens a copy of the notebooks, workbook/, in JupyterLab, with this Deno as the
kernel. What you have changed there is kept.

  --install   put JupyterLab into the project's .venv first (Python 3.10 or newer)
  --reset     lay the copy out anew, and keep yours aside
  --help      show this text; --help-all shows JupyterLab's own options`;

const MISSING =
  `JupyterLab is not on this machine. This installs it into the project's .venv (it needs Python 3.10 or newer) and starts it:

  deno task lab --install          or, where deno is not installed:
  npx -y deno@2.8.1 task lab --install`;

/** Runs the task. @returns The exit code: that of JupyterLab, or 1 if it is not there. */
export async function labTask(args: readonly string[], options: CommandOptions = {}): Promise<number> {
  const { print = console.log, complain = console.error } = options;
  if (args.includes("--help") || args.includes("-h")) {
    print(USAGE);
    return 0;
  }
  const [install, reset] = ["--install", "--reset"].map((name) => args.includes(name));
  const others = args.filter((argument) => argument !== "--install" && argument !== "--reset");
  await checkKernel("lab");
  const jupyter = install ? await installJupyter() : await findJupyter();
  if (!jupyter) {
    complain(MISSING);
    return 1;
  }
  for (const sentence of await layOut(NOTEBOOKS, BOOK, WORKBOOK, { reset })) complain(visible(sentence));
  complain("The notebooks to change and run are in workbook/; those in notebooks/ stay as they are");
  if (Deno.uid() === 0 && !others.includes("--allow-root")) {
    others.push("--allow-root");
    complain("You are root: JupyterLab starts all the same (--allow-root), reachable from this machine only");
  }
  const lab = new Deno.Command(jupyter, {
    args: [
      "lab",
      "--ServerApp.ip=127.0.0.1",
      "--LabApp.default_url=/lab/tree/workbook",
      "--MultiKernelManager.default_kernel_name=deno",
      ...others,
    ],
    cwd: PROJECT,
    env: await jupyterEnvironment(),
  }).spawn();
  const release = guard(lab);
  // A terminal's Ctrl-C reaches JupyterLab too, which asks back: it decides when to end.
  Deno.addSignalListener("SIGINT", () => {});
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => lab.kill("SIGTERM"));
  const { code } = await lab.status;
  await release();
  return code;
}

if (import.meta.main) {
  try {
    Deno.exit(await labTask(Deno.args));
  } catch (error) {
    console.error(visibleLines((error as Error).message));
    Deno.exit(1);
  }
}
