import { catalogue, type CatalogueEntry, DATA } from "./catalogue.ts";
import { CorpusError, reason } from "./error.ts";
import { fetchBytes } from "./fetch.ts";
import { sha256 } from "./hashes.ts";
import { missingFiles, removeLeftovers, storeFiles } from "./store.ts";
import { zipEntries } from "./zip.ts";

/** A place on the net that serves a zip with the files of the corpus somewhere in it. */
export interface Source {
  /** Address of the zip. */
  url: string;
  /** Length of the zip in bytes, where known. */
  bytes?: number;
  /** SHA-256 of the zip, where known. The files are verified in any case. */
  sha256?: string;
  /** Most bytes to take from this place. @default the value of `bytes`, or 8 MiB */
  most?: number;
}

const ZIP = { bytes: 741602, sha256: "c4daa6b6f1479c2bdcb103b9207dcb0e5994917bb925b1e8628d4c0e694b8744" };
const MiB = 2 ** 20;
const MOST = 512 * MiB;

type Wanted = NonNullable<DownloadOptions["catalogue"]>[number];

/**
 * Where the corpus is to be had, best first: the site the paper names, and two
 * public mirrors. The last is the archive of a whole repository that has the
 * files unzipped among others; they are known by their hashes.
 */
export const SOURCES: readonly Source[] = Object.freeze([
  { url: "https://www.bachcentral.com/bach.zip", ...ZIP },
  {
    url: "https://raw.githubusercontent.com/yangjin97/composer/f0cf19c3ef8c6f7bf38387ecd214d3fa6aad81b7/bach.zip",
    ...ZIP,
  },
  { url: "https://codeload.github.com/VictorCMiraldo/hs-fragem/zip/18bb534", most: MOST },
]);

/** How far a download is. */
export interface DownloadProgress {
  /** Fetching the zip (`done` and `total` are bytes), or unpacking it (they are files). */
  stage: "download" | "unpack";
  /** The address or the local zip it comes from. */
  from: string;
  /** Bytes or files so far. */
  done: number;
  /** Bytes or files in all; `undefined` where a server does not say. */
  total: number | undefined;
}

/** What {@linkcode downloadCorpus} takes. */
export interface DownloadOptions {
  /** A local zip to take instead of the net. */
  zip?: string | URL;
  /** Folder for the corpus. @default data/cache/bachcentral */
  cache?: string | URL;
  /** Places to try, in this order. @default SOURCES */
  sources?: readonly Source[];
  /** The files there have to be. @default the 228 of `data/catalogue.json` */
  catalogue?: readonly Pick<CatalogueEntry, "path" | "sha256" | "bytes">[];
  /** Milliseconds without a byte after which a server is given up. @default 30000 */
  timeout?: number;
  /** Gives up from outside; nothing is changed. */
  signal?: AbortSignal;
  /** Called as bytes arrive and files are unpacked. */
  onProgress?: (progress: DownloadProgress) => void;
}

/** What {@linkcode downloadCorpus} did. */
export interface Download {
  /** Address or local zip the files came from; `undefined` when they were there already. */
  from: string | undefined;
  /** Number of files, all verified. */
  files: number;
  /** The places that failed before one worked, with the reason. */
  failures: { url: string; error: string }[];
}

/** Where `deno task corpus` puts the files, and `openCorpus("bachcentral")` looks for them. */
export const CACHE: URL = new URL("cache/bachcentral/", DATA);

/**
 * Brings the 228 MIDI files of bachcentral.com to `data/cache/`, verifying the
 * SHA-256 of each. Does nothing when they are all there. Whatever goes wrong,
 * the folder is either as it was or complete.
 *
 * Needs `--allow-read` and `--allow-write` for `data/`, `--allow-read` for a
 * local zip, and `--allow-net` for `www.bachcentral.com`,
 * `raw.githubusercontent.com` and `codeload.github.com`.
 *
 * @throws {CorpusError} If no place gives the right files, with the reason for each, or the local zip cannot be read.
 */
