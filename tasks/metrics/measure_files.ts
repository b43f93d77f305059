import { corpusFiles, readPiece } from "../../lib/corpus/mod.ts";
import { type MeasuredPiece, measurePiece } from "../../lib/metrics/mod.ts";
import { toNoteTable } from "../../lib/notes/mod.ts";
import { terminalProgress } from "../../lib/notebook/terminal_progress.ts";
import { userPath } from "../user_path.ts";

/** A file with its numbers. */
export interface MeasuredFile extends MeasuredPiece {
  /** The path as the user would write it. */
  path: string;
  /** How many notes it has, those of drums among them. */
  notes: number;
  /** What had to be mended to read it. */
  repairs: string[];
}

/** A file that cannot be read, and why. */
export interface UnreadableFile {
  /** The path as the user would write it. */
  path: string;
  /** Why, in words. */
  error: string;
}

/** Corpora that have a name instead of a place. */
const NAMED = ["sample", "bachcentral"];
/** From how many files on a progress is worth its line. */
const MANY = 20;

/**
 * Measures files, one after the other.
 *
 * @param sources Files, folders, zips, or names of corpora.
 * @param resolution Positions a quarter note for the groove; left out, the ticks of each file.
 */
export async function* measureFiles(
  sources: readonly string[],
  resolution?: number,
): AsyncGenerator<MeasuredFile | UnreadableFile> {
  for (const source of sources) {
    const place = NAMED.includes(source) ? source : userPath(source);
    const found = await attempt(source, () => corpusFiles(place));
    if ("error" in found) {
      yield found;
      continue;
    }
    const alone = !NAMED.includes(source) && (await Deno.stat(place)).isFile && !/\.zip$/i.test(place);
    const pathOf = (path: string) => alone ? source : `${source.replace(/\/+$/, "")}/${path}`;
    for (const { path, error } of found.failures) yield { path: pathOf(path), error };
    const progress = found.files.length < MANY ? undefined : terminalProgress(source, found.files.length);
    for (const [i, file] of found.files.entries()) {
      const path = pathOf(file.path);
      const read = await attempt(path, async () => {
        const { score } = await readPiece(file);
        return { score, table: toNoteTable(score, { piece: path, drums: true }) };
      });
      if ("error" in read) yield read;
      else {
        const { score, table } = read;
        const { ticksPerQuarter, repairs } = score;
        yield { path, notes: table.height, repairs, ...measurePiece(table, { ticksPerQuarter, resolution }) };
      }
      await progress?.update(i + 1);
    }
    await progress?.done();
  }
}

/** What a file or a folder gives, or why it gives nothing; a mistake of ours in measuring is not caught here. */
async function attempt<T>(path: string, open: () => Promise<T>): Promise<T | UnreadableFile> {
  try {
    return await open();
  } catch (error) {
    return { path, error: (error as Error).message.replace(/\s+/g, " ").trim() };
  }
}
