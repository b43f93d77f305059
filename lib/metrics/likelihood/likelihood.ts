import type { PieceScore } from "./piece_scores.ts";

/**
 * How likely a model held some music. Micro: over notes, however long the pieces; macro: over pieces, however many
 * notes.
 */
export interface Likelihood {
  /** Pieces. */
  pieces: number;
  /** Notes of all of them. */
  notes: number;
  /** Micro mean of the nats per note: `-ln p` of what came. 0 is certainty. */
  nats: number;
  /** Macro mean of the nats per note: the mean over pieces of the mean over their notes. */
  macroNats: number;
  /** `nats / ln 2`: the micro mean in bits per note. */
  bits: number;
  /** `e^nats`: of how many equally likely things each note was one, 1 or more. */
  perplexity: number;
  /** Share of the notes that were the model's first choice, from 0 to 1. */
  accuracy: number;
  /** Mean over pieces of that share. */
  macroAccuracy: number;
}

/**
 * The likelihood of some music under a model, from what {@linkcode pieceScores}
 * adds up. Every mean is NaN where there are no pieces.
 *
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { likelihood, pieceScores } from "../mod.ts";
 *
 * // Two notes of one piece, one of another.
 * const pitch = {
 *   nats: Float64Array.of(0, Math.log(4), Math.log(2)),
 *   hit: Uint8Array.of(1, 0, 1),
 *   confidence: Float64Array.of(1, 0.5, 0.5),
 * };
 * const scored = { pieces: ["fugue", "gigue"], piece: Int32Array.of(0, 0, 1), heads: { pitch } };
 * const { bits, macroNats, accuracy } = likelihood(pieceScores(scored, "pitch"));
 *
 * assertAlmostEquals(bits, 1, 1e-12);
 * assertAlmostEquals(macroNats, Math.log(2), 1e-12);
 * assertEquals(accuracy, 2 / 3);
 * ```
 *
 * @param pieces Pieces, or a bootstrap's resampled pieces: one may be there several times.
 * @throws {RangeError} If a piece has no notes.
 */
export function likelihood(pieces: readonly PieceScore[]): Likelihood {
  const empty = pieces.find(({ notes }) => !(notes > 0));
  if (empty) throw new RangeError(`Cannot compute a likelihood: piece "${empty.piece}" has ${empty.notes} notes`);
  const sum = (value: (score: PieceScore) => number) => pieces.reduce((total, score) => total + value(score), 0);
  const notes = sum(({ notes }) => notes);
  const nats = sum(({ nats }) => nats) / notes;
  return {
    pieces: pieces.length,
    notes,
    nats,
    macroNats: sum(({ nats, notes }) => nats / notes) / pieces.length,
    bits: nats / Math.LN2,
    perplexity: Math.exp(nats),
    accuracy: sum(({ hits }) => hits) / notes,
    macroAccuracy: sum(({ hits, notes }) => hits / notes) / pieces.length,
  };
}
