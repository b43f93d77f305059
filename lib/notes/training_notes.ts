import type { DataFrame } from "nodejs-polars";
import {
  CorpusError,
  type LeftOut,
  PARQUET,
  type Side,
  sidesOfPaths,
  tableParts,
  type TrainingChoice,
  trainingPieces,
  type TrainingPiecesOptions,
} from "../corpus/mod.ts";
import { checkOptions, expandHome, kinds } from "../options/mod.ts";
import { FLATTENING } from "../score/mod.ts";
import { PIECES, SETTING_NAMES, type Settings } from "../settings/mod.ts";
import { NoteScan, placesOf, type ScannedPiece } from "./note_scan.ts";
import { corpusTable } from "./note_table.ts";

/** The notes of an experiment. */
export interface TrainingNotes {
  /** Notes to learn from: a table, or, of a corpus in Parquet, what is read piece by piece. */
  train: DataFrame | NoteScan;
  /** Notes that are not learned from, to measure the model on; nothing where they would give no window. */
  heldOut?: DataFrame | NoteScan;
  /** The piece whose beginning starts a generated sequence. */
  seedPiece: string;
  /** Its notes. */
  seedNotes: DataFrame;
  /** Paths of the pieces to learn from, and of those held out. */
  pieces: { train: string[]; heldOut: string[] };
  /** What lies in the corpus and is not used, and why. */
  leftOut: LeftOut[];
}

/** What {@linkcode trainingNotes} has to know of the run. */
export type NotesChoice = TrainingChoice & Pick<Settings, "transpose">;

/**
 * The notes of {@linkcode trainingPieces}, as the run flattens them. Of `"parquet:DIR"`, a table of any size that
 * `deno task table` has made, no more is read than where the pieces are: their notes are read when they are learned
 * from.
 *
 * There the split is by the paths alone, as `splitByPiece` has it, and only files that are equal byte for byte count as
 * doubles: whoever has the same music in other files or keys takes it out before.
 *
 * @param source As for `openCorpus`.
 * @param choice The settings of the run.
 * @throws What {@linkcode trainingPieces} and {@linkcode corpusTable} throw.
 */
export async function trainingNotes(
  source: string,
  choice: NotesChoice,
  options: TrainingPiecesOptions = {},
): Promise<TrainingNotes> {
  checkOptions("choose pieces", choice, {
    pieces: PIECES,
    flattening: FLATTENING,
    length: kinds.positiveInteger,
    acrossPieces: kinds.boolean,
    transpose: kinds.boolean,
  }, SETTING_NAMES);
  if (source.startsWith(PARQUET)) return await scannedNotes(expandHome(source.slice(PARQUET.length)), choice);
  const { train, heldOut, seedPiece, leftOut } = await trainingPieces(source, choice, options);
  const paths = (pieces: typeof train) => pieces.map(({ path }) => path);
  return {
    train: corpusTable(train, choice),
    ...heldOut.length > 0 && { heldOut: corpusTable(heldOut, choice) },
    seedPiece: seedPiece.path,
    seedNotes: corpusTable([seedPiece], choice),
    pieces: { train: paths(train), heldOut: paths(heldOut) },
    leftOut,
  };
}

async function scannedNotes(folder: string, choice: NotesChoice): Promise<TrainingNotes> {
  const { flattening, transpose, length, acrossPieces } = choice;
  const pieces: (ScannedPiece & { side?: Side })[] = [], leftOut: LeftOut[] = [];
  const firstOf = new Map<string, string>();
  for await (const part of tableParts(folder)) {
    leftOut.push(...part.refused);
    for (const { path, sha256, pitched, side, piece, file, from, rows, notes, mark } of placesOf(part, flattening)) {
      const original = firstOf.get(sha256);
      if (pitched === 0) leftOut.push({ path, reason: "it has only drums" });
      else if (original !== undefined) leftOut.push({ path, reason: `its music is in ${original}` });
      else {
        firstOf.set(sha256, path);
        pieces.push({ piece, file, from, rows, notes, mark, side });
      }
    }
  }
  if (pieces.length === 0) {
    throw new CorpusError(`Cannot choose pieces: the table ${folder} has none with pitched notes`);
  }
  const sides = pieces.every(({ side }) => side) ? undefined : sidesOfPaths(pieces.map(({ piece }) => piece));
  const { train = [], valid = [], test = [] } = Object.groupBy(
    pieces,
    ({ piece, side }) => sides?.get(piece) ?? side!,
  );
  const options = { flattening, transpose };
  const longest = (side: readonly ScannedPiece[]) => side.reduce((a, b) => b.notes > a.notes ? b : a);
  const candidates = [test, valid, train].filter((side) => side.length > 0).map(longest);
  const seedPiece = candidates.find(({ notes }) => notes >= length) ?? longest(candidates);
  const held = acrossPieces
    ? valid.reduce((sum, { notes }) => sum + notes, 0)
    : valid.reduce((most, { notes }) => Math.max(most, notes), 0);
  const heldOut = held > length ? valid : [];
  const paths = (side: readonly ScannedPiece[]) => side.map(({ piece }) => piece);
  return {
    train: new NoteScan(train, options),
    ...heldOut.length > 0 && { heldOut: new NoteScan(heldOut, options) },
    seedPiece: seedPiece.piece,
    seedNotes: new NoteScan([seedPiece], options).read(0, 1),
    pieces: { train: paths(train), heldOut: paths(heldOut) },
    leftOut,
  };
}
