import { foundAt, isThere, moved, removeIfThere, syncFolder, writeSynced } from "./writing.ts";
import { sha256 } from "./sha256.ts";

/** Version of what is kept on disk; another one is refused. */
const VERSION = 1;

const MANIFEST = "manifest.json";

/** What a manifest says of a folder's files. */
interface Manifest {
  /** What the folder holds, such as `checkpoint 17`. */
  of: string;
  /** Size and SHA-256 of each file. */
  files: Record<string, { bytes: number; sha256: string }>;
}

/** What is on disk is not what was written there. */
export class DamageError extends SyntaxError {
  /** Its name. */
  override name = "DamageError";
  /** What is wrong: `weights.bin of checkpoint 17 has other bytes than its manifest says`. */
  readonly reason: string;

  /**
   * An error that says where, and what is wrong.
   *
   * @param path The damaged file, or its folder.
   * @param reason What is wrong.
   */
  constructor(path: string, reason: string) {
    super(`Cannot read "${path}": ${reason}`);
    this.reason = reason;
  }
}

/**
 * Writes files that belong together. Whoever reads them by {@linkcode readSealed} gets all of the old ones or all of the
 * new ones, wherever the writing is broken off: each is written to a temporary name and synced, then the manifest is, with
 * the size and SHA-256 of each; that is the moment from which the new ones count. Then all are renamed.
 *
 * @param folder It has to be there. Other files in it stay.
 * @param of What they are, for messages: `checkpoint 17`.
 * @param files What each file is to hold.
 * @throws What the disk throws; the old files are as they were then.
 */
export async function sealFiles(
  folder: string,
  of: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const names = Object.keys(files);
  await finishWriting(folder);
  try {
    const sums = await Promise.all(
      Object.entries(files).map(async ([name, content]) => {
        const bytes = bytesOf(content);
        await writeSynced(fresh(`${folder}/${name}`), bytes);
        return [name, { bytes: bytes.length, sha256: await sha256(bytes) }];
      }),
    );
    const manifest: Manifest = { of, files: Object.fromEntries(sums) };
    await writeSynced(fresh(`${folder}/${MANIFEST}`), bytesOf(await sealedJson(manifest)));
  } catch (error) {
    // Half a file would only take room where there is none.
    for (const name of [MANIFEST, ...names]) await removeIfThere(fresh(`${folder}/${name}`)).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
  await moveIntoPlace(folder, names);
}

/**
 * Reads files that {@linkcode sealFiles} has written, and holds each against the manifest.
 *
 * @returns What each file holds; `undefined` where there is no manifest.
 * @throws {DamageError} If one of them is missing or is not what was written.
 */
export async function readSealed(folder: string): Promise<Map<string, Uint8Array<ArrayBuffer>> | undefined> {
  const unfinished = await readBeforeRenaming(folder);
  if (unfinished) return unfinished;
  const manifest = await readManifest(folder, MANIFEST);
  if (!manifest) return;
  return await readAll(folder, manifest, (name) => Promise.resolve(name));
}

/**
 * A value as JSON that says its own hash, for a file that stands alone.
 *
 * @param content Plain JSON.
 */
export async function sealedJson(content: unknown): Promise<string> {
  return JSON.stringify({ version: VERSION, sha256: await sha256(bytesOf(JSON.stringify(content))), content });
}

/**
 * The value that {@linkcode sealedJson} has written.
 *
 * @param text What the file holds.
 * @param path Where it is, for messages.
 * @throws {DamageError} If it is not what was written.
 */
export async function unsealedJson(text: string, path: string): Promise<unknown> {
  const [folder, name] = path.split("/").slice(-2);
  const damaged = (reason: string) => new DamageError(path, `${name} in ${folder} ${reason}`);
  let sealed: { version?: unknown; sha256?: unknown; content?: unknown } | null;
  try {
    sealed = JSON.parse(text);
  } catch (error) {
    throw damaged(`is cut short or broken: ${(error as Error).message}`);
  }
  const { version, sha256: sum, content } = sealed ?? {};
  if (version === undefined || content === undefined) {
    throw damaged("does not say its version and hash: an earlier program wrote it, or it is damaged");
  }
  if (version !== VERSION) {
    throw damaged(`has version ${JSON.stringify(version)}, and this program reads version ${VERSION}`);
  }
  if (sum !== await sha256(bytesOf(JSON.stringify(content)))) throw damaged("has other content than its hash says");
  return content;
}

/** What is written but not renamed: nothing where writing was broken off before that, or ended. */
async function readBeforeRenaming(folder: string): Promise<Map<string, Uint8Array<ArrayBuffer>> | undefined> {
  try {
    const manifest = await readManifest(folder, fresh(MANIFEST));
    if (!manifest) return;
    return await readAll(
      folder,
      manifest,
      async (name) => await isThere(fresh(`${folder}/${name}`)) ? fresh(name) : name,
    );
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
  }
}

/** Renames what an earlier writer has written and not renamed: it may be all that there is. */
async function finishWriting(folder: string): Promise<void> {
  const unfinished = await readBeforeRenaming(folder);
  if (unfinished) await moveIntoPlace(folder, [...unfinished.keys()]);
}

async function moveIntoPlace(folder: string, names: readonly string[]): Promise<void> {
  for (const name of [...names, MANIFEST]) await moved(fresh(`${folder}/${name}`), `${folder}/${name}`);
  await syncFolder(folder);
}

async function readManifest(folder: string, name: string): Promise<Manifest | undefined> {
  const path = `${folder}/${name}`;
  const found = await foundAt(path);
  if (!found) return;
  if (!found.isFile) throw new DamageError(folder, `${path} is no file`);
  const manifest = await unsealedJson(await Deno.readTextFile(path), path) as Manifest;
  if (typeof manifest?.files === "object" && manifest.files) return manifest;
  throw new DamageError(path, `${path} is no manifest: it names no files`);
}

async function readAll(
  folder: string,
  { of, files }: Manifest,
  placeOf: (name: string) => Promise<string>,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const read = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, { bytes, sha256: sum }] of Object.entries(files)) {
    const path = `${folder}/${await placeOf(name)}`;
    const damaged = (reason: string) => new DamageError(folder, `${name} of ${of} ${reason}`);
    const found = await foundAt(path);
    if (!found) throw damaged("is missing");
    if (!found.isFile) throw damaged("is no file");
    if (found.size !== bytes) throw damaged(`has ${found.size} bytes, its manifest says ${bytes}`);
    const content = await Deno.readFile(path);
    if (await sha256(content) !== sum) throw damaged("has other bytes than its manifest says");
    read.set(name, content);
  }
  return read;
}

const fresh = (path: string) => `${path}.new`;

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
