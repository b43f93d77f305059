/**
 * A process that reads music for `deno task table`: it answers questions on its standard input until that is closed.
 *
 *     deno run … tasks/table/worker.ts SOURCE FOLDER
 *
 * @module
 */

import { join } from "node:path";
import { corpusFiles, filesOnDisk, type MusicFile } from "../../lib/corpus/mod.ts";
import { STOP_SIGNALS } from "../command.ts";
import { whenOrphaned } from "../kernel/lifeline.ts";
import { makePart } from "./make_part.ts";
import { type Answer, messagesIn, type Question } from "./messages.ts";

/** Finds files by their paths: in a folder where they lie, elsewhere in a list. */
async function finder(source: string): Promise<(path: string) => MusicFile | undefined> {
  const isFolder = await Deno.stat(source).then(({ isDirectory }) => isDirectory, () => false);
  if (isFolder) {
    const fileAt = filesOnDisk();
    return (path) => fileAt(join(source, path), path);
  }
  const { files } = await corpusFiles(source);
  const byPath = new Map(files.map((file) => [file.path, file]));
  return (path) => byPath.get(path);
}

function say(message: Answer): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
  try {
    for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
  } catch {
    // Nobody listens any more.
    Deno.exit(1);
  }
}

if (import.meta.main) {
  const [source, folder] = Deno.args;
  // Ctrl-C reaches all processes of a terminal; the one that asks ends this one.
  for (const name of STOP_SIGNALS) Deno.addSignalListener(name, () => {});
  whenOrphaned(() => Deno.exit(1));
  const fileOf = await finder(source);
  for await (const question of messagesIn<Question>(Deno.stdin.readable)) {
    try {
      say({ made: await makePart(question, { fileOf, folder, onFile: (at) => say({ at }) }) });
    } catch (error) {
      say({ failed: (error as Error).message });
    }
  }
  Deno.exit(0);
}
