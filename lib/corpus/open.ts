import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readMusic, type ReadMusicOptions } from "../formats/mod.ts";
import { checkOptions, expandHome, kinds, nearest, optional } from "../options/mod.ts";
import { CACHE } from "./bachcentral.ts";
import { catalogue, DATA } from "./catalogue.ts";
import { CorpusError, reason } from "./error.ts";
import { sha256 } from "../files/mod.ts";
import { jsbFiles } from "./jsb.ts";
import type { LeftOut } from "./left_out.ts";
import { LIMITS, type MusicFile } from "./files_on_disk.ts";
import { type MusicFiles, musicFiles } from "./music_files.ts";
import type { Corpus, Piece } from "./piece.ts";
import { PARQUET } from "./table_manifest.ts";

/** Corpora that have a name instead of a place. */
export const NAMED_CORPORA: readonly string[] = Object.freeze(["sample", "bachcentral", "jsb"]);

/** What {@linkcode openCorpus} takes. */
export interface OpenOptions {
  /** Paths of the pieces to read, in this order. @default all, by path */
  only?: readonly string[];
  /** Where {@linkcode downloadCorpus} put `bachcentral`, or {@linkcode downloadJsb} `jsb`. @default data/cache/ and the corpus's name */
  cache?: string | URL;
  /** Called after each file with the number of files done, the number of all, and the file's path. */
  onProgress?: (done: number, total: number, path: string) => void;
}

/**
 * Opens a corpus: `"sample"`, the movements of Bach that come with the
 * project; `"bachcentral"`, the 228 MIDI files of the paper, after
 * `deno task corpus`; `"jsb"`, the 382 chorales that the literature compares
 * models on, after `deno task corpus --jsb`, each with its side; or a folder
 * (with all folders in it), a zip, or a single file of your own, such as a JSON file of JS Fake Chorales. MIDI, `**kern`,
 * MusicXML and ABC are read, however the ending is capitalised; hidden files are not. `"parquet:DIR"` is a table that `deno task table` has made of any of these,
 * where it is small enough to be held in memory (20,000 pieces, 10 million notes); it needs `--allow-ffi`, for Polars.
 *
 * Damaged MIDI files are repaired where that is possible, which
 * `score.repairs` tells. A file that cannot be read, or is of another kind, is listed in `leftOut`; with `only`, only
 * those that it names.
 *
 * Needs `--allow-read` for `data/`, or for the place that it opens, and `--allow-env=HOME` for one that begins with `~`.
 *
 * @throws {CorpusError} If there is no such place, nothing in it can be read,
 * it is too large (20,000 files, 32 MiB a file, 512 MiB a zip), or a path in
 * `only` is not there.
 */
export async function openCorpus(
  source: "sample" | "bachcentral" | "jsb" | string,
  options: OpenOptions = {},
): Promise<Corpus> {
  const { only, cache, onProgress } = checkOptions("open the corpus", options, {
    only: optional(kinds.list("paths", kinds.name)),
    cache: optional(kinds.path),
    onProgress: optional(kinds.callback),
  });
  if (source.startsWith(PARQUET)) return await openTable(source, only);
  const { name, files, failures, others } = await corpusFiles(source, { cache });
  // Of a file and a failure with one path, the file is the one to choose: it comes last.
  const all = [...failures, ...files], asked = only ? choose(only, all, source) : all;
  const chosen = asked.filter((file) => "read" in file);

  const pieces: Piece[] = [], unread: LeftOut[] = asked.filter((file) => "reason" in file);
  for (const [i, file] of chosen.entries()) {
    try {
      pieces.push(await readPiece(file));
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      unread.push({
        path: file.path,
        reason: `it cannot be read: ${reason(error).replace(/^Cannot read [^:]+: /, "")}`,
      });
    }
    onProgress?.(i + 1, chosen.length, file.path);
  }
  if (pieces.length === 0) {
    const [first] = unread;
    throw new CorpusError(
      `Cannot open the corpus ${source}: none of ${unread.length} files can be read; ` +
        (first ? `the first, ${first.path}: ${first.reason}` : "no file was asked for"),
    );
  }
  markDuplicates(pieces);
  return { name, pieces, leftOut: [...unread, ...only ? [] : others] };
}

