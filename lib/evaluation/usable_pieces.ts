import type { Piece } from "../corpus/mod.ts";
import type { LeftOut } from "./report.ts";

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
  const judged = pieces.map((piece) => ({ piece, reason: objection(piece) }));
  return {
    pieces: judged.filter(({ reason }) => reason === undefined).map(({ piece }) => piece),
    leftOut: judged.flatMap(({ piece: { path }, reason }) => reason === undefined ? [] : [{ path, reason }]),
  };
}

function objection({ score: { repairs, parts } }: Piece): string | undefined {
  if (repairs.length > 0) return "it had to be mended to be read";
  const playing = parts.filter(({ notes }) => notes.length > 0);
  if (playing.length === 0) return "it has no notes";
  return playing.every(({ drum }) => drum) ? "it has drums alone, no pitched notes" : undefined;
}
