import type { Said } from "../../encodings/mod.ts";
import { logProbability } from "../../heads/mod.ts";
import type { Listener, SequenceModel } from "../../systems/mod.ts";

/**
 * A model that tells of each event it hears what it had given to it, as it
 * stands in `scoreModel`; so who draws events from it knows how likely they were, and nothing is listened to twice.
 *
 * @param model Any model of the next event.
 * @param tell Told, as an event is heard that has one before it, how many nats it cost, all heads together.
 */
export function scoreAsHeard<Event>(
  model: SequenceModel<Event>,
  tell: (nats: number) => void,
): SequenceModel<Event> {
  const listenerOf = (ears: Listener<Event>, begun: boolean): Listener<Event> => {
    /** What each head has said last, and what it had been told of the event. */
    const answers = new Map<string, { drawn: Said; said: ArrayLike<number> }>();
    let heard = begun;
    const next = (head: string, drawn: Said) => {
      const said = ears.next(head, drawn);
      // Copies, because both may be overwritten.
      answers.set(head, { drawn: { ...drawn }, said: Array.from(said) });
      return said;
    };
    return {
      next,
      hear(event) {
        if (heard) {
          const came = model.say(event);
          const nats = model.heads.map((head, i) => {
            const known = answers.get(head.name), before = model.heads.slice(0, i);
            const isIt = known && before.every(({ name }) => known.drawn[name] === came[name]);
            return -logProbability(head, isIt ? known.said : ears.next(head.name, came), came[head.name]);
          });
          tell(nats.reduce((a, b) => a + b));
        }
        answers.clear();
        ears.hear(event);
        heard = true;
      },
      fork: () => listenerOf(ears.fork(), heard),
      dispose: () => ears.dispose(),
    };
  };
  return { ...model, listen: (piece) => listenerOf(model.listen(piece), false) };
}
