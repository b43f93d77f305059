import { CorpusError } from "./error.ts";
import { tuneIn, tunesOfBook } from "./tune_books.ts";

/** A file that may hold a piece. */
export interface MusicFile {
  /** Path inside the corpus, with `/` between folders. */
  path: string;
  /** The side of a split that whoever made the corpus put it on. */
  side?: "train" | "valid" | "test";
  /** Reads the file. */
  read(): Promise<Uint8Array>;
}

/** How much of somebody's disk is taken for one corpus. */
export interface Limits {
  /** Files in all. */
  files: number;
  /** Bytes of one file. */
  bytes: number;
  /** Bytes of a zip, and of all that is in it. */
  zip: number;
}

/** What is taken if nothing else is said. */
export const LIMITS: Limits = { files: 20_000, bytes: 32 * 2 ** 20, zip: 512 * 2 ** 20 };

/** Says what file lies at a place, or which tune of a book, and what it is called in the corpus. */
export type FileAt = (place: string, path: string) => MusicFile;

/**
 * Gives files on disk, and tunes of the books there. As tunes are read one after another, the book of the last one is held
 * in memory until another is asked for, or all of these files are forgotten.
 */
export function filesOnDisk(limits: Limits = LIMITS): FileAt {
  let last: { key: string; tunes?: Uint8Array[] } = { key: "" };
  const whole = async (place: string) => {
    const { size, isFile } = await Deno.stat(place);
    // A pipe or a device would be waited for for ever.
    if (!isFile) throw new CorpusError("it is not a file");
    refuseLarge(size, limits);
    return await Deno.readFile(place);
  };
  const read = async (place: string) => {
    const inBook = await tuneAt(place);
    if (!inBook) return await whole(place);
    const { book, tune } = inBook, { size, mtime } = await Deno.stat(book);
    const key = `${book} ${size} ${mtime?.getTime()}`;
    if (last.key !== key) last = { key, tunes: tunesOfBook(book, await whole(book)) };
    const bytes = last.tunes?.[tune];
    if (!bytes) throw new CorpusError(`the book does not have a tune ${tune + 1}`);
    return bytes;
  };
  return (place, path) => ({ path, read: () => read(place) });
}

/** The book and the place in it of a path that looks like a file in a folder of a book's name, where the book is a file. */
export async function tuneAt(place: string): Promise<ReturnType<typeof tuneIn>> {
  const inBook = tuneIn(place);
  return inBook && await Deno.stat(inBook.book).then(({ isFile }) => isFile, () => false) ? inBook : undefined;
}

/**
 * Refuses a file that is larger than what is read.
 *
 * @throws {CorpusError} If it is.
 */
export function refuseLarge(size: number, limits: Limits) {
  if (size > limits.bytes) {
    throw new CorpusError(`it has ${size} bytes, more than the ${limits.bytes} that are read of one file`);
  }
}
