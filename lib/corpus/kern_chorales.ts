import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeText, readKern, zipEntries } from "../formats/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { type Chorale, choraleOfScore } from "../score/mod.ts";
import { DATA } from "./catalogue.ts";
import { type ChoraleCorpus, choraleCorpus, gridChorales } from "./chorales.ts";
import { choralesAlike } from "./chorales_alike.ts";
import {
  type Download,
  download,
  FETCH_CHOICE,
  type FetchChoice,
  type Files,
  lacking,
  readOrSay,
  type Source,
} from "./download.ts";
import { CorpusError, reason } from "./error.ts";
import { sha256 } from "../files/mod.ts";
import { openJsb } from "./jsb.ts";
import { missingFiles } from "./store.ts";

const COMMIT = "0fd9e00542445a522c6030c80c687b874aa569d5";
const MOST = 128 * 2 ** 20;

/** Where the chorales in `**kern` are to be had: the archive of a commit, whose bytes may differ from day to day. */
export const CHORALE_SOURCES: readonly Source[] = Object.freeze([
  { url: `https://codeload.github.com/craigsapp/bach-370-chorales/zip/${COMMIT}`, most: MOST },
]);

/** Where `deno task corpus --chorales` puts the chorales, and {@linkcode openChorales} looks for them. */
export const CHORALE_CACHE: URL = new URL("cache/chorales/", DATA);

/** What {@linkcode downloadChorales} takes. */
export interface ChoraleDownloadOptions extends Partial<FetchChoice> {
  /** A local copy to take instead of the net: a folder of the repository or of its files, or a zip of it. */
  copy?: string | URL;
  /** Folder for the chorales. @default data/cache/chorales */
  cache?: string | URL;
  /** Places to try, in this order. @default CHORALE_SOURCES */
  sources?: readonly Source[];
}

/**
 * Brings 370 chorales of Bach in `**kern` to `data/cache/`, with their holds, fermatas, keys and metres (GitHub
 * `craigsapp/bach-370-chorales`, CC BY-NC-SA 4.0: to read, not to pass on with this project). Each is verified by its
 * SHA-256. Does nothing when they are there. Whatever goes wrong, the folder is either as it was or complete.
 *
 * Needs `--allow-read` and `--allow-write` for `data/`, `--allow-read` for a local copy, and `--allow-net` for
 * `codeload.github.com`.
 *
 * @throws {CorpusError} If no place gives the right files, with the reason, or the local copy cannot be read.
 */
export async function downloadChorales(options: ChoraleDownloadOptions = {}): Promise<Download> {
  const { copy, cache = CHORALE_CACHE, sources = CHORALE_SOURCES, ...rest } = checkOptions(
    "download the chorales",
    options,
    {
      ...FETCH_CHOICE,
      copy: optional(kinds.path),
      cache: optional(kinds.path),
      sources: optional(kinds.list("sources", kinds.object("a source with a url"))),
    },
  );
  const wanted = await choraleHashes();
  return await download({
    what: "the chorales",
    wanted,
    cache,
    sources,
    copy: { kind: "copy", at: copy, most: MOST },
    byHand: "get the repository by hand and run: deno task corpus --chorales --file FOLDER",
    take: (zip, from) => {
      const names = new Set(wanted.map(({ path }) => path));
      const { entries } = zipEntries(zip, from), unreadable: string[] = [];
      const ours = entries.filter(({ path, size }) => names.has(basename(path)) && size < 2 ** 20);
      const found = ours.map((entry) => ({
        path: entry.path,
        read: () => Promise.resolve(readOrSay(entry, from, unreadable)),
      }));
      return verified(found, wanted, from, unreadable);
    },
    takeFolder: async (folder) => {
      const place = folder instanceof URL ? fileURLToPath(folder) : folder;
      const inside = await Deno.stat(join(place, "kern")).then(({ isDirectory }) => isDirectory, () => false);
      const at = inside ? join(place, "kern") : place;
      return await verified(
        wanted.map(({ path }) => ({ path, read: () => Deno.readFile(join(at, path)) })),
        wanted,
        String(folder),
      );
    },
    ...rest,
  });
}

