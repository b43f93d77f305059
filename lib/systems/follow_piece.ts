import type { SaidByHead, SequenceModel } from "./sequence_model.ts";

/**
 * What a model says of each event of a piece but the first, having heard all before it: by its `follow`, or else event by
 * event. Each answer holds until the next is asked for.
 *
 * @param name The piece's name, for models that look back at the pieces they have learned from.
 */
export function* followPiece<Event>(
  model: SequenceModel<Event>,
  piece: readonly Event[],
  name?: string,
): Generator<SaidByHead> {
  if (model.follow) return yield* model.follow(piece, name);
  const listener = model.listen(name);
  try {
    for (const [i, event] of piece.entries()) {
      if (i > 0) {
        const came = model.say(event);
        yield Object.fromEntries(model.heads.map(({ name }) => [name, listener.next(name, came)]));
      }
      // Nobody asks what comes after the last.
      if (i < piece.length - 1) listener.hear(event);
    }
  } finally {
    listener.dispose();
  }
}
