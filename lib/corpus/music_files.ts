import { basename, extname, join } from "node:path";
import {
  FormatError,
  formatOf,
  FORMATS,
  kindOf,
  splitJsb,
  zipEntries,
  type ZipEntry,
  type ZipFiles,
} from "../formats/mod.ts";
import { expandHome } from "../options/mod.ts";
import { CorpusError, ofCorpus, reason } from "./error.ts";
import { type FileAt, filesOnDisk, LIMITS, type Limits, type MusicFile, refuseLarge, tuneAt } from "./files_on_disk.ts";
import type { LeftOut } from "./left_out.ts";
import { tunePath, tunesOfBook } from "./tune_books.ts";

/** The files of a corpus that look like music. */
export interface MusicFiles {
  /** Name of the folder, zip or file, without its ending. */
  name: string;
  /** The files, by path. */
  files: MusicFile[];
  /** What could not even be looked at. */
  failures: LeftOut[];
  /** Files of other kinds, which are not read. */
  others: LeftOut[];
}

const ZIP_ENDING = /\.zip$/i;
const ENDINGS = FORMATS.filter(({ whenNamed }) => !whenNamed).flatMap(({ endings }) => endings);
const READ = `${ENDINGS.slice(0, -1).join(", ")} or ${ENDINGS.at(-1)}`;

/**
 * Finds the music in a folder (with all folders in it), in a zip, or in one file; a JSON file may hold a list of chorales,
 * an ABC file a book of tunes: each of them is a piece, and a tune can be named alone, as `book.abc/0002.abc`. Files of other kinds are listed; hidden files and folders are not.
 * Links are followed, each folder is entered once. Of a zip with one folder that holds everything, that folder is left off
 * the paths; what is wrong with one file of it costs that file alone.
 *
 * @throws {CorpusError} If there is no such place, no music in it, or too much.
 */
export async function musicFiles(place: string, limits: Limits = LIMITS): Promise<MusicFiles> {
  place = expandHome(place);
  const info = await Deno.stat((await tuneAt(place))?.book ?? place).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    throw new CorpusError(
      `Cannot open the corpus ${place}: there is no such file or folder ` +
        `(without a download there is "sample", with one "bachcentral" or "jsb")`,
    );
  });
  const fileAt = filesOnDisk(limits);
  const found = info.isDirectory
    ? await inFolder(place, { limits, fileAt })
    : ZIP_ENDING.test(place)
    ? await inZip(place, info.size, limits)
    : { files: await inFile(place, fileAt), failures: [], others: [] };
  const { files, refused } = await withTunes(found.files, { place, info, limits, fileAt });
  const { others } = found, failures = [...found.failures, ...refused];
  if (files.length + failures.length === 0) {
    const [other] = others;
    const instead = other
      ? `; there is ${other.path}${others.length > 1 ? `, and ${others.length - 1} more` : ""}`
      : "";
    throw new CorpusError(`Cannot open the corpus ${place}: no ${READ} file is there${instead}`);
  }
  for (const list of [files, others]) list.sort((a, b) => a.path < b.path ? -1 : 1);
  const known = ZIP_ENDING.test(place) || formatOf(place);
  const name = basename(place, known ? extname(place) : "");
  return { name: name || place, files, failures, others };
}

/** Whether a file that lies in a folder or a zip is taken for music. */
function isMusic(path: string): boolean {
  const format = formatOf(path);
  return format !== undefined && !format.whenNamed;
}

/** Why a file that lies in a folder or a zip is not taken for music. */
function otherKind(path: string): LeftOut {
  const ending = extname(path).toLowerCase();
  if (ZIP_ENDING.test(path)) return { path, reason: "it is a zip: unpack it, or open it by its own path" };
  const alone = formatOf(path)?.whenNamed ? "; it is read when it is opened by its own path" : "";
  return { path, reason: `it is a ${ending ? `${ending} file` : "file without an ending"}, not ${READ}${alone}` };
}

/**
 * Files, and in place of a book of tunes each of its tunes; and what is refused: books that cannot be taken apart, and of
 * two pieces with one path the second.
 */
async function withTunes(
  files: readonly MusicFile[],
  { place, info, limits, fileAt }: { place: string; info: Deno.FileInfo; limits: Limits; fileAt: FileAt },
): Promise<{ files: MusicFile[]; refused: LeftOut[] }> {
  const all: MusicFile[] = [], refused: LeftOut[] = [], isAlone = !info.isDirectory && !ZIP_ENDING.test(place);
  const paths = new Set<string>();
  const add = (piece: MusicFile) => {
    if (paths.has(piece.path)) {
      refused.push({ path: piece.path, reason: "a tune of a book and a file have this path: rename one of them" });
    } else all.push(piece);
    paths.add(piece.path);
  };
  for (const file of files.toSorted((a, b) => a.path < b.path ? -1 : 1)) {
    // A file alone is told by its bytes. What cannot be read will be said when it is.
    const bytes = isAlone || formatOf(file.path)?.name === "abc" ? await file.read().catch(() => undefined) : undefined;
    let tunes;
    try {
      tunes = bytes && tunesOfBook(file.path, bytes);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      refused.push({ path: file.path, reason: error.message });
      continue;
    }
    if (!tunes) add(file);
    for (const [i, tune] of tunes?.entries() ?? []) {
      const path = tunePath(file.path, i);
      // Of a folder of books not all are held in memory.
      add(
        info.isDirectory ? fileAt(join(place, path), path) : { path, read: () => Promise.resolve(tune) },
      );
    }
    if (all.length > limits.files) throw tooMany(place, limits);
  }
  return { files: all, refused };
}

