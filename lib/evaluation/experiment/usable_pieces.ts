import { type LeftOut, type Piece, pitchedPieces } from "../../corpus/mod.ts";

/** Pieces that can be evaluated, and those that cannot. */
export interface UsablePieces {
  /** The pieces to evaluate, in order. */
  pieces: Piece[];
  /** The others, in order, and why. */
  leftOut: LeftOut[];
}

/**
 * Leaves out what would make the figures wrong: files that had to be mended, because what stands in them may not be
 * what was meant, and pieces without a pitched note, because a drum's number is no pitch.
 */
export function usablePieces(pieces: readonly Piece[]): UsablePieces {
  const mended = pieces.filter(({ score: { repairs } }) => repairs.length > 0);
  const pitched = pitchedPieces(pieces.filter((piece) => !mended.includes(piece)));
  const leftOut = mended.map(({ path }) => ({ path, reason: "it had to be mended to be read" }));
  return { pieces: pitched.pieces, leftOut: [...leftOut, ...pitched.leftOut] };
}
