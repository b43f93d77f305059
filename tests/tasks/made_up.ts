/** Small notebooks for the tests of the tasks. */

import { join } from "node:path";
import type { Notebook } from "../../tasks/kernel/notebook.ts";

/** A notebook of code cells; one that begins with `let` is tagged `parameters`. */
export function notebookOf(...sources: string[]): Notebook {
  return {
    cells: sources.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: source.startsWith("let ") ? { tags: ["parameters"] } : {},
      source,
      outputs: [],
      execution_count: null,
    })),
    metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** Gives the test a folder with these notebooks by name, and removes it afterwards. */
export async function withNotebooks(
  notebooks: Record<string, Notebook>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, notebook] of Object.entries(notebooks)) {
      await Deno.writeTextFile(join(folder, name), JSON.stringify(notebook));
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether a process is still there. One that has ended, and that nobody has asked how, is not. */
export function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    if (Deno.build.os !== "linux") return true;
    // Deno itself may read that only with all permissions.
    const { stdout } = new Deno.Command("cat", { args: [`/proc/${pid}/stat`], stderr: "null" }).outputSync();
    return /\) [^ZX] /.test(new TextDecoder().decode(stdout));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
