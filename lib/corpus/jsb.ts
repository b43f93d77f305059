import { checkOptions, kinds, optional } from "../options/mod.ts";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type GridCorpus, readJsb, readJsbSets } from "../formats/mod.ts";
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
import type { MusicFile } from "./files_on_disk.ts";
import type { MusicFiles } from "./music_files.ts";

/** The forms in which the chorales are compared: four voices in sixteenths, or what sounds on each quarter note. */
export type JsbForm = "sixteenths" | "quarters";

/** The chorales by form. The files are not ours to pass on. */
const CHORALES: Readonly<Record<JsbForm, Wanted>> = {
  sixteenths: {
    path: "Jsb16thSeparated.json",
    sha256: "79294cc374f9252e95ef4b703161524c1c53dc1f712c236f00f1c1f5d54af5a7",
    bytes: 1_666_444,
  },
  quarters: {
    path: "jsb-chorales-quarter.json",
    sha256: "2db9329f1881a1d3f49703ec556bf1d6f84b4f6c1d702c156536e93cf31e1c91",
    bytes: 407_200,
  },
};

/** Where the JSB chorales are to be had: a commit that the repository's branch may leave behind, but never alter. */
export const JSB_SOURCES: readonly Source[] = sourcesOf("sixteenths");

/** Where `deno task corpus --jsb` puts the chorales, and {@linkcode openJsb} looks for them. */
export const JSB_CACHE: URL = cacheOf("sixteenths");

function sourcesOf(form: JsbForm): readonly Source[] {
  const { path, bytes, sha256 } = CHORALES[form];
  const commit =
    "https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/";
  return Object.freeze([{ url: commit + path, bytes, sha256 }]);
}

function cacheOf(form: JsbForm): URL {
  return new URL(form === "sixteenths" ? "cache/jsb/" : "cache/jsb-quarters/", DATA);
}

const FORM = kinds.oneOf("sixteenths", "quarters");

/** What {@linkcode downloadJsb} takes. */
export interface JsbDownloadOptions extends Partial<FetchChoice> {
  /** Which file. @default "sixteenths" */
  form?: JsbForm;
  /** A local copy of the file, `Jsb16thSeparated.json` or `jsb-chorales-quarter.json`, to take instead of the net. */
  file?: string | URL;
  /** Folder for the chorales. @default data/cache/jsb, or data/cache/jsb-quarters */
  cache?: string | URL;
  /** Places to try, in this order. @default JSB_SOURCES, or the same place's file of quarters */
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
  const { form = "sixteenths", ...others } = checkOptions("download the chorales", options, {
    ...FETCH_CHOICE,
    form: optional(FORM),
    file: optional(kinds.path),
    cache: optional(kinds.path),
    sources: optional(kinds.list("sources", kinds.object("a source with a url"))),
  });
  const { file, cache = cacheOf(form), sources = sourcesOf(form), ...rest } = others, wanted = CHORALES[form];
  const again = form === "quarters" ? "--jsb --quarters" : "--jsb";
  return await download({
    what: "the chorales",
    wanted: [wanted],
    cache,
    sources,
    copy: { kind: "file", at: file, most: 2 * wanted.bytes },
    byHand: `get ${wanted.path} by hand and run: deno task corpus ${again} --file ${wanted.path}`,
    take: async (bytes, from) => {
      await verify(bytes, { sha256: wanted.sha256 }).catch((error) => {
        throw new CorpusError(`Cannot take the chorales from ${from}: ${reason(error)}`);
      });
      return new Map([[wanted.path, bytes]]);
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
  const { cache } = checkOptions("open the corpus jsb", options, { cache: optional(kinds.path) });
  return readJsb(await textOf("sixteenths", cache));
}

/**
 * Opens the JSB chorales as the older literature has them: what sounds on each quarter note, as frames of four pitches from
 * the top, filled up with rests ({@linkcode readJsbSets}). The same chorales on the same sides, some in another key.
 *
 * Needs `--allow-read` for `data/`.
 *
 * @param options Where the download is. @default data/cache/jsb-quarters
 * @throws {CorpusError} If they are not downloaded yet, or the file is not the one that was.
 */
export async function openJsbQuarters(options: { cache?: string | URL } = {}): Promise<GridCorpus> {
  const { cache } = checkOptions("open the corpus jsb-quarters", options, { cache: optional(kinds.path) });
  return readJsbSets(await textOf("quarters", cache));
}

async function textOf(form: JsbForm, cache: string | URL = cacheOf(form)): Promise<string> {
  const { path, sha256 } = CHORALES[form];
  const [name, task] = form === "quarters"
    ? ["jsb-quarters", "deno task corpus --jsb --quarters"]
    : ["jsb", "deno task corpus --jsb"];
  const file = join(cache instanceof URL ? fileURLToPath(cache) : cache, path);
  const bytes = await Deno.readFile(file).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CorpusError(
      `Cannot open the corpus ${name}: it is not downloaded yet. Run: ${task} ` +
        `(without Deno installed: npx -y deno@2.8.1 ${task.slice("deno ".length)})`,
    );
  });
  await verify(bytes, { sha256 }).catch((error) => {
    throw new CorpusError(`Cannot open the corpus ${name}: ${reason(error)}: run ${task} again`);
  });
  return new TextDecoder().decode(bytes);
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
