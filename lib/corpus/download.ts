import { FormatError, type ZipEntry } from "../formats/mod.ts";
import { takeLock } from "../locks/mod.ts";
import { type Kinds, kinds, optional } from "../options/mod.ts";
import { CorpusError, ofCorpus, reason } from "./error.ts";
import { fetchBytes } from "./fetch.ts";
import { sha256 } from "../files/mod.ts";
import { lockBeside, missingFiles, removeLeftovers, roomBeside, storeFiles } from "./store.ts";

const MiB = 2 ** 20;

/** A place on the net that serves a file that has a corpus in it. */
export interface Source {
  /** Address of that file. */
  url: string;
  /** Length of that file in bytes, where known. */
  bytes?: number;
  /** SHA-256 of that file, where known. What is taken from it is verified in any case. */
  sha256?: string;
  /** Most bytes to take from this place. @default the value of `bytes`, otherwise 8 MiB */
  most?: number;
}

/** A file that has to be there in the end. */
export interface Wanted {
  /** Path in the folder of the corpus. */
  path: string;
  /** SHA-256 of the file, in hexadecimal. */
  sha256: string;
  /** Length of the file in bytes. */
  bytes: number;
}

/** The files of a corpus by path. */
export type Files = Map<string, Uint8Array>;

/** How far a download is. */
export interface DownloadProgress {
  /** Fetching what is served (`done` and `total` are bytes), or unpacking it (they are files). */
  stage: "download" | "unpack";
  /** The address or the local copy it comes from. */
  from: string;
  /** Bytes or files so far. */
  done: number;
  /** Bytes or files in all; `undefined` where a server does not say. */
  total: number | undefined;
}

/** How a download behaves on its way. */
export interface FetchChoice {
  /** Milliseconds without a byte after which a server is given up. @default 30000 */
  timeout: number;
  /** Gives up from outside; nothing is changed. */
  signal: AbortSignal;
  /** Called as bytes arrive and files are unpacked. */
  onProgress: (progress: DownloadProgress) => void;
}

/** What each of these options must be. */
export const FETCH_CHOICE: Kinds<Partial<FetchChoice>> = {
  timeout: optional(kinds.positiveNumber),
  signal: optional(kinds.signal),
  onProgress: optional(kinds.callback),
};

/** What a download did. */
export interface Download {
  /** Address or local copy the files came from; `undefined` when they were there already. */
  from: string | undefined;
  /** Number of files, all verified. */
  files: number;
  /** The places that failed before one worked, with the reason. */
  failures: { url: string; error: string }[];
}

/** What {@linkcode download} takes. */
interface Bringing extends Partial<FetchChoice> {
  /** What it is, in the words of a message. */
  what: string;
  /** The files there have to be. */
  wanted: readonly Pick<Wanted, "path" | "sha256">[];
  /** Their folder. */
  cache: string | URL;
  /** Places to try, in this order. */
  sources: readonly Source[];
  /** A local copy of what the places serve: what kind of file it is in words, where it is, and its most bytes. */
  copy: { kind: string; at?: string | URL; most: number };
  /** What to do where no place works. */
  byHand: string;
  /** Finds the files in what a place serves, and verifies them. */
  take: (bytes: Uint8Array, from: string) => Promise<Files>;
  /**
   * The same for a local copy that is a folder.
   *
   * @default a folder is refused
   */
  takeFolder?: (folder: string | URL) => Promise<Files>;
}

/**
 * Brings the files of a corpus into a folder. Does nothing when they are all there. Whatever goes wrong, the folder is
 * either as it was or complete.
 *
 * @throws {CorpusError} If no place gives the right files, with the reason for each, or the local copy cannot be read.
 */
