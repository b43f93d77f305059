import type { Said } from "../encodings/mod.ts";
import type { DrawOptions } from "../heads/mod.ts";
import type { Listener, SequenceModel } from "../systems/mod.ts";

/** Options of {@linkcode sampleEvents}. */
export interface SampleEventsOptions<Event> extends DrawOptions {
  /**
   * What the model hears of an event that it has drawn.
   *
   * @default the event
   */
  feedback?: (event: Event) => Event;
}

/**
 * Lets a model go on, without end: it draws an event, hears it, draws the next.
 * The heads of an event are drawn in the model's order, and each knows those before it.
 *
 * @param model Any model of the next event.
 * @param listener What it has heard so far; still the caller's to dispose of.
 * @param options How values are drawn.
 */
export function* sampleEvents<Event>(
  model: SequenceModel<Event>,
  listener: Listener<Event>,
  options: SampleEventsOptions<Event>,
): Generator<Event, never> {
  const { feedback = (event) => event } = options;
  while (true) {
    const drawn: Said = {};
    for (const head of model.heads) drawn[head.name] = head.draw(listener.next(head.name, drawn), options);
    const event = model.decode(drawn);
    listener.hear(feedback(event));
    yield event;
  }
}
