import type { ScoredNotes } from "../../metrics/mod.ts";
import { checkOptions } from "../../options/mod.ts";
import type { Chorale } from "../../corpus/mod.ts";
import type { ConditionalModel } from "../../systems/mod.ts";
import { breather } from "../../training/mod.ts";
import { noScores, PASS, type PassOptions, scoreInto } from "./each_event.ts";

/**
 * What a model that fills in gives to the cells that came, each from all others
 * of its piece, before and after: the terms of a pseudo-likelihood. They are not to be set beside what `scoreModel`
 * gives, which knows the past alone.
 *
 * @param model Any model that fills in.
 * @param chorales What is scored, every cell.
 * @returns An entry for each frame under the name of each of the model's heads. Where it gives 0 to what came, `nats` are
 * Infinity.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If there is no cell, or a chorale has something that the model does not know.
 * @throws {Error} If the model says something that is not a number.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function scoreConditional(
  model: ConditionalModel,
  chorales: readonly Chorale[],
  options: PassOptions = {},
): Promise<ScoredNotes> {
  const { signal, onProgress } = checkOptions("score", options, PASS), { cells, heads } = model;
  const total = chorales.reduce((sum, { frames }) => sum + frames.length, 0);
  if (total === 0) throw new RangeError("Cannot score: there is no cell");
  const scored = heads.map(() => noScores(total)), piece = new Int32Array(total);
  const breathe = breather();
  let first = 0;
  for (const [pieceIndex, chorale] of chorales.entries()) {
    const { frames, struck } = chorale;
    piece.fill(pieceIndex, first, first + frames.length);
    for (const [voice, head] of heads.entries()) {
      signal?.throwIfAborted();
      for (const [t, said] of model.given(chorale, voice).entries()) {
        scoreInto(scored[voice], first + t, model.name, head, said, cells.of(frames[t][voice], struck[t][voice]));
      }
      await breathe();
    }
    first += frames.length;
    await onProgress?.(first, total);
  }
  const named = heads.map(({ name }, voice) => [name, scored[voice]] as const);
  return { pieces: chorales.map(({ name }) => name), piece, heads: Object.fromEntries(named) };
}
