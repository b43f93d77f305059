/**
 * Writes a file so that whoever reads it finds the old content or the new, and
 * never a part: to a temporary name in the same folder, then renamed.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  await Deno.writeFile(fresh, typeof content === "string" ? new TextEncoder().encode(content) : content);
  await Deno.rename(fresh, path);
}

/**
 * Replaces a whole folder. A run that is killed on the way leaves the state
 * before or after, which {@linkcode lastGood} finds.
 *
 * @param folder Where it should stand. All that was in it goes.
 * @param write Fills a folder that is still empty.
 */
export async function replaceFolder(folder: string, write: (folder: string) => Promise<void>): Promise<void> {
  const fresh = `${folder}.new`, old = `${folder}.old`;
  await removeIfThere(fresh);
  await Deno.mkdir(fresh, { recursive: true });
  await write(fresh);
  // A folder cannot be renamed onto one that holds files, so the old one steps aside first.
  if (await isThere(folder)) {
    await removeIfThere(old);
    await Deno.rename(folder, old);
  }
  await Deno.rename(fresh, folder);
  await removeIfThere(old);
}

/** Where the last complete state of a folder written by {@linkcode replaceFolder} is; `undefined` if nowhere. */
export async function lastGood(folder: string): Promise<string | undefined> {
  for (const candidate of [folder, `${folder}.old`]) if (await isThere(candidate)) return candidate;
}

/** Whether a file or a folder is there. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