/** Names and hashes of the files, as `sha256sum -c` reads them, too. */
async function choraleHashes(): Promise<{ path: string; sha256: string }[]> {
  const text = await Deno.readTextFile(new URL("chorales370.sha256", DATA));
  return text.trim().split("\n").map((line) => {
    const [sha256, path] = line.split("  ");
    return { path, sha256 };
  });
}

async function verified(
  found: readonly { path: string; read: () => Promise<Uint8Array | undefined> }[],
  wanted: readonly { path: string; sha256: string }[],
  from: string,
  unreadable: readonly string[] = [],
): Promise<Files> {
  const hashes = new Map(wanted.map(({ path, sha256 }) => [path, sha256])), files: Files = new Map();
  for (const { path, read } of found) {
    const name = basename(path),
      bytes = await read().catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) {
          throw new CorpusError(`Cannot take the chorales from ${from}: ${path}: ${reason(error)}`, { cause: error });
        }
      });
    if (bytes && await sha256(bytes) === hashes.get(name)) files.set(name, bytes);
  }
  const absent = wanted.filter(({ path }) => !files.has(path)).map(({ path }) => path);
  if (absent.length > 0) throw lacking("the chorales", from, { wanted: wanted.length, absent }, unreadable);
  return files;
}

/**
 * Opens 370 chorales with their holds, fermatas, keys and metres, split as the JSB chorales are: a chorale that is the
 * music of one on their test side, or has much in common with it ({@linkcode choralesAlike}), is on the test side, too, and
 * so is whatever is alike to that; the same goes for the valid side. All others are learned from. So whoever learns from
 * this corpus has not heard a test chorale of either in another form.
 *
 * Needs `--allow-read` for `data/`.
 *
 * @param options Where the downloads are: these, and the JSB chorales. @default data/cache/chorales, data/cache/jsb
 * @throws {CorpusError} If one of the two is not downloaded yet, or is not what was downloaded.
 */
export async function openChorales(
  options: { cache?: string | URL; jsb?: string | URL } = {},
): Promise<ChoraleCorpus> {
  const { cache = CHORALE_CACHE, jsb } = checkOptions("open the corpus chorales", options, {
    cache: optional(kinds.path),
    jsb: optional(kinds.path),
  });
  const wanted = await choraleHashes();
  const missing = await missingFiles(cache, wanted);
  if (missing.length > 0) {
    throw new CorpusError(
      `Cannot open the corpus chorales: of ${wanted.length} files ${missing.length} are not there, or altered. ` +
        "Run: deno task corpus --chorales",
    );
  }
  const folder = cache instanceof URL ? fileURLToPath(cache) : cache;
  const chorales = await Promise.all(
    wanted.map(async ({ path }) =>
      choraleOfScore(readKern(decodeText(await Deno.readFile(join(folder, path)))), basename(path, ".krn"))
    ),
  );
  return choraleCorpus("chorales", splitLike(gridChorales(await openJsb({ cache: jsb })), chorales));
}

/**
 * Splits chorales as others are split that they may be the music of: `test` goes before `valid`, `valid` before `train`, and
 * what is alike to a chorale on one of the two goes with it.
 */
export function splitLike(
  split: Pick<ChoraleCorpus, "valid" | "test">,
  chorales: readonly Chorale[],
): Record<"train" | "valid" | "test", Chorale[]> {
  const amongThem = choralesAlike(chorales, chorales);
  const side: ("train" | "valid" | "test")[] = chorales.map(() => "train");
  for (const to of ["test", "valid"] as const) {
    const waiting = [...new Set(choralesAlike(chorales, split[to]).map(({ one }) => one))];
    for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
      if (side[i] !== "train") continue;
      side[i] = to;
      waiting.push(...amongThem.filter(({ one }) => one === i).map(({ other }) => other));
    }
  }
  const of = (wanted: string) => chorales.filter((_, i) => side[i] === wanted);
  return { train: of("train"), valid: of("valid"), test: of("test") };
}
