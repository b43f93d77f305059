import { join } from "node:path";
import { crc32 } from "node:zlib";
import pl, { type DataFrame } from "nodejs-polars";
import type { PlacedPart, TabledPiece } from "../corpus/mod.ts";
import type { Flattening } from "../score/mod.ts";
import { drumColumn, pieceRows, pitchColumn } from "./columns.ts";
import { findKey } from "./key.ts";
import { semitonesIntoCommonKey } from "./transpose.ts";

/** A piece of a table on disk, and where its rows are. */
export interface ScannedPiece {
  /** Its path in the corpus. */
  piece: string;
  /** The file that its rows are in. */
  file: string;
  /** The first of them, from 0. */
  from: number;
  /** How many they are, drums and all. */
  rows: number;
  /** How many notes it has as it is flattened. */
  notes: number;
  /** SHA-256 of the file that the piece was read from, in part: enough to tell tables apart. */
  mark: number;
}

/** How {@linkcode NoteScan} takes the notes. */
export interface NoteScanOptions {
  /** As for `toNoteTable`. */
  flattening: Flattening;
  /** As for `corpusTable`. */
  transpose: boolean;
}

/** Columns of the file, with those that say how to flatten, which no table has that leaves here. */
const COLUMNS = ["piece", "part", "pitch", "start", "end", "step", "duration", "velocity", "program", "quarter"]
  .concat("quarters", "bar", "beat", "measure", "drum", "rank");
const INNER = ["drum", "rank", "place"];

/**
 * The notes of many pieces, in Parquet files that `deno task table` has made. They are read when they are asked for, some
 * neighbouring pieces at a time, by lazy scans; what stays in memory is a name and five numbers per piece.
 *
 * What is read has the columns and the values that `corpusTable` gives of the same pieces.
 */
export class NoteScan {
  readonly #places: readonly ScannedPiece[];
  readonly #options: NoteScanOptions;
  /** How many notes there are. */
  readonly height: number;

  /**
   * Takes pieces that are known already.
   *
   * @param pieces Where they are, in the order in which they are learned from; each has notes.
   * @param options How they are flattened.
   */
  constructor(pieces: readonly ScannedPiece[], options: NoteScanOptions) {
    this.#places = pieces;
    this.#options = options;
    this.height = pieces.reduce((sum, { notes }) => sum + notes, 0);
  }

  /** The pieces, in order, and how many notes each has. */
  get pieces(): readonly { piece: string; notes: number }[] {
    return this.#places;
  }

  /** A number that differs where the music does, or how it is taken. */
  get content(): number {
    const { flattening, transpose } = this.#options;
    return crc32(
      new Uint8Array(Int32Array.from(this.#places, ({ mark }) => mark).buffer),
      crc32(`${flattening} ${transpose}`),
    );
  }

  /**
   * The table of some neighbouring pieces.
   *
   * @param from The first of them, from 0.
   * @param to The piece behind the last.
   */
  read(from: number, to: number): DataFrame {
    const stretches: { file: string; first: number; rows: number }[] = [];
    for (const { file, from: first, rows } of this.#places.slice(from, to)) {
      const last = stretches.at(-1);
      if (last?.file === file && last.first + last.rows === first) last.rows += rows;
      else stretches.push({ file, first, rows });
    }
    const tables = stretches.map(({ file, first, rows }) =>
      pl.scanParquet(file).select(...COLUMNS).slice(first, rows).collectSync()
    );
    return this.#flattened(tables.length === 1 ? tables[0] : pl.concat(tables));
  }

  /**
   * The first rows, as those of a table.
   *
   * @param rows How many, at most.
   */
  head(rows: number): DataFrame {
    let pieces = 0;
    for (let notes = 0; notes < rows && pieces < this.#places.length; pieces++) notes += this.#places[pieces].notes;
    return this.read(0, pieces).head(rows);
  }

  /** The notes that the flattening takes, in its order. */
  #flattened(table: DataFrame): DataFrame {
    const { flattening, transpose } = this.#options;
    const begins = pl.col("piece").neq(pl.col("piece").shift(1)).fillNull(pl.lit(true));
    const moved = transpose ? intoCommonKeys(table) : table;
    const placed = moved.withColumns(begins.cast(pl.Int32).cumSum().alias("place"));
    const taken = flattening === "all" ? placed.filter(pl.col("drum").not()) : placed
      .filter(pl.col("part").eq(pl.col("part").min().over("place")))
      .sort(["place", "quarter", "rank"]);
    // Steps lead from note to note of those that are left.
    const step = pl.when(begins).then(pl.lit(0)).otherwise(pl.col("start").sub(pl.col("start").shift(1)));
    return taken.withColumns(step.alias("step")).drop(INNER);
  }
}

/** Each piece in C major or A minor, as `toCommonKey` moves its score. */
function intoCommonKeys(table: DataFrame): DataFrame {
  const pitch = pitchColumn(table), drum = drumColumn(table);
  for (const { first, count } of pieceRows(table)) {
    const own = pitch.subarray(first, first + count);
    const pitched = own.filter((_, i) => !drum[first + i]);
    const semitones = semitonesIntoCommonKey(findKey(table.slice(first, count)), pitched);
    own.forEach((value, i) => own[i] = drum[first + i] ? value : value + semitones);
  }
  return table.withColumns(pl.Series("pitch", pitch, pl.Int32));
}

/** Where the pieces of a part are, in its files. */
export function placesOf(
  { folder, files, pieces }: PlacedPart,
  flattening: Flattening,
): (ScannedPiece & TabledPiece)[] {
  let file = 0, from = 0;
  return pieces.map((piece) => {
    if (from >= files[file].notes) [file, from] = [file + 1, 0];
    const rows = piece.notes;
    const placed = {
      ...piece,
      piece: piece.path,
      file: join(folder, files[file].name),
      from,
      rows,
      notes: flattening === "all" ? piece.pitched : piece.first,
      mark: parseInt(piece.sha256.slice(0, 8), 16) | 0,
    };
    from += rows;
    return placed;
  });
}
