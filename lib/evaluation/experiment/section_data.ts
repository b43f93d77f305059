import type { DataFrame } from "nodejs-polars";
import { type LeftOut, nearDoubleGroups, type Piece, splitByPiece } from "../../corpus/mod.ts";
import { type EventPiece, type NoteEvent, notePieces } from "../../encodings/mod.ts";
import { corpusTable, inNanoseconds, numberColumn, pieceRows } from "../../notes/mod.ts";
import { voicesOf } from "../../score/mod.ts";
import type { Settings } from "../../settings/mod.ts";
import type { PlainSettings, SideReport } from "../report/report.ts";
import { shortHash } from "./short_hash.ts";

/** Some pieces as a table of notes. */
export interface Side extends SideReport {
  /** Their notes, in nanoseconds. */
  table: DataFrame;
  /** The same, note by note. */
  events: EventPiece<NoteEvent>[];
}

/** The notes of a section. */
export interface SectionData {
  /** The three sides. */
  sides: { train: Side; heldOut: Side; test: Side };
  /** Doubles that were left out. */
  leftOut: LeftOut[];
  /** Pieces that share passages with one another. */
  alike: string[][];
}

/** Pieces of a side, flattened and transposed as the settings say. */
export function sideOf(pieces: readonly Piece[], settings: Pick<Settings, "flattening" | "transpose">): Side {
  const { flattening, transpose } = settings;
  const table = inNanoseconds(corpusTable(pieces, { flattening, transpose }));
  const paths = pieces.map(({ path }) => path);
  return { pieces: paths, notes: table.height, hash: contentHash(table), table, events: notePieces(table) };
}

/** Which pieces {@linkcode sectionData} takes, and on which side. */
export interface SectionDataOptions {
  /**
   * Keep pieces that share passages on one side.
   *
   * @default {false}
   */
  strict?: boolean;
  /**
   * Leave out pieces whose parts are no voices, as `voicesOf` has it. The others stay on their sides.
   *
   * @default {false}
   */
  voices?: boolean;
}

/**
 * Splits a corpus by piece, doubles left out, and makes tables of the three sides.
 *
 * @param pieces All pieces.
 * @param settings How they are flattened and transposed.
 * @throws {RangeError} If a side has no notes.
 */
export function sectionData(
  pieces: readonly Piece[],
  settings: Pick<Settings, "flattening" | "transpose">,
  { strict = false, voices = false }: SectionDataOptions = {},
): SectionData {
  const plain = splitByPiece(pieces, { doubles: "leave out" });
  const doubles = new Set(plain.leftOut.map(({ path }) => path));
  const kept = pieces.filter(({ path }) => !doubles.has(path));
  const alike = nearDoubleGroups(kept, { flattening: settings.flattening });
  const { leftOut, ...split } = strict ? splitByPiece(pieces, { doubles: "leave out", together: alike }) : plain;
  const side = (pieces: readonly Piece[]) =>
    sideOf(voices ? pieces.filter(({ score }) => voicesOf(score) !== undefined) : pieces, settings);
  const sides = { train: side(split.train), heldOut: side(split.valid), test: side(split.test) };
  for (const [name, { notes }] of Object.entries(sides)) {
    if (notes === 0) {
      throw new RangeError(
        `Cannot evaluate: of ${pieces.length} pieces none with ${
          voices ? "parts that are voices" : "notes"
        } is left for the side "${name}"; it takes three`,
      );
    }
  }
  return { sides, leftOut, alike };
}

/** Hash of everything in a table that models and metrics look at. */
function contentHash(table: DataFrame): string {
  const columns = ["pitch", "start", "end"].map((name) => numberColumn(table, name));
  const names = pieceRows(table).map(({ piece, count }) => `${piece}\n${count}`).join("\n");
  const parts = [new TextEncoder().encode(names), ...columns.map(bytesOf)];
  return shortHash(parts.map((part) => shortHash(part)).join());
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What a report says of a side. */
export function reportOf({ pieces, notes, hash }: Side): SideReport {
  return { pieces, notes, hash };
}

/** Settings as plain JSON, which has no Infinity: null stands for it. */
export function plainSettings(settings: Settings): PlainSettings {
  const plain = Object.entries(settings).map(([name, value]) => [name, value === Infinity ? null : value]);
  return Object.fromEntries(plain) as PlainSettings;
}

/**
 * What samples go on from: the first notes of the pieces of the first side
 * that has pieces so long, over and over. Where all pieces are shorter, a side's first notes whatever piece they are
 * in, as windows across pieces have them.
 */
export function beginningsOf(
  sides: readonly Side[],
  length: number,
  samples: number,
): { piece: string; notes: DataFrame }[] {
  const long = sides.map(({ table }) =>
    pieceRows(table).filter(({ count }) => count >= length)
      .map(({ piece, first }) => ({ piece, notes: table.slice(first, length) }))
  );
  const { pieces, table } = sides.find(({ notes }) => notes >= length) ?? sides[0];
  const chosen = long.find((side) => side.length > 0) ?? [{ piece: pieces[0], notes: table.head(length) }];
  return Array.from({ length: samples }, (_, i) => chosen[i % chosen.length]);
}