async function openTable(source: string, only: OpenOptions["only"]): Promise<Corpus> {
  const folder = expandHome(source.slice(PARQUET.length));
  // Polars is native code, which whoever opens files alone need not be allowed to load.
  const { piecesOfTable } = await import("./table_pieces.ts");
  const { pieces, leftOut } = await piecesOfTable(folder);
  if (pieces.length === 0) throw new CorpusError(`Cannot open the corpus ${source}: no piece is in it`);
  markDuplicates(pieces);
  const chosen = only ? choose(only, pieces, source) : pieces.sort((a, b) => a.path < b.path ? -1 : 1);
  return { name: basename(folder), pieces: chosen, leftOut: only ? [] : leftOut };
}

/**
 * The files of a corpus, not yet read: what {@linkcode openCorpus} opens, for
 * those who go through it file by file.
 *
 * Needs `--allow-read` for `data/`, or for the place that it looks into.
 *
 * @param source As for {@linkcode openCorpus}.
 * @param options Where the download is; `most`, how many files a folder may have, 20,000 if nothing else is said.
 * @throws {CorpusError} If there is no such place, no music in it, or it is too large.
 */
export async function corpusFiles(
  source: "sample" | "bachcentral" | "jsb" | string,
  options: Pick<OpenOptions, "cache"> & { most?: number } = {},
): Promise<MusicFiles> {
  // What lies beside the movements says where they come from.
  if (source === "sample") return { ...await musicFiles(fileURLToPath(new URL("sample", DATA))), others: [] };
  const { cache, most = LIMITS.files } = checkOptions("open the corpus", options, {
    cache: optional(kinds.path),
    most: optional(kinds.orInfinity(kinds.positiveInteger)),
  });
  if (source === "jsb") return await jsbFiles({ cache });
  if (source === "bachcentral") return await downloaded(cache ?? CACHE);
  return await musicFiles(source, { ...LIMITS, files: most });
}

async function downloaded(cache: string | URL): Promise<MusicFiles> {
  const folder = cache instanceof URL ? fileURLToPath(cache) : cache;
  const found = await Deno.stat(folder).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (!found) {
    throw new CorpusError(
      `Cannot open the corpus bachcentral: it is not downloaded yet. Run: deno task corpus ` +
        `(without Deno installed: npx -y deno@2.8.1 task corpus)`,
    );
  }
  const files = (await catalogue()).map((entry): MusicFile => ({
    path: entry.path,
    read: async () => {
      const again = "run deno task corpus again";
      const bytes = await Deno.readFile(join(folder, entry.path)).catch((error) => {
        throw error instanceof Deno.errors.NotFound ? new CorpusError(`it is missing: ${again}`) : error;
      });
      if (await sha256(bytes) === entry.sha256) return bytes;
      throw new CorpusError(`it is not the file of the catalogue, its SHA-256 differs: ${again}`);
    },
  }));
  return { name: "bachcentral", files, failures: [], others: [] };
}

function choose<Named extends { path: string }>(
  only: readonly string[],
  files: readonly Named[],
  source: string,
): Named[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return only.map((path, i) => {
    const file = byPath.get(path);
    if (!file) {
      const near = nearest(path, [...byPath.keys()]);
      throw new CorpusError(
        `Cannot open ${path} of the corpus ${source}: there is no such piece` +
          (near ? `; the nearest is ${near}` : ""),
      );
    }
    if (only.indexOf(path) < i) throw new CorpusError(`Cannot open the corpus ${source}: ${path} is asked for twice`);
    return file;
  });
}

/**
 * Reads a file of a corpus. Damaged MIDI is repaired where that is possible,
 * which `score.repairs` tells.
 *
 * @param file A file, as {@linkcode corpusFiles} lists them.
 * @param options Which tracks of a MIDI file say the tempo.
 * @throws {FormatError | CorpusError} If it cannot be read; or what the system says.
 */
export async function readPiece(file: MusicFile, options: Pick<ReadMusicOptions, "tempo"> = {}): Promise<Piece> {
  const { path, side } = file;
  const bytes = await file.read();
  const { format, ...read } = readMusic(path, bytes, { ...options, repair: true });
  return { path, format: format.name, ...read, sha256: await sha256(bytes), ...(side && { side }) };
}

function markDuplicates(pieces: readonly Piece[]) {
  const first = new Map<string, string>();
  for (const { sha256, path } of pieces) {
    const known = first.get(sha256);
    if (known === undefined || path < known) first.set(sha256, path);
  }
  for (const piece of pieces) {
    const original = first.get(piece.sha256)!;
    if (original !== piece.path) piece.duplicateOf = original;
  }
}
