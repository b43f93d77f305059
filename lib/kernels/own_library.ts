import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { KernelError } from "./kernel_error.ts";

/** The project's folder, without a slash at its end. */
const PROJECT = dirname(fileURLToPath(new URL("../", import.meta.url)));
/** The C sources. */
export const SOURCES: URL = new URL("./native/", import.meta.url);
/** The bits of a mode by which the group and all others may write. */
const GROUP = 0o020, OTHERS = 0o002;

/** What stands beside a build: hashes, in hexadecimal. */
interface BuildRecord {
  /** Of the library. */
  library: string;
  /** Of the C sources that it was built from. */
  sources: string;
}

/** Where the record of a build is: the library's path with another ending. */
function recordOf(file: string): string {
  return file.replace(/\.\w+$/, ".json");
}

/** Keeps the hashes of a build beside it. */
export async function recordBuild(file: string): Promise<void> {
  const record: BuildRecord = { library: hashOf(file), sources: sourcesHash() };
  await Deno.writeTextFile(recordOf(file), JSON.stringify(record), { mode: 0o644 });
}

/** The name of the record of a build: it moves with the library. */
export function recordName(name: string): string {
  return basename(recordOf(name));
}

/**
 * Whether a library is the one that was built here, from the sources as they
 * are, and lies where only we may write: asked before it is loaded, because
 * loading a library runs what it likes.
 *
 * - The library and its folder are no links, belong to the user who runs this or
 *   to root, and neither their group nor others may write to them.
 * - The folders above it, up to the project's, are no links; they belong to that
 *   user, to root, or to whoever the project's code belongs to; others may not
 *   write to them, nor a group, unless its only member is their owner.
 * - The library has the hash, and the sources have the hash, that stand in the
 *   record beside it.
 *
 * The record lies in the same folder, so its hashes keep out libraries that were
 * damaged, cut off, unpacked or copied there alone, not anybody who may write
 * the folder: that is what owner and mode are for. Between this question and the
 * loading, whoever is trusted (this user and root; for folders above, the code's
 * owner) could still exchange the file: Deno loads by path. Where the system
 * has no owners and modes, as on Windows, hashes alone are compared.
 *
 * @throws {KernelError} If it is not, or that cannot be found out.
 */
