/**
 * The reader's copy of the book: notebooks to be changed and run, while those
 * in git stay as they are. It stands beside `notebooks/`, so that all that the
 * notebooks import, and where they write, is the same from there.
 *
 * @module
 */

import { basename, join } from "node:path";
import { sha256 } from "../../lib/files/mod.ts";
import { type Notebook, readNotebook, sourceOf } from "../kernel/notebook.ts";

/** Where the copy keeps the fingerprint of each notebook as the book had it when it was copied. */
const RECORD = ".book.json";

/** What {@linkcode layOut} takes. */
export interface LayOutOptions {
  /** Bring the book as it is, whatever has become of the copy. @default {false} */
  reset?: boolean;
  /** When this happens, for the name of the folder that keeps what gives way. @default now */
  now?: Date;
}

/**
 * Copies the notebooks of the book that are not there yet, and those that are
 * newer in the book and as they were in the copy. One with a reader's changes
 * stays. Nothing is lost: what gives way, and was changed or has been run,
 * moves into a folder of its own beside the copy, from where it still runs.
 *
 * @param book Folder of the book.
 * @param names Its notebooks.
 * @param folder Folder of the copy.
 * @returns What the reader should know, in sentences; nothing where there is nothing to say.
 */
export async function layOut(
  book: string,
  names: readonly string[],
  folder: string,
  options: LayOutOptions = {},
): Promise<string[]> {
  const { reset = false, now = new Date() } = options;
  await Deno.mkdir(folder, { recursive: true });
  const record = await readRecord(folder);
  const aside = `${folder}-${now.toISOString().slice(0, 19).replaceAll(":", "-")}`;
  const kept: string[] = [], refreshed: string[] = [], moved: string[] = [];
  for (const name of names) {
    const [ours, theirs] = [join(book, name), join(folder, name)];
    const current = await fingerprint(await readNotebook(ours));
    const copy = await stateOf(theirs);
    if (copy && !reset) {
      if (copy.text === current) record[name] = current;
      if (record[name] === current) continue;
      if (copy.text !== record[name]) {
        kept.push(name);
        continue;
      }
      refreshed.push(name);
    }
    if (copy && (copy.hasRun || copy.text !== record[name])) {
      await Deno.mkdir(aside, { recursive: true });
      await Deno.rename(theirs, join(aside, name));
      moved.push(name);
    }
    await Deno.copyFile(ours, theirs);
    record[name] = current;
  }
  await Deno.writeTextFile(join(folder, RECORD), JSON.stringify(record, null, 1) + "\n");
  return [
    kept.length > 0 &&
    `You have changed ${kept.join(", ")}, and the book has a newer version: yours stays. ` +
      "deno task lab --reset brings the new one and keeps yours aside.",
    refreshed.length > 0 && `Brought up to date with the book: ${refreshed.join(", ")}.`,
    moved.length > 0 && `Your earlier ${moved.join(", ")} is now in ${basename(aside)}/.`,
  ].filter((sentence) => sentence !== false);
}

/** The text of a notebook's cells, as a hash: what running and saving it leaves as it is. */
async function fingerprint({ cells }: Notebook): Promise<string> {
  const text = JSON.stringify(cells.map((cell) => [cell.cell_type, sourceOf(cell)]));
  return await sha256(new TextEncoder().encode(text));
}

/** What is to be known of a copy; `undefined` where there is none. One that is no longer a notebook counts as changed. */
async function stateOf(path: string): Promise<{ text: string; hasRun: boolean } | undefined> {
  try {
    const notebook = await readNotebook(path);
    return {
      text: await fingerprint(notebook),
      hasRun: notebook.cells.some(({ outputs }) => outputs && outputs.length > 0),
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof SyntaxError) return { text: "", hasRun: true };
    throw error;
  }
}

async function readRecord(folder: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await Deno.readTextFile(join(folder, RECORD)));
  } catch (error) {
    // Without it, every notebook that differs from the book counts as changed.
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return {};
    throw error;
  }
}
