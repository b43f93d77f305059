/**
 * JupyterLab for the notebooks: where it is, how it comes here, and the
 * kernelspec that makes it use this Deno.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { guard } from "../kernel/lifeline.ts";

/** The project's folder. */
export const PROJECT = resolve(import.meta.dirname!, "../..");

/** The folder of the notebooks. */
export const NOTEBOOKS = join(PROJECT, "notebooks");

/** The folder of the reader's copy of them. */
export const WORKBOOK = join(PROJECT, "workbook");

const WINDOWS = Deno.build.os === "windows";
const VENV = join(PROJECT, ".venv");
const VENV_BIN = join(VENV, WINDOWS ? "Scripts" : "bin");
const PYTHONS = WINDOWS ? ["python", "py"] : ["python3", "python"];

/** What is installed, in the versions that the notebooks were checked with. */
const PACKAGES = ["jupyterlab==4.6.*", "nbclient==0.11.*"];

/** The `jupyter` command: the project's own `.venv` first, then what is on the PATH; `undefined` where there is none. */
export async function findJupyter(): Promise<string | undefined> {
  for (const command of [join(VENV_BIN, "jupyter"), "jupyter"]) {
    if (await exitCode(command, ["lab", "--version"], "null") === 0) return command;
  }
}

/**
 * Installs JupyterLab and nbclient into the project's `.venv`, where they are
 * not there yet, and gives the `jupyter` command.
 *
 * @throws {Error} If there is no Python, or pip fails.
 */
export async function installJupyter(): Promise<string> {
  const jupyter = join(VENV_BIN, "jupyter");
  const python = join(VENV_BIN, "python");
  if (await exitCode(python, ["-c", "import jupyterlab, nbclient"], "null") === 0) return jupyter;
  console.error(`Installing ${PACKAGES.join(" and ")} into ${VENV} …`);
  if (!await makeVenv()) {
    throw new Error(
      "Cannot install Jupyter: it needs Python 3.10 or newer with its venv module (on Debian: apt-get install python3-venv)",
    );
  }
  if (await exitCode(python, ["-m", "pip", "install", "--quiet", ...PACKAGES], "inherit") !== 0) {
    throw new Error(`Cannot install Jupyter: pip could not install ${PACKAGES.join(" and ")}; its words stand above`);
  }
  return jupyter;
}

/**
 * Installs a Python package into the project's `.venv`, where it is not there yet, and gives the `python` command.
 *
 * @param requirement What pip is asked for, such as `music21==10.*`.
 * @param module The module that it brings.
 * @throws {Error} If pip fails.
 */
export async function installPackage(requirement: string, module: string): Promise<string> {
  const python = join(VENV_BIN, "python");
  if (await exitCode(python, ["-c", `import ${module}`], "null") === 0) return python;
  if (await exitCode(python, ["-m", "pip", "install", "--quiet", requirement], "inherit") === 0) return python;
  throw new Error(`Cannot install ${module}: pip could not install ${requirement}; its words stand above`);
}

/**
 * Writes the project's kernelspec, named `deno` as the notebooks ask for it,
 * and gives the environment in which Jupyter finds it before any other.
 */
export async function jupyterEnvironment(): Promise<Record<string, string>> {
  // Where VS Code, too, looks for the kernels of a project's Python environment.
  const shared = join(VENV, "share", "jupyter");
  const folder = join(shared, "kernels", "deno");
  await Deno.mkdir(folder, { recursive: true });
  const permissions = ["read", `write=${join(PROJECT, "runs")}`, "net=127.0.0.1", `run=${Deno.execPath()}`];
  const spec = {
    argv: [
      ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--no-config", "--no-lock"],
      ...permissions.map((permission) => `--allow-${permission}`),
      join(PROJECT, "tasks", "kernel", "relay.ts"),
      "{connection_file}",
    ],
    display_name: "Deno",
    language: "typescript",
    // Stop is a message to the relay, which sends the kernel the signal that lib/notebook listens to.
    interrupt_mode: "message",
  };
  await Deno.writeTextFile(join(folder, "kernel.json"), JSON.stringify(spec, null, 2));
  const paths = [shared, Deno.env.get("JUPYTER_PATH")].filter((path) => path);
  return { JUPYTER_PATH: paths.join(WINDOWS ? ";" : ":") };
}

async function makeVenv(): Promise<boolean> {
  for (const python of PYTHONS) {
    if (await exitCode(python, ["-m", "venv", VENV], "inherit") === 0) return true;
  }
  return false;
}

/** Runs a command to its end and gives its exit code, or `undefined` if there is no such command. */
async function exitCode(command: string, args: string[], stdio: "inherit" | "null"): Promise<number | undefined> {
  try {
    const process = new Deno.Command(command, { args, stdin: "null", stdout: stdio, stderr: stdio }).spawn();
    const release = guard(process);
    const { code } = await process.status;
    await release();
    return code;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
