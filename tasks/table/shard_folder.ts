import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  MANIFEST,
  type ParquetFile,
  readManifest,
  TABLE_VERSION,
  type TableHeading,
  type TablePart,
} from "../../lib/corpus/mod.ts";
import { keepsFromWriting, sha256, writeSynced } from "../../lib/files/mod.ts";
import { takeLock } from "../../lib/locks/mod.ts";

/** Files of music that become one part: what is lost when a process ends. */
const FILES = 500;
/** Who makes the shard holds this file. */
const LOCK = "lock";

/** Some neighbouring files, which become a part. */
export interface Portion {
  /** Number of the part. */
  part: number;
  /** The files, by path. */
  paths: string[];
  /** SHA-256 of paths, sizes and times. */
  mark: string;
}

/** A file of music, and what tells whether it has changed. */
export interface MarkedFile {
  path: string;
  /** Its size and time, say. */
  mark: string;
}

/** The folder of one shard, which one program at a time may write to. */
export interface ShardFolder extends Disposable {
  /** Where it is. */
  path: string;
  /** What has yet to be made. */
  missing: Portion[];
  /** Adds a part that was made; what was added is there after a loss of power, too. */
  add(part: Omit<TablePart, "mark">): Promise<void>;
}

/** Cuts the files of a shard into parts, always in the same way. */
export function portionsOf(files: readonly MarkedFile[]): Portion[] {
  return Array.from({ length: Math.ceil(files.length / FILES) }, (_, part) => {
    const some = files.slice(part * FILES, (part + 1) * FILES);
    const mark = createHash("sha256").update(some.map(({ path, mark }) => `${path}\n${mark}\n`).join(""));
    return { part, paths: some.map(({ path }) => path), mark: mark.digest("hex") };
  });
}

/**
 * Opens the folder of a shard, makes it where there is none, and finds what is done: parts of the same files, of which
 * every byte is as the manifest says. What else is there goes.
 *
 * @param onDone Told of each part that is done.
 * @throws {LockedError} If another program writes to it.
 * @throws {CorpusError} If the manifest is damaged.
 */
export async function openShardFolder(
  path: string,
  heading: Omit<TableHeading, "table" | "parts">,
  portions: readonly Portion[],
  onDone: (part: TablePart) => void,
): Promise<ShardFolder> {
  const owner = await keepsFromWriting(
    "make the table",
    path,
    () => takeLock(join(path, LOCK), { what: `Cannot make the table: ${path}` }),
  );
  try {
    const manifest = join(path, MANIFEST), fresh = `${manifest}.new`;
    const first: TableHeading = { table: TABLE_VERSION, ...heading, parts: portions.length };
    await writeSynced(fresh, lineOf(first));
    const known = new Set([MANIFEST, `${MANIFEST}.new`, LOCK]), done = new Set<number>();
    for await (const part of (await readManifest(path))?.parts ?? []) {
      const isNone = done.has(part.part) || part.mark !== portions[part.part]?.mark ||
        !await areWhole(path, part.files);
      if (isNone) continue;
      await writeSynced(fresh, lineOf(part), { append: true });
      done.add(part.part);
      for (const { name } of part.files) known.add(name);
      onDone(part);
    }
    await Deno.rename(fresh, manifest);
    for await (const { name } of Deno.readDir(path)) {
      if (!known.has(name) && /^part-.*\.parquet(\.new)?$/.test(name)) await Deno.remove(join(path, name));
    }
    return {
      path,
      missing: portions.filter(({ part }) => !done.has(part)),
      async add(made) {
        await writeSynced(manifest, lineOf({ ...made, mark: portions[made.part].mark }), { append: true });
      },
      [Symbol.dispose]: () => owner[Symbol.dispose](),
    };
  } catch (error) {
    owner[Symbol.dispose]();
    throw error;
  }
}

const lineOf = (value: TableHeading | TablePart) => `${JSON.stringify(value)}\n`;

async function areWhole(folder: string, files: readonly ParquetFile[]): Promise<boolean> {
  for (const { name, bytes, sha256: wanted } of files) {
    const found = await Deno.readFile(join(folder, name)).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    if (found?.length !== bytes || await sha256(found) !== wanted) return false;
  }
  return true;
}
