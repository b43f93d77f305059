import { dirname } from "node:path";

/**
 * Writes a file so that whoever reads it finds the old content or the new, and
 * never a part, even after the machine has lost its power: to a temporary name
 * in the same folder, synced, then renamed.
 *
 * @throws {Error} If the disk is full, the folder is read-only or gone; the old file is as it was.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`, folder = dirname(path);
  await keepsFromWriting(`write "${path}"`, folder, async () => {
    try {
      await writeSynced(fresh, content);
      await Deno.rename(fresh, path);
    } catch (error) {
      await removeIfThere(fresh).catch(() => {});
      throw error;
    }
    await syncFolder(folder);
  });
}

/** Writes a file, or adds to it, and waits until that is on disk. */
export async function writeSynced(
  path: string,
  content: string | Uint8Array,
  { append = false } = {},
): Promise<void> {
  await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content, { append });
  using file = await Deno.open(path, { write: true });
  await file.sync();
}

/** Waits until a folder's names, new and renamed, are on disk. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; its renames are on disk when they return.
  if (Deno.build.os === "windows") return;
  using opened = await Deno.open(folder);
  await opened.sync();
}

/**
 * Does what writes into a folder, and says in our words what keeps it from that.
 *
 * @param task What is being done: `Cannot TASK: the disk is full …`.
 * @param folder Where.
 * @param advice What to do, or what is left.
 * @throws {Error} If the disk is full or fails, the folder is read-only, gone, or a file. Anything else goes through as it is.
 */
export async function keepsFromWriting<Result>(
  task: string,
  folder: string,
  work: () => Promise<Result>,
  advice?: string,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const reason = reasonOf(error as Error & { code?: string }, folder);
    if (!reason) throw error;
    throw new Error(`Cannot ${task}: ${reason}${advice ? `; ${advice}` : ""}`, { cause: error });
  }
}

function reasonOf({ code }: { code?: string }, folder: string): string | undefined {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return `the disk that "${folder}" is on is full`;
    case "EROFS":
      return `"${folder}" is read-only`;
    case "EACCES":
    case "EPERM":
      return `"${folder}" may not be written to`;
    case "ENOENT":
      return `"${folder}" is not there any more`;
    case "EEXIST":
    case "ENOTDIR":
    case "EISDIR":
      return `"${folder}" is no folder that can be written to, a file is in the way`;
    case "EIO":
      return `the disk that "${folder}" is on reports an error`;
  }
}

/** Renames a file or a folder, if it is there. */
export async function moved(from: string, to: string): Promise<boolean> {
  try {
    await Deno.rename(from, to);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return false;
  }
}

/** What is at a path, a file or a folder; `undefined` where nothing is. */
export async function foundAt(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

/** Whether a file or a folder is there. */
export async function isThere(path: string): Promise<boolean> {
  return await foundAt(path) !== undefined;
}

/** Removes a file, or a folder with all that is in it, if it is there. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
