import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../files/mod.ts";

/** A path of the file system without a slash at its end. */
function toPath(place: string | URL): string {
  return (place instanceof URL ? fileURLToPath(place) : place).replace(/(?<=.)[/\\]+$/, "");
}

/** The lock of a folder whose content is replaced: beside it, because the folder itself is. */
export function lockBeside(folder: string | URL): string {
  return `${toPath(folder)}.lock`;
}

/** The files that are not in a folder, or not with their hash. */
export async function missingFiles<File extends { path: string; sha256: string }>(
  folder: string | URL,
  wanted: readonly File[],
): Promise<File[]> {
  const missing: File[] = [];
  for (const file of wanted) {
    try {
      if (await sha256(await Deno.readFile(join(toPath(folder), file.path))) === file.sha256) continue;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    }
    missing.push(file);
  }
  return missing;
}

/** How the folders are called in which files are put together. */
const UNPACKING = ".unpacking-";
/** Milliseconds after which nobody unpacks there any more. */
const LEFT_BEHIND = 3_600_000;

/** Removes what unpackings that were killed have left beside the folder; one of the last hour may still go on. */
export async function removeLeftovers(folder: string | URL): Promise<void> {
  const parent = dirname(toPath(folder));
  try {
    for await (const { name } of Deno.readDir(parent)) {
      if (!name.startsWith(UNPACKING)) continue;
      const { mtime } = await Deno.stat(join(parent, name));
      if (mtime && Date.now() - mtime.getTime() > LEFT_BEHIND) {
        await Deno.remove(join(parent, name), { recursive: true });
      }
    }
  } catch (error) {
    // There is nothing yet, or another process has removed it at the same time.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * A folder beside another, for files that will stand in its place; it is removed with its content when it is disposed of.
 *
 * The folder in which both lie is made with it where it is missing, and never by its own name: that would need
 * permission to write everywhere in it, native code included.
 */
export async function roomBeside(folder: string | URL): Promise<AsyncDisposable & { path: string }> {
  const path = join(dirname(toPath(folder)), `${UNPACKING}${crypto.randomUUID()}`);
  await Deno.mkdir(path, { recursive: true });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/**
 * Puts a folder with these files in the place of what is there: written in a room beside it, then renamed, so that nobody
 * ever sees half of it.
 */
export async function storeFiles(
  folder: string | URL,
  files: ReadonlyMap<string, Uint8Array>,
  room: string,
): Promise<void> {
  const target = toPath(folder), next = join(room, "next"), previous = join(room, "previous");
  await Deno.mkdir(next);
  for (const [path, bytes] of files) {
    await Deno.mkdir(dirname(join(next, path)), { recursive: true });
    await Deno.writeFile(join(next, path), bytes);
  }
  const existed = await renameIfThere(target, previous);
  try {
    await Deno.rename(next, target);
  } catch (error) {
    if (existed) await Deno.rename(previous, target);
    throw error;
  }
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await Deno.rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
