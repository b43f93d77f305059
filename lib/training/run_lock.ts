import { keepsFromWriting } from "../files/mod.ts";
import { type Lock, LockedError, lockOwner, ownerWords, takeLock } from "../locks/mod.ts";

const ADVICE = "choose another folder for the run";

/**
 * Takes a run's folder for training in it, until what is returned is disposed of. Says on standard error where it takes it
 * over from a process that has ended without giving it back.
 *
 * @param task What somebody wants to do, for a message: `train`.
 * @throws {LockedError} If another process trains there, or `deno task reproduce` runs its notebooks there and has not
 * started this process.
 */
export async function lockRun(run: string, task: string): Promise<Lock> {
  const what = `Cannot ${task} in "${run}": this run`;
  const lock = await keepsFromWriting(task, run, async () => {
    const batch = await lockOwner(notebooksLock(run));
    if (batch === "unknown" || batch && batch.process !== Deno.pid && batch.process !== Deno.ppid) {
      throw new LockedError(what, batch === "unknown" ? undefined : batch);
    }
    return await takeLock(`${run}/lock`, { what });
  }, ADVICE);
  if (lock.abandoned) console.warn(takenOver(run, lock));
  return lock;
}

/** Takes a run's folder for running notebooks into it; the kernels that this process starts may train there. */
export async function lockNotebooks(run: string): Promise<Lock> {
  const what = `Cannot run notebooks into "${run}": this run`;
  return await keepsFromWriting("run notebooks", run, () => takeLock(notebooksLock(run), { what }), ADVICE);
}

/** In words that a lock had an owner who has gone. */
export function takenOver(run: string, { abandoned }: Lock): string {
  return `"${run}" belonged to ${ownerWords(abandoned)}, which has ended without giving it back: it is taken over`;
}

const notebooksLock = (run: string) => `${run}/notebooks.lock`;
