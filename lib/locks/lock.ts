import { dirname } from "node:path";

/** Whose a lock is. */
export interface Owner {
  /** Process id. */
  process: number;
  /** When that process began, in ISO 8601. */
  began: string;
  /** When it took the lock, in ISO 8601. */
  since: string;
  /** The machine, where the process may know its name. */
  host?: string;
}

/** What {@linkcode takeLock} takes. */
export interface LockOptions {
  /** What is locked, for a sentence that begins with it: `this run`. */
  what: string;
  /** Seconds to wait for the owner; the program that another has orphaned needs a moment to end. @default {3} */
  wait?: number;
  /** Called once where somebody has to be waited for. */
  onWait?: (owner: Owner | undefined) => void;
  /** Gives up waiting. */
  signal?: AbortSignal;
}

/** A lock that this process has, until it is disposed of or the process ends, whatever ends it. */
export interface Lock extends Disposable {
  /** This process. */
  readonly owner: Owner;
  /** Who had it before and ended without giving it back: killed, or the machine lost its power. */
  readonly abandoned?: Owner;
}

/** Somebody else has the lock. */
export class LockedError extends Error {
  /** Its name. */
  override name = "LockedError";
  /** Who that is; unknown for the moment in which it is being taken. */
  owner?: Owner;

  /** Says that `what` is somebody's. */
  constructor(what: string, owner: Owner | undefined) {
    super(`${what} is being written by ${ownerWords(owner)}: wait until it has ended, stop it, or name another folder`);
    this.owner = owner;
  }
}

const POLL_MILLISECONDS = 50;

/**
 * Takes a lock: a file, made where it is missing (its folder, too), with the owner's process in it, which goes when the
 * lock is given back.
 *
 * The operating system keeps the lock (flock), and lets it go when the process ends in any way: nobody has to guess from
 * a process id, which another process may have by now, whether the owner lives. So it needs no permission but those to
 * read and to write the file, and holds between machines where the file system passes locks on, as NFS does.
 *
 * @throws {LockedError} If somebody has it and does not give it back in time.
 * @throws The signal's reason, once it fires.
 */
export async function takeLock(path: string, options: LockOptions): Promise<Lock> {
  const { what, wait = 3, onWait, signal } = options;
  const begun = performance.now();
  for (let waits = false;; waits = true) {
    signal?.throwIfAborted();
    const file = await opened(path);
    if (await locked(file, path)) return await owned(file, path);
    file.close();
    const owner = await readOwner(path);
    if (performance.now() - begun >= 1000 * wait) throw new LockedError(what, owner);
    if (!waits) onWait?.(owner);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}

async function opened(path: string): Promise<Deno.FsFile> {
  const how = { create: true, read: true, write: true };
  try {
    return await Deno.open(path, how);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // Only now: who may write but this file may not make a folder that is there already.
    await Deno.mkdir(dirname(path), { recursive: true });
    return await Deno.open(path, how);
  }
}

/** Who has a lock, if anybody has: `"unknown"` for the moment in which it is being taken. */
export async function lockOwner(path: string): Promise<Owner | "unknown" | undefined> {
  let file;
  try {
    file = await Deno.open(path, { read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  using held = file;
  return await held.tryLock(true) ? undefined : await readOwner(path) ?? "unknown";
}

/** Whether an open file could be locked, and is still the one of that name: the owner before may have removed it. */
async function locked(file: Deno.FsFile, path: string): Promise<boolean> {
  if (!await file.tryLock(true)) return false;
  const [opened, named] = [await file.stat(), await Deno.stat(path).catch(() => undefined)];
  return named !== undefined && opened.ino === named.ino && opened.dev === named.dev;
}

async function owned(file: Deno.FsFile, path: string): Promise<Lock> {
  const abandoned = await readOwner(path);
  const owner = await thisProcess();
  try {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${JSON.stringify(owner)}\n`));
  } catch (error) {
    // Where the disk is full, say; this process would lock itself out.
    file.close();
    throw error;
  }
  let mine = true;
  return {
    owner,
    abandoned,
    [Symbol.dispose]() {
      if (!mine) return;
      mine = false;
      try {
        // While it is locked: whoever has opened it meanwhile sees that it is not the file of that name any more.
        Deno.removeSync(path);
      } catch {
        // Windows removes no file that is open; a folder that has been deleted has no file.
      }
      file.close();
    },
  };
}

async function thisProcess(): Promise<Owner> {
  const { state } = await Deno.permissions.query({ name: "sys", kind: "hostname" });
  return {
    process: Deno.pid,
    began: new Date(performance.timeOrigin).toISOString(),
    since: new Date().toISOString(),
    ...state === "granted" && { host: Deno.hostname() },
  };
}

/** Whom a lock file names; nobody where it is empty, broken or gone. */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await Deno.readTextFile(path));
    if (Number.isInteger(owner.process) && typeof owner.since === "string") return owner;
  } catch {
    // It is being written or removed at this moment.
  }
}

/** A lock's owner in words: `process 123 since 2026-11-27T02:31:00.000Z on bach`. */
export function ownerWords(owner: Owner | undefined): string {
  if (!owner) return "another process";
  const { process, host, since } = owner;
  return `process ${process} since ${since}${host === undefined ? "" : ` on ${host}`}`;
}
