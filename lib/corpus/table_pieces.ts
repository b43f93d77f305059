import { join } from "node:path";
import pl from "nodejs-polars";
import type { Note } from "../score/mod.ts";
import { CorpusError } from "./error.ts";
import type { LeftOut } from "./left_out.ts";
import { LIMITS } from "./files_on_disk.ts";
import type { Piece } from "./piece.ts";
import { PARQUET, type PlacedPart, tableParts } from "./table_manifest.ts";

/** Notes that are held in memory as scores, at most. */
const NOTES = 10_000_000;
const COLUMNS = ["part", "pitch", "start", "end", "velocity", "quarter", "quarters", "rank"] as const;

/**
 * The pieces of a table that `deno task table` has made, as scores again: all that a score has but fermatas and the text
 * of `**kern`. Notes of a part stand by onset.
 *
 * @throws {CorpusError} If there is no whole table, or it has more than is held in memory.
 */
export async function piecesOfTable(folder: string): Promise<{ pieces: Piece[]; leftOut: LeftOut[] }> {
  const parts: PlacedPart[] = [], leftOut: LeftOut[] = [];
  let [count, notes] = [0, 0];
  for await (const part of tableParts(folder)) {
    parts.push(part);
    leftOut.push(...part.refused);
    count += part.pieces.length;
    notes += part.files.reduce((sum, { notes }) => sum + notes, 0);
    if (count > LIMITS.files || notes > NOTES) {
      throw new CorpusError(
        `Cannot open the corpus ${PARQUET}${folder}: it has more than the ${LIMITS.files} pieces or ${NOTES} notes ` +
          "that are held in memory at a time; notebooks 3, 5 and 6 read it piece by piece (deno task reproduce --only 03,05,06)",
      );
    }
  }
  return { pieces: parts.flatMap(piecesOfPart), leftOut };
}

function piecesOfPart({ folder, files, pieces }: PlacedPart): Piece[] {
  let file = -1, row = Infinity, columns = {} as Record<typeof COLUMNS[number], Float64Array>;
  return pieces.map(({ path, format, side, sha256, notes, head }) => {
    if (row >= (files[file]?.notes ?? 0)) {
      columns = columnsOf(join(folder, files[++file].name));
      row = 0;
    }
    const { part, pitch, start, end, velocity, quarter, quarters, rank } = columns;
    const parts = head.parts.map((part) => ({ ...part, notes: [] as Note[] })), ranks = new Map<Note, number>();
    for (const last = row + notes; row < last; row++) {
      const startTick = Math.round(quarter[row] * head.ticksPerQuarter);
      const note = {
        pitch: pitch[row],
        velocity: velocity[row],
        startTick,
        endTick: startTick + Math.round(quarters[row] * head.ticksPerQuarter),
        start: start[row],
        end: end[row],
      };
      ranks.set(note, rank[row]);
      parts[part[row]].notes.push(note);
    }
    for (const { notes } of parts) {
      notes.sort((a, b) => a.startTick - b.startTick || ranks.get(a)! - ranks.get(b)!);
    }
    return { path, format, ...side && { side }, sha256, score: { ...head, parts } };
  });
}

function columnsOf(path: string): Record<typeof COLUMNS[number], Float64Array> {
  const table = pl.readParquet(path, { columns: [...COLUMNS] });
  const column = (name: string) => table.getColumn(name).cast(pl.Float64).toTypedArray() as unknown as Float64Array;
  return Object.fromEntries(COLUMNS.map((name) => [name, column(name)])) as Record<
    typeof COLUMNS[number],
    Float64Array
  >;
}
