/**
 * A JupyterLab for a test: on loopback, behind a token of its own, with
 * settings of its own.
 *
 * @module
 */

import { join } from "node:path";
import { guard } from "../kernel/lifeline.ts";
import { jupyterEnvironment, PROJECT } from "./environment.ts";

const START_SECONDS = 60;

/** Settings that a test needs, by the plugin that they belong to. */
const SETTINGS = {
  // Otherwise JupyterLab draws only the cells in view.
  "notebook-extension/tracker": { windowingMode: "none" },
  "apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
  // The notebooks in the project stay as they are.
  "docmanager-extension/plugin": { autosave: false },
};

/** A running JupyterLab. */
export interface JupyterServer extends AsyncDisposable {
  /** The address at which JupyterLab opens a notebook. */
  addressOf(path: string): string;
  /** Ends all kernels. */
  endKernels(): Promise<void>;
}

/**
 * Starts JupyterLab with the project's folder as its root.
 *
 * @param jupyter The `jupyter` command.
 * @throws {Error} If it ends at once, or does not answer within 60 seconds.
 */
export async function startJupyterLab(jupyter: string): Promise<JupyterServer> {
  const folder = await Deno.makeTempDir({ prefix: "notenbuch-jupyter-" });
  for (const [plugin, settings] of Object.entries(SETTINGS)) {
    const path = join(folder, "settings", "@jupyterlab", `${plugin}.jupyterlab-settings`);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, JSON.stringify(settings));
  }
  const port = freePort();
  const token = crypto.randomUUID();
  const server = `http://127.0.0.1:${port}`;
  const process = new Deno.Command(jupyter, {
    args: [
      "lab",
      "--no-browser",
      "--allow-root",
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
      `--FileCheckpoints.checkpoint_dir=${join(folder, "checkpoints")}`,
    ],
    cwd: PROJECT,
    env: {
      ...await jupyterEnvironment(),
      JUPYTER_TOKEN: token,
      JUPYTER_CONFIG_DIR: join(folder, "config"),
      JUPYTERLAB_SETTINGS_DIR: join(folder, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces"),
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const release = guard(process);
  const ask = async (path: string, method = "GET") => {
    const response = await fetch(`${server}${path}`, { method, headers: { authorization: `token ${token}` } });
    await response.body?.cancel();
    return response.ok;
  };
  const stop = async () => {
    // Asked like this, it ends its kernels first.
    if (!await ask("/api/shutdown", "POST").catch(() => false)) kill(process);
    await process.status;
    await release();
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await untilItAnswers(process, () => ask("/api/status").catch(() => false));
  } catch (error) {
    await stop();
    throw error;
  }
  const endKernels = async () => {
    const response = await fetch(`${server}/api/sessions`, { headers: { authorization: `token ${token}` } });
    for (const { id } of await response.json()) await ask(`/api/sessions/${id}`, "DELETE");
  };
  return {
    endKernels,
    addressOf: (path) => `${server}/lab/tree/${path}?reset&token=${token}`,
    [Symbol.asyncDispose]: stop,
  };
}

async function untilItAnswers(process: Deno.ChildProcess, answers: () => Promise<boolean>): Promise<void> {
  let ended: number | undefined;
  process.status.then(({ code }) => ended = code);
  const deadline = performance.now() + START_SECONDS * 1000;
  while (!await answers()) {
    if (ended !== undefined) throw new Error(`JupyterLab ended with code ${ended} before it answered`);
    if (performance.now() > deadline) throw new Error(`JupyterLab did not answer within ${START_SECONDS} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function kill(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGKILL");
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof TypeError)) throw error;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
