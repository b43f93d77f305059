import { join } from "node:path";
import { linesOf } from "../files/mod.ts";
import type { Part, Score } from "../score/mod.ts";
import { CorpusError, reason } from "./error.ts";
import { fnv1a } from "./fnv1a.ts";
import type { LeftOut } from "./left_out.ts";

/** What tables of this form are marked with; others are not read. */
export const TABLE_VERSION = 1;
/** What the name of a corpus begins with that is such a table: `parquet:DIR`. */
export const PARQUET = "parquet:";
/** The manifest of a shard, in its folder. */
export const MANIFEST = "manifest.jsonl";
/** The folders of shards: `shard=0` and so on. */
const SHARD = /^shard=(\d+)$/;

/** A score without its notes. */
export type ScoreHead = Omit<Score, "parts"> & { parts: Omit<Part, "notes">[] };

/** A piece of a table of notes on disk. Its rows stand together, in the files of its part. */
export interface TabledPiece {
  /** Path in the corpus that the table was made of. */
  path: string;
  /** What the file was, as `FORMATS` names it. */
  format: string;
  /** The side of a split that whoever made the corpus put it on. */
  side?: "train" | "valid" | "test";
  /** SHA-256 of the file. */
  sha256: string;
  /** Its rows: its notes, of drums too. */
  notes: number;
  /** Rows that no drum plays. */
  pitched: number;
  /** Rows of the first part that has notes. */
  first: number;
  /** All of the score but its notes. */
  head: ScoreHead;
}

/** A file of a table. */
export interface ParquetFile {
  /** Its name in the folder of its shard. */
  name: string;
  /** Its rows. */
  notes: number;
  /** Its size in bytes. */
  bytes: number;
  /** Its SHA-256. */
  sha256: string;
}

/** What some neighbouring files of music have become: a line of the manifest. */
export interface TablePart {
  /** Number of the part in its shard, from 0. */
  part: number;
  /** SHA-256 of paths, sizes and times of the files that it was made of. */
  mark: string;
  /** Its rows, in the order of the pieces: one file, or more where the pieces have many notes. */
  files: ParquetFile[];
  /** Its pieces, by path. */
  pieces: TabledPiece[];
  /** Files that are not in the table, and why. */
  refused: LeftOut[];
}

/** The first line of a manifest. */
export interface TableHeading {
  /** {@linkcode TABLE_VERSION}. */
  table: number;
  /** Which shard it is, from 0. */
  shard: number;
  /** How many there are. */
  shards: number;
  /** How many parts it has when it is whole. */
  parts: number;
  /** What could not even be looked at: folders, say. */
  failures: LeftOut[];
  /** How many files of other kinds there are beside the music, by their endings. */
  others: Record<string, number>;
}

/** The manifest of a shard, as far as it has come. */
export interface TableManifest {
  /** Its first line. */
  heading: TableHeading;
  /** What is done, in the order in which it was; read while it is asked for. */
  parts: AsyncGenerator<TablePart>;
}

/**
 * The manifest of a shard, line by line. A last line that was not written to its end does not count.
 *
 * @param folder The folder of the shard.
 * @returns `undefined` where there is none.
 * @throws {CorpusError} If it is damaged, or of another version.
 */
export async function readManifest(folder: string): Promise<TableManifest | undefined> {
  const path = join(folder, MANIFEST), lines = manifestLines(path);
  const heading = (await lines.next()).value as TableHeading | undefined;
  if (heading === undefined) return undefined;
  if (heading.table !== TABLE_VERSION) {
    await lines.return(undefined);
    throw new CorpusError(
      `Cannot read the table: ${path} is of version ${heading.table}, this program reads ${TABLE_VERSION}; make it anew`,
    );
  }
  return { heading, parts: lines as AsyncGenerator<TablePart> };
}

async function* manifestLines(path: string): AsyncGenerator<TableHeading | TablePart, undefined> {
  const file = await Deno.open(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  if (!file) return;
  let number = 0;
  for await (const line of linesOf(file.readable)) {
    number++;
    let value;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw new CorpusError(`Cannot read the table: line ${number} of ${path} is damaged (${reason(error)})`);
    }
    yield value;
  }
}

/** Which of so many shards a file belongs to, from 0, by a hash of its path: whatever else there is, and on every machine. */
export function shardOf(path: string, shards: number): number {
  // Of the hash's upper bits: the lowest is but the parity of the path's letters.
  return Math.floor(fnv1a(path) * shards / 2 ** 32);
}

/** A part and the folder that its files are in. */
export type PlacedPart = TablePart & { folder: string };

/**
 * The parts of a whole table, shard after shard, in order.
 *
 * @param folder What `deno task table` was told to write to.
 * @throws {CorpusError} If there is no table, or it is damaged or not complete.
 */
export async function* tableParts(folder: string): AsyncGenerator<PlacedPart> {
  const found: number[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const shard = name.match(SHARD)?.[1];
      if (shard !== undefined) found.push(Number(shard));
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new CorpusError(`Cannot open the table ${folder}: ${reason(error)}`);
  }
  let shards = 0;
  for (const shard of found.sort((a, b) => a - b)) {
    const place = join(folder, `shard=${shard}`), manifest = await readManifest(place);
    if (!manifest) continue;
    const { heading, parts } = manifest;
    shards ||= heading.shards;
    if (heading.shards !== shards || heading.shard !== shard) {
      throw new CorpusError(
        `Cannot open the table ${folder}: shard ${shard} is ${heading.shard} of ${heading.shards}, others of ${shards}`,
      );
    }
    // Processes that read side by side do not end in order.
    const early = new Map<number, TablePart>();
    let next = 0;
    for await (const part of parts) {
      early.set(part.part, part);
      for (let own = early.get(next); own; own = early.get(next)) {
        early.delete(next++);
        yield { ...own, folder: place };
      }
    }
    if (next !== heading.parts) {
      throw new CorpusError(
        `Cannot open the table ${folder}: shard ${shard} has ${next + early.size} of its ${heading.parts} parts; ` +
          "run the same deno task table again, which goes on",
      );
    }
  }
  const missing = Array.from({ length: shards }, (_, i) => i).find((shard) => !found.includes(shard));
  if (shards === 0 || missing !== undefined) {
    throw new CorpusError(
      `Cannot open the table ${folder}: ` +
        (shards === 0
          ? "there is none; deno task table FOLDER --out DIR makes one"
          : `shard ${missing} of ${shards} is missing; run deno task table with --shard ${missing}/${shards}`),
    );
  }
}