export async function download(bringing: Bringing): Promise<Download> {
  const { wanted, cache, copy, signal } = bringing;
  // Also where nothing is missing, a path that leads nowhere is a mistake to hear of.
  const local = copy.at === undefined ? undefined : await localCopy(bringing, copy.at);
  // Before the lock, for which there has to be a folder.
  await using room = await roomBeside(cache);
  // Who comes second finds the files there.
  using _lock = await takeLock(lockBeside(cache), { what: "The download", wait: Infinity, signal });
  await removeLeftovers(cache);
  if ((await missingFiles(cache, wanted)).length === 0) {
    return { from: undefined, files: wanted.length, failures: [] };
  }
  const failures: Download["failures"] = [];
  const { files, from } = local === undefined
    ? await firstThatWorks(bringing, failures)
    : { files: await local().catch((error) => Promise.reject(ofCorpus(error))), from: String(copy.at) };
  signal?.throwIfAborted();
  await storeFiles(cache, files, room.path);
  return { from, files: files.size, failures };
}

async function firstThatWorks(
  { what, sources, byHand, take, timeout = 30_000, signal, onProgress }: Bringing,
  failures: Download["failures"],
): Promise<{ files: Files; from: string }> {
  for (const { url, bytes, sha256, most = bytes ?? 8 * MiB } of sources) {
    try {
      const served = await fetchBytes(url, {
        most,
        timeout,
        signal,
        onProgress: (done, total) => onProgress?.({ stage: "download", from: url, done, total: bytes ?? total }),
      });
      await verify(served, { bytes, sha256 });
      return { files: await take(served, url), from: url };
    } catch (error) {
      signal?.throwIfAborted();
      failures.push({ url, error: reason(error) });
    }
  }
  throw new CorpusError(
    `Cannot download ${what}: none of ${sources.length} places gave it, and nothing was changed\n` +
      failures.map(({ url, error }) => `  ${url}: ${error}\n`).join("") +
      `Look at the network and try again, or ${byHand}`,
  );
}

/** What a file of a zip holds; nothing where it cannot be read, which is added to a list. */
export function readOrSay({ read }: ZipEntry, from: string, unreadable: string[]): Uint8Array | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    unreadable.push(error.message.replace(`Cannot read the zip ${from}: `, ""));
  }
}

/**
 * What is said where files are not to be had from a place.
 *
 * @param what What they belong to.
 * @param from The place.
 * @param counts How many there should be, and the paths of those that are not there.
 * @param unreadable What the place has, but nobody can read, and why.
 */
export function lacking(
  what: string,
  from: string,
  { wanted, absent }: { wanted: number; absent: readonly string[] },
  unreadable: readonly string[],
): CorpusError {
  const some = (all: readonly string[], between: string) =>
    all.slice(0, 3).join(between) + (all.length > 3 ? ` and ${all.length - 3} more` : "");
  const why = unreadable.length > 0 ? `: ${some(unreadable, "; ")}` : "";
  return new CorpusError(
    `Cannot take ${what} from ${from}: of ${wanted} files ${absent.length} are missing or altered ` +
      `(${some(absent, ", ")})${why}`,
  );
}

/** Makes sure that bytes are those that were expected. */
export async function verify(served: Uint8Array, expected: { bytes?: number; sha256?: string }): Promise<void> {
  const { bytes = served.length, sha256: hash } = expected;
  if (served.length < bytes) throw new CorpusError(`the download broke off at ${served.length} of ${bytes} bytes`);
  const actual = await sha256(served);
  if (hash !== undefined && actual !== hash) {
    throw new CorpusError(`it is another file than expected: its SHA-256 is ${actual}, not ${hash}`);
  }
}

/** What takes the files from a local copy. */
async function localCopy({ copy: { kind, most }, take, takeFolder }: Bringing, at: string | URL) {
  if (takeFolder && await Deno.stat(at).then(({ isDirectory }) => isDirectory, () => false)) {
    return () => takeFolder(at);
  }
  const bytes = await readCopy(kind, at, most);
  return () => take(bytes, String(at));
}

async function readCopy(kind: string, at: string | URL, most: number): Promise<Uint8Array> {
  try {
    const { size, isFile } = await Deno.stat(at);
    if (!isFile) throw new CorpusError("it is not a file");
    if (size > most) throw new CorpusError(`it has ${size} bytes, more than the ${most} that are read`);
    return await Deno.readFile(at);
  } catch (error) {
    throw new CorpusError(`Cannot read the ${kind} ${at}: ${reason(error)}`, { cause: error });
  }
}
