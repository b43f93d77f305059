import { checkOptions, kinds, optional } from "../options/mod.ts";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type GridCorpus, readJsb } from "../formats/mod.ts";
import { DATA } from "./catalogue.ts";
import {
  type Download,
  download,
  FETCH_CHOICE,
  type FetchChoice,
  type Source,
  verify,
  type Wanted,
} from "./download.ts";
import { CorpusError, reason } from "./error.ts";
import type { MusicFile, MusicFiles } from "./music_files.ts";

/** The chorales on a grid of sixteenths, their voices apart. The file is not ours to pass on. */
const CHORALES: Wanted = {
  path: "Jsb16thSeparated.json",
  sha256: "79294cc374f9252e95ef4b703161524c1c53dc1f712c236f00f1c1f5d54af5a7",
  bytes: 1_666_444,
};

/** Where the JSB chorales are to be had: a commit that the repository's branch may leave behind, but never alter. */
export const JSB_SOURCES: readonly Source[] = Object.freeze([
  {
    url: "https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/" +
      CHORALES.path,
    bytes: CHORALES.bytes,
    sha256: CHORALES.sha256,
  },
]);

/** Where `deno task corpus --jsb` puts the chorales, and {@linkcode openJsb} looks for them. */
export const JSB_CACHE: URL = new URL("cache/jsb/", DATA);

/** What {@linkcode downloadJsb} takes. */
export interface JsbDownloadOptions extends Partial<FetchChoice> {
  /** A local copy of `Jsb16thSeparated.json` to take instead of the net. */
  file?: string | URL;
  /** Folder for the chorales. @default data/cache/jsb */
  cache?: string | URL;
  /** Places to try, in this order. @default JSB_SOURCES */
  sources?: readonly Source[];
}

/**
 * Brings the JSB chorales to `data/cache/`: 382 chorales of Bach in four voices, split in three, as the literature
 * compares models on them (GitHub `czhuang/JSB-Chorales-dataset`, after Boulanger-Lewandowski, Bengio and Vincent,
 * "Modeling temporal dependencies in high-dimensional sequences", 2012). The file is verified by its SHA-256. Does
 * nothing when it is there. Whatever goes wrong, the folder is either as it was or complete.
 *
 * Needs `--allow-read` and `--allow-write` for `data/`, `--allow-read` for a local copy, and `--allow-net` for
 * `raw.githubusercontent.com`.
 *
 * @throws {CorpusError} If no place gives the right file, with the reason, or the local copy cannot be read.
 */
export async function downloadJsb(options: JsbDownloadOptions = {}): Promise<Download> {
  const { file, cache = JSB_CACHE, sources = JSB_SOURCES, ...rest } = checkOptions("download the chorales", options, {
    ...FETCH_CHOICE,
    file: optional(kinds.path),
    cache: optional(kinds.path),
    sources: optional(kinds.list("sources", kinds.object("a source with a url"))),
  });
  return await download({
    what: "the chorales",
    wanted: [CHORALES],
    cache,
    sources,
    copy: { kind: "file", at: file, most: 2 * CHORALES.bytes },
    byHand: `get ${CHORALES.path} by hand and run: deno task corpus --jsb --file ${CHORALES.path}`,
    take: async (bytes, from) => {
      await verify(bytes, { sha256: CHORALES.sha256 }).catch((error) => {
        throw new CorpusError(`Cannot take the chorales from ${from}: ${reason(error)}`);
      });
      return new Map([[CHORALES.path, bytes]]);
    },
    ...rest,
  });
}

/**
 * Opens the JSB chorales as voices on a grid of sixteenths: 229 to learn from, 76 to choose a model by, and 77 to
 * measure it on. `openCorpus("jsb")` gives the same pieces as scores.
 *
 * Needs `--allow-read` for `data/`.
 *
 * @param options Where the download is. @default data/cache/jsb
 * @throws {CorpusError} If they are not downloaded yet, or the file is not the one that was.
 */
export async function openJsb(options: { cache?: string | URL } = {}): Promise<GridCorpus> {
  const { cache = JSB_CACHE } = checkOptions("open the corpus jsb", options, { cache: optional(kinds.path) });
  const file = join(cache instanceof URL ? fileURLToPath(cache) : cache, CHORALES.path);
  const bytes = await Deno.readFile(file).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CorpusError(
      "Cannot open the corpus jsb: it is not downloaded yet. Run: deno task corpus --jsb " +
        "(without Deno installed: npx -y deno@2.8.1 task corpus --jsb)",
    );
  });
  await verify(bytes, { sha256: CHORALES.sha256 }).catch((error) => {
    throw new CorpusError(`Cannot open the corpus jsb: ${reason(error)}: run deno task corpus --jsb again`);
  });
  return readJsb(new TextDecoder().decode(bytes));
}

/** The chorales as files of one piece each: `train/000.json`, …, `valid/000.json`, …, `test/076.json`. */
export async function jsbFiles(options: { cache?: string | URL } = {}): Promise<MusicFiles> {
  const chorales = await openJsb(options);
  const files = (["test", "train", "valid"] as const).flatMap((side) =>
    chorales[side].map((frames, i): MusicFile => ({
      side,
      path: `${side}/${String(i).padStart(3, "0")}.json`,
      read: () => Promise.resolve(new TextEncoder().encode(JSON.stringify(frames))),
    }))
  );
  return { name: "jsb", files, failures: [], others: [] };
}
