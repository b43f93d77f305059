import { checkOptions, kinds, optional } from "../options/mod.ts";
import { flatten, FLATTENING } from "../score/mod.ts";
import { PIECES, SETTING_NAMES, type Settings } from "../settings/mod.ts";
import { PUBLISHED_FILES, SEED_FILE } from "./catalogue.ts";
import { CorpusError } from "./error.ts";
import { type LeftOut, pitchedPieces } from "./left_out.ts";
import { openCorpus, type OpenOptions } from "./open.ts";
import type { Corpus, Piece } from "./piece.ts";
import { splitByPiece } from "./split.ts";

/** The pieces of an experiment. */
export interface TrainingPieces {
  /** Pieces to learn from. */
  train: Piece[];
  /** Pieces that are not learned from, to measure the model on while it learns. Empty where they would give no window. */
  heldOut: Piece[];
  /** The piece whose beginning starts a generated sequence. It is not learned from, unless there is nothing else. */
  seedPiece: Piece;
  /** What lies in the corpus and is not used: what cannot be read, has no pitched notes, or is there twice. */
  leftOut: LeftOut[];
}

/** What {@linkcode trainingPieces} has to know of the run. */
export type TrainingChoice = Pick<Settings, "pieces" | "flattening" | "length" | "acrossPieces">;

/** What {@linkcode trainingPieces} takes. */
export type TrainingPiecesOptions = Pick<OpenOptions, "cache" | "onProgress">;

/**
 * Opens a corpus and chooses what to learn from.
 *
 * `pieces: "seven"` of `bachcentral` are the published run's: the seven
 * movements of the cello suites, in its order; the five other movements of the
 * suites are held out, and the sequence begins as the courante of the fourth.
 *
 * Else {@linkcode splitByPiece} decides, doubles left out: `train` is learned
 * from, and `valid` held out if its notes, as the run flattens them, make at
 * least one window with its target. The longest piece of `test` gives the
 * beginning; if that is shorter than a window, or there is none, the longest
 * of `valid`, then of `train`. Where no piece is as long as a window, it is the
 * longest of all.
 *
 * @param source As for {@linkcode openCorpus}.
 * @param choice The settings of the run.
 * @throws {CorpusError} If the corpus cannot be opened, or a file of the published run cannot be read.
 * @throws {TypeError} If a setting is missing, unknown or of the wrong type.
 */
export async function trainingPieces(
  source: string,
  choice: TrainingChoice,
  options: TrainingPiecesOptions = {},
): Promise<TrainingPieces> {
  checkOptions("choose pieces", choice, {
    pieces: PIECES,
    flattening: FLATTENING,
    length: kinds.positiveInteger,
    acrossPieces: kinds.boolean,
  }, SETTING_NAMES);
  checkOptions("choose pieces", options, { cache: optional(kinds.path), onProgress: optional(kinds.callback) });
  const corpus = await openCorpus(source, options);
  return source === "bachcentral" && choice.pieces === "seven" ? publishedPieces(corpus) : splitPieces(corpus, choice);
}

/** The pieces of the published run. */
export function publishedPieces({ pieces, leftOut }: Omit<Corpus, "name">): TrainingPieces {
  const byPath = new Map(pieces.map((piece) => [piece.path, piece]));
  const wanted = (path: string) => {
    const piece = byPath.get(path);
    if (piece) return piece;
    const why = leftOut.find((left) => left.path === path)?.reason ?? "it is not in the corpus";
    throw new CorpusError(`Cannot do the published run without ${path}: ${why}`);
  };
  return {
    train: PUBLISHED_FILES.map(wanted),
    heldOut: pieces.filter(({ path }) => path.startsWith("cellosui/") && !PUBLISHED_FILES.includes(path)),
    seedPiece: wanted(SEED_FILE),
    leftOut,
  };
}

/** The pieces of any other run. */
export function splitPieces(corpus: Omit<Corpus, "name">, choice: TrainingChoice): TrainingPieces {
  const { pieces, leftOut } = pitchedPieces(corpus.pieces);
  if (pieces.length === 0) {
    const [{ path, reason }] = leftOut;
    throw new CorpusError(`Cannot choose pieces: none of ${leftOut.length} can be learned from; ${path}: ${reason}`);
  }
  const { train, valid, test, leftOut: doubles } = splitByPiece(pieces, { doubles: "leave out" });
  // As the run flattens them, once each: sorting asks again and again.
  const lengths = new Map(pieces.map((piece) => [piece, flatten(piece.score, choice.flattening).length]));
  const length = (piece: Piece) => lengths.get(piece)!;
  const longest = (side: readonly Piece[]) => side.toSorted((a, b) => length(b) - length(a)).slice(0, 1);
  const candidates = [test, valid, train].flatMap(longest);
  const held = valid.map(length);
  const together = choice.acrossPieces ? held.reduce((sum, notes) => sum + notes, 0) : Math.max(...held);
  return {
    train,
    heldOut: together > choice.length ? valid : [],
    seedPiece: candidates.find((piece) => length(piece) >= choice.length) ?? longest(candidates)[0],
    leftOut: [...corpus.leftOut, ...leftOut, ...doubles],
  };
}
