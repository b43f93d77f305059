import type { Reading } from "../settings/mod.ts";
import { PUBLISHED_FILES, SEED_FILE } from "./catalogue.ts";
import { type Corpus, openCorpus, type OpenOptions, type Piece } from "./open.ts";
import { splitByPiece } from "./split.ts";

/** The pieces of an experiment. */
export interface TrainingPieces {
  /** Pieces to learn from. */
  train: Piece[];
  /** Pieces that are not learned from, to measure the model on while it learns. */
  heldOut: Piece[];
  /** The piece whose beginning starts a generated sequence. It is not learned from, unless there is nothing else. */
  seedPiece: Piece;
}

/** What {@linkcode trainingPieces} takes. */
export type TrainingPiecesOptions = Pick<OpenOptions, "cache" | "onProgress">;

/**
 * Opens a corpus and chooses what to learn from.
 *
 * The published reading of `bachcentral` is the published run's: the seven
 * movements of the cello suites, in its order; the five other movements of the
 * suites are held out, and the sequence begins as the courante of the fourth.
 *
 * Else {@linkcode splitByPiece} decides, doubles left out: `train` is learned
 * from, `valid` held out, and the longest piece of `test` gives the beginning.
 * A corpus too small for three sides holds out what it has.
 *
 * @param source As for {@linkcode openCorpus}.
 * @param reading `published` or `corrected`.
 * @throws {CorpusError} If the corpus cannot be opened.
 */
export async function trainingPieces(
  source: string,
  reading: Reading,
  options: TrainingPiecesOptions = {},
): Promise<TrainingPieces> {
  const corpus = await openCorpus(source, options);
  if (source === "bachcentral" && reading === "published") return publishedPieces(corpus);
  const { train, valid, test } = splitByPiece(corpus.pieces, { doubles: "leave out" });
  const [seedPiece] = [test, valid, train].find((side) => side.length > 0)!.toSorted((a, b) => length(b) - length(a));
  return { train, heldOut: valid, seedPiece };
}

function publishedPieces({ pieces }: Corpus): TrainingPieces {
  const byPath = new Map(pieces.map((piece) => [piece.path, piece]));
  return {
    train: PUBLISHED_FILES.map((path) => byPath.get(path)!),
    heldOut: pieces.filter(({ path }) => path.startsWith("cellosui/") && !PUBLISHED_FILES.includes(path)),
    seedPiece: byPath.get(SEED_FILE)!,
  };
}

/** Notes of the first part, which is what the published flattening keeps. */
function length({ score }: Piece): number {
  return score.parts[0]?.notes.length ?? 0;
}
