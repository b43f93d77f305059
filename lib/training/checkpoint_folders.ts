import { isThere, keepsFromWriting, removeIfThere, sealFiles, syncFolder } from "../files/mod.ts";
import { expandHome } from "../options/mod.ts";

/** Where a run's checkpoints are. */
export interface CheckpointFolders {
  /** One that is being written; complete if it has a manifest. */
  fresh: string;
  /** The latest. */
  latest: string;
  /** The one before. */
  before: string;
  /** One that was found damaged, set aside. */
  damaged: string;
}

/** Where in a run's folder its checkpoints are. */
export function checkpointFolders(run: string): CheckpointFolders {
  const latest = `${expandHome(run)}/checkpoint`;
  return { fresh: `${latest}.new`, latest, before: `${latest}.old`, damaged: `${latest}.damaged` };
}

/** Whether a run has left a checkpoint in its folder, whole or not. */
export async function hasCheckpoint(run: string): Promise<boolean> {
  const { fresh, latest, before } = checkpointFolders(run);
  for (const place of [latest, before, `${fresh}/manifest.json`]) if (await isThere(place)) return true;
  return false;
}

/** Removes a run's checkpoints: those of a finished run serve no more. */
export async function dropCheckpoints(run: string): Promise<void> {
  for (const place of Object.values(checkpointFolders(run))) await removeIfThere(place);
}

/**
 * Adds a checkpoint to a run's folder; it is the latest then, and the one that was the latest is the one before. A run
 * that is killed on the way leaves one that is whole, in any case.
 *
 * @param of What it is, for messages: `checkpoint 17`.
 * @param files What is in it.
 * @throws {Error} If the disk is full, the folder is read-only or gone; those before are as they were.
 */
export async function addCheckpoint(
  run: string,
  of: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const place = expandHome(run), { fresh } = checkpointFolders(run);
  await keepsFromWriting(`write ${of}`, place, async () => {
    await removeIfThere(fresh);
    // Not with the folders above it: a run whose folder is gone has to say so.
    await Deno.mkdir(fresh);
    try {
      await sealFiles(fresh, of, files);
    } catch (error) {
      await removeIfThere(fresh).catch(() => {});
      throw error;
    }
    await makeLatest(run, fresh);
  }, "what was kept before stays as it was");
}

/** Makes the checkpoint in one of the run's folders the latest. What stands there steps aside, damaged or as the one before. */
export async function makeLatest(run: string, place: string): Promise<void> {
  const { latest, before, damaged } = checkpointFolders(run);
  const aside = place === before ? damaged : before;
  // A folder cannot be renamed onto one that holds files.
  if (await isThere(latest)) {
    await removeIfThere(aside);
    await Deno.rename(latest, aside);
  }
  await Deno.rename(place, latest);
  await syncFolder(expandHome(run));
}

/**
 * Makes a run's folder, and sees before anything is learned that what the run leaves there will find room.
 *
 * @param bytes Size of a checkpoint.
 * @throws {Error} If the folder cannot be made or written to, or the disk is too full.
 */
export async function checkRoom(run: string, bytes: number): Promise<void> {
  const place = expandHome(run), probe = `${place}/checkpoint.probe`;
  const { latest, before } = checkpointFolders(run);
  await keepsFromWriting("train", place, async () => {
    await Deno.mkdir(place, { recursive: true });
    // Two are kept while a third is written, and the model follows at the end.
    let needed = 4 * bytes;
    for (const kept of [latest, before]) if (await isThere(kept)) needed -= bytes;
    // Random, for a disk may squeeze zeros to nothing.
    const block = crypto.getRandomValues(new Uint8Array(2 ** 16));
    try {
      using file = await Deno.open(probe, { write: true, create: true, truncate: true });
      for (let written = 0; written < needed;) {
        written += await file.write(block.subarray(0, Math.min(block.length, needed - written)));
      }
      await file.sync();
    } finally {
      await removeIfThere(probe).catch(() => {});
    }
  }, "choose another folder for the run");
}
