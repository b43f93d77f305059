import { type GridPiece, VOICES } from "../formats/mod.ts";
import type { ScoredNotes } from "../metrics/mod.ts";
import type { GridModel } from "../models/mod.ts";
import { argmax } from "./argmax.ts";

/**
 * What a model gives to the cells that came: each is scored, soprano, alto,
 * tenor and bass of one frame after the other, so that the voice of entry `i` is `i % 4`.
 * There is one head, `cell`; the pieces are named by their index.
 *
 * @param model Learned from other pieces.
 * @param pieces Pieces in the range of the model's classes.
 * @throws {RangeError} If a pitch is out of that range.
 */
export function scoreGrid(model: GridModel, pieces: readonly GridPiece[]): ScoredNotes<"cell"> {
  const total = VOICES * pieces.reduce((sum, { length }) => sum + length, 0);
  const cell = { nats: new Float64Array(total), hit: new Uint8Array(total), confidence: new Float64Array(total) };
  const piece = new Int32Array(total);
  let i = 0;
  for (const [index, frames] of pieces.entries()) {
    const listener = model.listen();
    for (const pitch of frames.flat()) {
      const came = model.classes.of(pitch), probabilities = listener.next(), likeliest = argmax(probabilities);
      cell.nats[i] = -Math.log(probabilities[came]);
      cell.hit[i] = Number(likeliest === came);
      cell.confidence[i] = probabilities[likeliest];
      piece[i++] = index;
      listener.hear(came);
    }
  }
  return { pieces: pieces.map((_, index) => String(index)), piece, heads: { cell } };
}
