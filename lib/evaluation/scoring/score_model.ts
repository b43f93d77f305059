import { checkOptions } from "../../options/mod.ts";
import type { EventPiece } from "../../encodings/mod.ts";
import type { ScoredHead, ScoredNotes } from "../../metrics/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import {
  eachEvent,
  type EventToScore,
  noScores,
  PASS,
  type PassOptions,
  piecesToScore,
  scoreInto,
} from "./each_event.ts";

/**
 * What a model gives to the events that came: teacher-forced, it hears every
 * event of a piece as it stands, and names each before it hears it. Every event
 * is scored that has one before it in its piece; nothing crosses pieces.
 *
 * Each head is scored in its classes: a pitch over the 128 MIDI numbers, times
 * over `stepClasses` and `durationClasses`, a cell of a grid over its pitches and a
 * rest. A time that is regressed counts as a normal distribution over the classes,
 * whose sigma `fitHeads` finds.
 *
 * @param model Any model that names the next event.
 * @param pieces Pieces as events: `notePieces` makes them of a table, whose flattening and transposition are its affair.
 * A model that takes pieces in its own way, voice by voice say, is scored on what it makes of them.
 * @returns One entry per scored event; a piece of a single event has none. Where a model gives 0 to what came, `nats` are
 * Infinity.
 * @throws {TypeError} If the model regresses a time and has no sigma.
 * @throws {RangeError} If no event has one before it.
 * @throws {Error} If the model says something that is not a number.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function scoreModel<Event>(
  model: SequenceModel<Event>,
  pieces: readonly EventPiece<Event>[],
  options: PassOptions = {},
): Promise<ScoredNotes> {
  checkOptions("score", options, PASS);
  const { scored, scorable, note } = scoring(model, pieces);
  await eachEvent(model, scorable, options, note);
  return scored;
}

/** What {@linkcode scoreModel} writes down, event by event, for who looks at something else in the same pass. */
export function scoring<Event>(model: SequenceModel<Event>, pieces: readonly EventPiece<Event>[]): {
  /** Filled by `note`. */
  scored: ScoredNotes;
  /** The pieces to pass over. */
  scorable: readonly EventPiece<Event>[];
  /** Takes each event. */
  note: (event: EventToScore<Event>) => void;
} {
  const { pieces: scorable, total } = piecesToScore(pieces, model);
  // Parts of one piece, as voices are, count as that piece.
  const names = [...new Set(scorable.map(({ piece }) => piece))];
  const indices = scorable.map(({ piece }) => names.indexOf(piece));
  const heads: Record<string, ScoredHead> = Object.fromEntries(
    model.heads.map(({ name }) => [name, noScores(total)]),
  );
  const piece = new Int32Array(total);
  return {
    scored: { pieces: names, piece, heads },
    scorable,
    note({ said, came, index, pieceIndex }) {
      piece[index] = indices[pieceIndex];
      const values = model.say(came);
      for (const head of model.heads) {
        scoreInto(heads[head.name], index, model.name, head, said[head.name], values[head.name]);
      }
    },
  };
}