/** A file alone, whatever its name: a piece, or a list of chorales, each a piece then. */
async function inFile(place: string, fileAt: FileAt): Promise<MusicFile[]> {
  const file = fileAt(place, basename(place));
  // What cannot be read will be said when it is.
  const bytes = formatOf(place)?.name === "jsb" ? await file.read().catch(() => undefined) : undefined;
  const chorales = bytes && splitJsb(new TextDecoder().decode(bytes));
  if (!chorales) return [file];
  return chorales.map((json, i) => ({
    path: `${String(i).padStart(3, "0")}.json`,
    read: () => Promise.resolve(new TextEncoder().encode(json)),
  }));
}

async function inFolder(
  root: string,
  { limits, fileAt }: { limits: Limits; fileAt: FileAt },
): Promise<Omit<MusicFiles, "name">> {
  const files: MusicFile[] = [];
  const failures: LeftOut[] = [], others: LeftOut[] = [];
  const entered = new Set<string>();
  // Links wait until all real folders are done, so that a file's path does not depend on who links to it.
  const folders = [""], links: string[] = [];
  let inOrder = 0;
  const nextLink = () => {
    // The last one is the first by path; only what was found since has to be put in order.
    if (links.length > inOrder) links.sort().reverse();
    inOrder = Math.max(0, links.length - 1);
    return links.pop();
  };
  for (let path = folders.pop(); path !== undefined; path = folders.pop() ?? nextLink()) {
    try {
      const real = await Deno.realPath(join(root, path));
      if (entered.has(real)) continue;
      entered.add(real);
      for await (const entry of Deno.readDir(real)) {
        if (entry.name.startsWith(".")) continue;
        const inside = path ? `${path}/${entry.name}` : entry.name;
        if (entry.isDirectory) folders.push(inside);
        else if (entry.isSymlink && await leadsToFolder(join(real, entry.name))) links.push(inside);
        else if (isMusic(entry.name)) files.push(fileAt(join(real, entry.name), inside));
        else others.push(otherKind(inside));
        if (files.length > limits.files) throw tooMany(root, limits);
      }
    } catch (error) {
      if (error instanceof CorpusError || error instanceof Deno.errors.NotCapable) throw error;
      failures.push({ path, reason: `the folder cannot be looked into: ${reason(error)}` });
    }
  }
  failures.sort((a, b) => a.path < b.path ? -1 : 1);
  return { files, failures, others };
}

function tooMany(place: string, limits: Limits): CorpusError {
  return new CorpusError(`Cannot open the corpus ${place}: it has more than ${limits.files} files of music`);
}

async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await Deno.stat(link)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    // A broken link, or one to itself: where its name says music, reading it will say so.
    return false;
  }
}

function filesOf(zip: Uint8Array, place: string): ZipFiles {
  try {
    return zipEntries(zip, place);
  } catch (error) {
    throw ofCorpus(error);
  }
}

/** A file of a zip that no part of its path hides. */
function isVisible({ path }: { path: string }): boolean {
  return !path.split("/").some((name) => /^\.(?!\.?$)/.test(name));
}

async function inZip(place: string, size: number, limits: Limits): Promise<Omit<MusicFiles, "name">> {
  const refuse = (bytes: number, what: string) =>
    new CorpusError(
      `Cannot open the corpus ${place}: ${what} ${bytes} bytes, more than the ${limits.zip} that are read`,
    );
  if (size > limits.zip) throw refuse(size, "the zip has");
  const zip = await Deno.readFile(place);
  const kind = kindOf(zip);
  if (kind && !kind.isZip) {
    const advice = kind.advice ?? "name it by what it is";
    throw new CorpusError(`Cannot open the corpus ${place}: this is ${kind.name}, not a ZIP: ${advice}`);
  }
  const { entries, refused } = filesOf(zip, place);
  const visible = entries.filter(isVisible), outside = refused.filter(isVisible);
  const music = visible.filter(({ path }) => isMusic(path)), failures = outside.filter(({ path }) => isMusic(path));
  if (music.length + failures.length > limits.files) throw tooMany(place, limits);
  const total = music.reduce((sum, { size }) => sum + size, 0);
  if (total > limits.zip) throw refuse(total, "the music in it has");

  const top = music[0]?.path.split("/", 1)[0] + "/";
  const skip = music.every(({ path }) => path.startsWith(top)) ? top.length : 0;
  return {
    files: [...Map.groupBy(music, ({ path }) => path)].map(([path, same]) => ({
      path: path.slice(skip),
      read: async () => {
        refuseLarge(same[0].size, limits);
        return await readOne(same);
      },
    })),
    failures,
    others: [...visible, ...outside].filter(({ path }) => !isMusic(path))
      .map(({ path }) => otherKind(path.startsWith(top) ? path.slice(skip) : path)),
  };
}

/** What all of these say that have one path. */
function readOne([first, ...others]: readonly ZipEntry[]): Uint8Array {
  const bytes = first.read();
  for (const other of others) {
    if (other.size !== first.size || other.read().some((byte, i) => byte !== bytes[i])) {
      throw new CorpusError(`it stands in the zip ${others.length + 1} times, and not all are the same`);
    }
  }
  return bytes;
}
