/**
 * One process at a time in a folder that is written to: a file says whose it
 * is, and the operating system, which knows when a process has gone, says
 * whether it still is.
 *
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { LockedError, takeLock } from "./mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const mine = await takeLock(`${folder}/lock`, { what: "this run", wait: 0 });
 * await assertRejects(
 *   () => takeLock(`${folder}/lock`, { what: "this run", wait: 0 }),
 *   LockedError,
 *   `this run is being written by process ${Deno.pid} since ${mine.owner.since}`,
 * );
 * mine[Symbol.dispose]();
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export { type Lock, LockedError, type LockOptions, lockOwner, type Owner, ownerWords, takeLock } from "./lock.ts";
