import { zipEntries } from "../formats/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { catalogue, DATA } from "./catalogue.ts";
import {
  type Download,
  download,
  FETCH_CHOICE,
  type FetchChoice,
  type Files,
  lacking,
  readOrSay,
  type Source,
  type Wanted,
} from "./download.ts";
import { CorpusError } from "./error.ts";
import { sha256 } from "../files/mod.ts";

const ZIP = { bytes: 741602, sha256: "c4daa6b6f1479c2bdcb103b9207dcb0e5994917bb925b1e8628d4c0e694b8744" };
const MiB = 2 ** 20;
const MOST = 512 * MiB;

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

/** What {@linkcode downloadCorpus} takes. */
export interface DownloadOptions extends Partial<FetchChoice> {
  /** A local zip to take instead of the net. */
  zip?: string | URL;
  /** Folder for the corpus. @default data/cache/bachcentral */
  cache?: string | URL;
  /** Places to try, in this order. @default SOURCES */
  sources?: readonly Source[];
  /** The files there have to be. @default the 228 of `data/catalogue.json` */
  catalogue?: readonly Wanted[];
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
  const { zip, cache = CACHE, sources = SOURCES, onProgress, ...others } = checkOptions(
    "download the corpus",
    options,
    {
      ...FETCH_CHOICE,
      zip: optional(kinds.path),
      cache: optional(kinds.path),
      sources: optional(kinds.list("sources", kinds.object("a source with a url"))),
      catalogue: optional(kinds.list("files", kinds.object("a file with path, sha256 and bytes"))),
    },
  );
  const { catalogue: wanted = await catalogue(), ...rest } = others;
  return await download({
    what: "the corpus",
    wanted,
    cache,
    sources,
    copy: { kind: "zip", at: zip, most: MOST },
    byHand: "get bach.zip by hand and run: deno task corpus --zip bach.zip",
    take: (bytes, from) =>
      takeFiles(bytes, from, wanted, (done, total) => onProgress?.({ stage: "unpack", from, done, total })),
    onProgress,
    ...rest,
  });
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
  const unreadable: string[] = [];
  for (const entry of zipEntries(zip, from).entries) {
    if (!sizes.has(entry.size)) continue;
    budget -= entry.size;
    if (budget < 0) throw new CorpusError(`Cannot read the zip ${from}: it unpacks to far more than the corpus`);
    const bytes = readOrSay(entry, from, unreadable);
    if (!bytes) continue;
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
  if (absent.length > 0) throw lacking("the corpus", from, { wanted: wanted.length, absent }, unreadable);
  return files;
}
