import { join } from "node:path";
import type { DataFrame } from "nodejs-polars";
import {
  CorpusError,
  type LeftOut,
  type MusicFile,
  type ParquetFile,
  readPiece,
  type TabledPiece,
  type TablePart,
} from "../../lib/corpus/mod.ts";
import { sha256 } from "../../lib/files/mod.ts";
import { NoteColumns } from "../../lib/notes/mod.ts";
import { firstInstrument, flatten, flattenColumns, heldColumns, type Score } from "../../lib/score/mod.ts";
import type { Question } from "./messages.ts";

/** Rows of a file, but for a piece that has more by itself: what a process holds in memory hangs on it. */
const ROWS = 2 ** 19;
/** Rows of a row group: what a reader of few pieces has to take in. */
const GROUP = 2 ** 16;

/** What {@linkcode makePart} takes. */
export interface MakePartOptions {
  /** Finds a file by its path. */
  fileOf: (path: string) => MusicFile | undefined;
  /** The folder of the shard. */
  folder: string;
  /** Told before each file which it is. */
  onFile: (index: number) => void;
}

/**
 * Reads some files of music, and leaves their notes as Parquet. A file that cannot be read is refused, and ends nothing.
 *
 * @returns What the manifest is to say of them.
 * @throws What the system says where nothing can be written.
 */
export async function makePart(
  { part, paths, harmful }: Question,
  { fileOf, folder, onFile }: MakePartOptions,
): Promise<Omit<TablePart, "mark">> {
  const pieces: TabledPiece[] = [], refused: LeftOut[] = [], files: ParquetFile[] = [];
  let columns = new NoteColumns({ drums: true, ranks: true });
  const write = async () => {
    if (columns.height === 0) return;
    const name = `part-${String(part).padStart(5, "0")}${files.length > 0 ? `-${files.length}` : ""}.parquet`;
    files.push({ name, notes: columns.height, ...await writeParquet(columns.table(), join(folder, name)) });
    columns = new NoteColumns({ drums: true, ranks: true });
  };
  for (const [index, path] of paths.entries()) {
    onFile(index);
    try {
      if (harmful[path] !== undefined) throw new CorpusError(harmful[path]);
      const file = fileOf(path);
      if (!file) throw new CorpusError("it is not there any more");
      const { score, format, sha256, side } = await readPiece(file);
      const { notes, addTo, ...counted } = rowsOf(score);
      if (notes === 0) throw new CorpusError("it has no notes");
      if (columns.height > 0 && columns.height + notes > ROWS) await write();
      addTo(columns, path);
      pieces.push({ path, format, ...side && { side }, sha256, notes, ...counted });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable || error instanceof WriteError) throw error;
      const text = error instanceof Error ? error.message : String(error);
      refused.push({ path, reason: text.replace(/\s+/g, " ").replace(/^Cannot read [^:]+: /, "").trim() });
    }
  }
  await write();
  return { part, files, pieces, refused };
}

/** What a score comes to in a table, and what adds its rows. */
interface Rows extends Pick<TabledPiece, "notes" | "pitched" | "first" | "head"> {
  addTo: (columns: NoteColumns, path: string) => void;
}

/** Notes that were read in columns never become objects. */
function rowsOf(score: Score): Rows {
  const held = heldColumns(score);
  if (held) {
    const { parts, notes: _, ...others } = held, rows = flattenColumns(held, "all", { drums: true });
    const counts = parts.map(({ from, to }) => to - from);
    return {
      notes: rows.length,
      pitched: parts.reduce((sum, { drum }, i) => drum ? sum : sum + counts[i], 0),
      first: counts.find((count) => count > 0) ?? 0,
      head: { ...others, parts: parts.map(({ from: _, to: __, ...part }) => part) },
      addTo: (columns, path) => columns.addRows(path, held, rows),
    };
  }
  const { parts, ...others } = score, notes = flatten(score, "all", { drums: true });
  return {
    notes: notes.length,
    pitched: parts.reduce((sum, { drum, notes }) => drum ? sum : sum + notes.length, 0),
    first: firstInstrument(score)?.notes.length ?? 0,
    head: { ...others, parts: parts.map(({ notes: _, ...part }) => part) },
    addTo: (columns, path) => columns.add(path, score, notes),
  };
}

/** The table cannot be written: the disk is full, say. */
class WriteError extends Error {}

/** Writes under another name, so that a file of a table is whole whenever it is there. */
async function writeParquet(table: DataFrame, path: string): Promise<{ bytes: number; sha256: string }> {
  const fresh = `${path}.new`;
  try {
    table.lazy().sinkParquet(fresh, { compression: "zstd", compressionLevel: 3, rowGroupSize: GROUP }).collectSync();
    const written = await Deno.readFile(fresh);
    using file = await Deno.open(fresh, { read: true, write: true });
    await file.sync();
    await Deno.rename(fresh, path);
    return { bytes: written.length, sha256: await sha256(written) };
  } catch (error) {
    throw new WriteError(`${path} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
