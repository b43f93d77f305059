import type { EventPiece } from "../../encodings/mod.ts";
import type { ScoredNotes } from "../../metrics/mod.ts";
import { checkOptions } from "../../options/mod.ts";
import type { ConditionalModel } from "../../systems/mod.ts";
import { breather } from "../../training/mod.ts";
import { noScores, PASS, type PassOptions, scoreInto } from "./each_event.ts";

/** Cells that a model is asked for at once. */
const BATCH = 256;

/**
 * What a model that fills in gives to the cells that came, each from all others
 * of its piece, before and after: the terms of a pseudo-likelihood. They are not to be set beside what `scoreModel`
 * gives, which knows the past alone.
 *
 * @param model Any model that fills in.
 * @param pieces Pieces as cells; what stands for none, as the mark of a beginning, is not scored.
 * @returns One entry per scored cell, under the name of the model's head. Where it gives 0 to what came, `nats` are Infinity.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If there is no cell.
 * @throws {Error} If the model says something that is not a number.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function scoreConditional<Cell>(
  model: ConditionalModel<Cell>,
  pieces: readonly EventPiece<Cell>[],
  options: PassOptions = {},
): Promise<ScoredNotes> {
  const { signal, onProgress } = checkOptions("score", options, PASS), { head } = model;
  const values = pieces.map(({ events }) => events.map((event) => model.say(event)[head.name]));
  const indices = values.map((cells) => [...cells.keys()].filter((i) => cells[i] >= 0));
  const total = indices.reduce((sum, { length }) => sum + length, 0);
  if (total === 0) throw new RangeError("Cannot score: there is no cell");
  const scored = noScores(total), piece = new Int32Array(total);
  const breathe = breather();
  let done = 0;
  for (const [pieceIndex, { events }] of pieces.entries()) {
    for (let first = 0; first < indices[pieceIndex].length; first += BATCH) {
      signal?.throwIfAborted();
      const some = indices[pieceIndex].slice(first, first + BATCH);
      for (const [i, said] of model.given(events, some).entries()) {
        piece[done] = pieceIndex;
        scoreInto(scored, done++, model.name, head, said, values[pieceIndex][some[i]]);
      }
      await breathe();
    }
    await onProgress?.(done, total);
  }
  return { pieces: pieces.map(({ piece }) => piece), piece, heads: { [head.name]: scored } };
}
