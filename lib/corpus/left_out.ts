import { type Score, whyUnpitched } from "../score/mod.ts";

/** What lies in a corpus and is not used. */
export interface LeftOut {
  /** Its path in the corpus. */
  path: string;
  /** Why, in words, as they follow "because": `it has only drums`. */
  reason: string;
}

/** Pieces that a model of notes can learn from, and the others. */
export interface PitchedPieces<Piece> {
  /** Those with notes other than of drums, in order. */
  pieces: Piece[];
  /** The others, in order, and why. */
  leftOut: LeftOut[];
}

/** Sets aside the pieces that have no pitched notes: the number of a drum is no pitch. */
export function pitchedPieces<Piece extends { path: string; score: Score }>(
  pieces: readonly Piece[],
): PitchedPieces<Piece> {
  const found: PitchedPieces<Piece> = { pieces: [], leftOut: [] };
  for (const piece of pieces) {
    const reason = whyUnpitched(piece.score);
    if (reason === undefined) found.pieces.push(piece);
    else found.leftOut.push({ path: piece.path, reason });
  }
  return found;
}