export async function downloadCorpus(options: DownloadOptions = {}): Promise<Download> {
  const { zip, cache = CACHE, onProgress, signal } = options;
  const wanted = options.catalogue ?? await catalogue();
  // Also where nothing is missing, a path that leads nowhere is a mistake to hear of.
  const local = zip === undefined ? undefined : await readZip(zip);
  await removeLeftovers(cache);
  if ((await missingFiles(cache, wanted)).length === 0) {
    return { from: undefined, files: wanted.length, failures: [] };
  }
  const take = (bytes: Uint8Array, from: string) =>
    takeFiles(bytes, from, wanted, (done, total) => onProgress?.({ stage: "unpack", from, done, total }));

  const failures: Download["failures"] = [];
  const { files, from } = local === undefined
    ? await firstThatWorks(take, options, failures)
    : { files: await take(local, String(zip)), from: String(zip) };
  signal?.throwIfAborted();
  await storeFiles(cache, files);
  return { from, files: files.size, failures };
}

/** The files of the corpus by path. */
type Files = Map<string, Uint8Array>;

async function firstThatWorks(
  take: (bytes: Uint8Array, from: string) => Promise<Files>,
  { sources = SOURCES, timeout = 30_000, signal, onProgress }: DownloadOptions,
  failures: Download["failures"],
): Promise<{ files: Files; from: string }> {
  for (const { url, bytes, sha256, most = bytes ?? 8 * MiB } of sources) {
    try {
      const zip = await fetchBytes(url, {
        most,
        timeout,
        signal,
        onProgress: (done, total) => onProgress?.({ stage: "download", from: url, done, total: bytes ?? total }),
      });
      await verify(zip, { bytes, sha256 });
      return { files: await take(zip, url), from: url };
    } catch (error) {
      signal?.throwIfAborted();
      failures.push({ url, error: reason(error) });
    }
  }
  throw new CorpusError(
    `Cannot download the corpus: none of ${sources.length} places gave it, and nothing was changed\n` +
      failures.map(({ url, error }) => `  ${url}: ${error}\n`).join("") +
      `Look at the network and try again, or get bach.zip by hand and run: deno task corpus --zip bach.zip`,
  );
}

async function verify(zip: Uint8Array, expected: { bytes?: number; sha256?: string }) {
  const { bytes = zip.length, sha256: hash } = expected;
  if (zip.length < bytes) throw new CorpusError(`the download broke off at ${zip.length} of ${bytes} bytes`);
  const actual = await sha256(zip);
  if (hash !== undefined && actual !== hash) {
    throw new CorpusError(`it is another file than expected: its SHA-256 is ${actual}, not ${hash}`);
  }
}

async function readZip(zip: string | URL): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    const { size, isFile } = await Deno.stat(zip);
    if (!isFile) throw new CorpusError("it is not a file");
    if (size > MOST) throw new CorpusError(`it has ${size} bytes, more than the ${MOST} that are read`);
    bytes = await Deno.readFile(zip);
  } catch (error) {
    throw new CorpusError(`Cannot read the zip ${zip}: ${reason(error)}`, { cause: error });
  }
  return bytes;
}

/**
 * Finds the wanted files in a zip by size and hash, wherever they lie in it.
 * Only files of a wanted size are unpacked, so that no zip takes more memory
 * than the catalogue justifies.
 */
async function takeFiles(
  zip: Uint8Array,
  from: string,
  wanted: readonly Wanted[],
  onProgress: (done: number, total: number) => void,
): Promise<Files> {
  const sizes = new Set(wanted.map(({ bytes }) => bytes));
  const copies = Map.groupBy(wanted, (file) => file.sha256);
  const found = new Map<string, Uint8Array>();
  let done = 0;
  // Other files may have a wanted size by chance; a zip full of them is made to waste time.
  let budget = 8 * wanted.reduce((sum, { bytes }) => sum + bytes, 0) + MiB;
  for (const entry of zipEntries(zip, from)) {
    if (!sizes.has(entry.size)) continue;
    budget -= entry.size;
    if (budget < 0) throw new CorpusError(`Cannot read the zip ${from}: it unpacks to far more than the corpus`);
    const bytes = entry.read();
    const hash = await sha256(bytes);
    if (!copies.has(hash) || found.has(hash)) continue;
    found.set(hash, bytes);
    onProgress(done += copies.get(hash)!.length, wanted.length);
  }
  const files: Files = new Map();
  const absent: string[] = [];
  for (const { path, sha256 } of wanted) {
    const bytes = found.get(sha256);
    if (bytes) files.set(path, bytes);
    else absent.push(path);
  }
  if (absent.length > 0) {
    const named = absent.slice(0, 3).join(", ") + (absent.length > 3 ? ` and ${absent.length - 3} more` : "");
    throw new CorpusError(
      `Cannot take the corpus from ${from}: of ${wanted.length} files ${absent.length} are missing or altered (${named})`,
    );
  }
  return files;
}