export function checkOwnLibrary(file: string): void {
  try {
    checkOwnFolder(dirname(file));
    checkEntry(file, "file");
    checkRecord(file);
  } catch (error) {
    if (error instanceof KernelError) throw error;
    throw new KernelError(`Cannot check the native kernel ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Whether nobody else may write to a folder of builds, or exchange it.
 *
 * @throws {KernelError} If somebody may.
 */
export function checkOwnFolder(folder: string): void {
  checkEntry(folder, "folder");
  for (const parent of parentsOf(folder)) checkParent(parent);
}

/**
 * Takes the group's and others' permission to write from a folder of builds, from the folders between it and `data/`,
 * and from what lies in it.
 *
 * @throws {KernelError} If they belong to somebody else.
 */
export async function closeToOthers(folder: string): Promise<void> {
  const inside = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => join(folder, name));
  const above = parentsOf(folder).filter((parent) => parent.startsWith(join(PROJECT, "data", "cache")));
  for (const path of [...above, folder, ...inside]) {
    const { mode, uid } = Deno.lstatSync(path);
    if (mode === null || (mode & (GROUP | OTHERS)) === 0) continue;
    try {
      await Deno.chmod(path, mode & 0o7777 & ~(GROUP | OTHERS));
    } catch (error) {
      const { message } = error as Error;
      throw new KernelError(`Cannot keep others from writing to ${path}, of user ${uid}: ${message}`, { cause: error });
    }
  }
}

/** The folders above one, up to the project's; none of a folder outside it. */
function parentsOf(folder: string): string[] {
  const parents: string[] = [];
  for (let path = folder; path !== PROJECT;) {
    const above = dirname(path);
    if (above === path) return [];
    parents.push(path = above);
  }
  return parents;
}

/** What to do about what is not as it was built. */
const anew = (file: string) => `delete ${dirname(file)} and build anew: deno task native`;

function checkEntry(path: string, kind: "file" | "folder"): void {
  const { isSymlink, isFile, isDirectory, uid, mode } = Deno.lstatSync(path);
  const what = kind === "file" ? `The native kernel ${path}` : `The folder of native kernels, ${path},`;
  const advice = anew(kind === "file" ? path : join(path, "x"));
  if (isSymlink) throw new KernelError(`${what} is a link; ${advice}`);
  if (!(kind === "file" ? isFile : isDirectory)) throw new KernelError(`${what} is no ${kind}; ${advice}`);
  const me = ourselves(what);
  if (me === null || mode === null) return;
  if (uid !== me && uid !== 0) throw new KernelError(`${what} belongs to user ${uid}, not to you (${me}); ${advice}`);
  if (mode & (GROUP | OTHERS)) {
    throw new KernelError(`${what} may be written by others than you (mode ${octal(mode)}); ${advice}`);
  }
}

function checkParent(path: string): void {
  const { isSymlink, uid, gid, mode } = Deno.lstatSync(path);
  const what = `The folder ${path}, from which the native kernel is loaded,`;
  // Whoever opens the project by a link has its code from there, too.
  if (isSymlink && path !== PROJECT) throw new KernelError(`${what} is a link; put a folder in its place`);
  const me = ourselves(what);
  if (me === null || mode === null || uid === null || gid === null) return;
  if (![me, 0, Deno.statSync(new URL(import.meta.url)).uid].includes(uid)) {
    throw new KernelError(`${what} belongs to user ${uid}, not to you (${me}); copy the project, or chown -R it`);
  }
  if (mode & OTHERS) {
    throw new KernelError(`${what} may be written by everybody (mode ${octal(mode)}); chmod o-w ${path}`);
  }
  if (mode & GROUP && !isPrivate(gid, uid)) {
    throw new KernelError(`${what} may be written by group ${gid} (mode ${octal(mode)}); chmod g-w ${path}`);
  }
}

const octal = (mode: number) => (mode & 0o7777).toString(8).padStart(4, "0");

/** The user who runs this; null where the system has no such numbers. */
function ourselves(what: string): number | null {
  if (Deno.permissions.querySync({ name: "sys", kind: "uid" }).state !== "granted") {
    throw new KernelError(`${what} is left alone: whose it is cannot be told without --allow-sys=uid`);
  }
  return Deno.uid();
}

/** Whether a group has nobody in it but one user, as Debian and Fedora make a group for each; not if that cannot be read. */
function isPrivate(gid: number, uid: number): boolean {
  try {
    const [groups, users] = ["/etc/group", "/etc/passwd"].map((file) =>
      Deno.readTextFileSync(file).split("\n").map((line) => line.split(":"))
    );
    const owner = users.find(([, , id]) => Number(id) === uid)?.[0];
    const group = groups.find(([, , id]) => Number(id) === gid);
    if (owner === undefined || group === undefined) return false;
    const members = [
      ...group[3].split(",").filter((name) => name),
      ...users.filter((user) => user.length > 3 && Number(user[3]) === gid).map(([name]) => name),
    ];
    return members.every((name) => name === owner);
  } catch {
    return false;
  }
}

function checkRecord(file: string): void {
  let record: Partial<BuildRecord>;
  try {
    record = JSON.parse(Deno.readTextFileSync(recordOf(file))) ?? {};
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof SyntaxError)) throw error;
    throw new KernelError(`The native kernel ${file} has no record of how it was built; ${anew(file)}`);
  }
  if (record.library !== hashOf(file)) {
    throw new KernelError(`The native kernel ${file} is not the one that was built; ${anew(file)}`);
  }
  if (record.sources !== sourcesHash()) {
    throw new KernelError(
      `The native kernel ${file} was built from other sources than ${fileURLToPath(SOURCES)} has now; ${anew(file)}`,
    );
  }
}

function hashOf(file: string): string {
  return createHash("sha256").update(Deno.readFileSync(file)).digest("hex");
}

/** A hash of the names and contents of the C sources. */
function sourcesHash(): string {
  const hash = createHash("sha256");
  for (const name of [...Deno.readDirSync(SOURCES)].map(({ name }) => name).sort()) {
    hash.update(`${name}\n`).update(Deno.readFileSync(new URL(name, SOURCES)));
  }
  return hash.digest("hex");
}
