/** Small notebooks and corpora for the tests of the tasks. */

import { join } from "node:path";
import type { CommandOptions } from "../../tasks/command.ts";
import type { Notebook } from "../../tasks/kernel/notebook.ts";
import { melody, midiBytes, withFolder } from "../corpus/made_up.ts";

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

/**
 * Waits until processes have gone: for a hundred looks, which take a machine at rest two seconds, and one that is busy with
 * other things as much longer as those processes may take.
 *
 * @returns Those that are still there, which are killed then.
 */
export async function leftAlive(...ids: readonly number[]): Promise<number[]> {
  for (let looks = 0; looks < 100 && ids.some(isAlive); looks++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const left = ids.filter(isAlive);
  for (const id of left) Deno.kill(id, "SIGKILL");
  return left;
}

/** Gives the test a folder whose `tunes/` has twelve made-up files. */
export function withTunes(test: (folder: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "tunes"));
    for (let i = 1; i <= 12; i++) await Deno.writeFile(join(folder, `tunes/tune${i}.mid`), midiBytes(melody(i)));
    await test(folder);
  });
}

/** What a command came to: its exit code, and what it said. */
export interface Ran {
  code: number;
  printed: string;
  complaints: string;
}

/** Runs a command and keeps what it says. */
export async function ran(command: (how: CommandOptions) => Promise<number>): Promise<Ran> {
  const printed: string[] = [], complaints: string[] = [];
  const code = await command({
    print: (text) => void printed.push(text),
    complain: (line) => void complaints.push(line),
  });
  return { code, printed: printed.join("\n"), complaints: complaints.join("\n") };
}
