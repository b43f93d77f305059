import type { Said } from "../encodings/mod.ts";
import type { Listener, SequenceModel } from "../systems/mod.ts";
import { checkHeads, type DrawingOptions, drawValue } from "./draw_value.ts";

/** Options of {@linkcode sampleEvents}. */
export interface SampleEventsOptions<Event> extends DrawingOptions<Event> {
  /**
   * What the model hears of an event that it has drawn.
   *
   * @default the event
   */
  feedback?: (event: Event) => Event;
  /**
   * What becomes of an event that is drawn, before anybody hears it.
   *
   * @default the event
   */
  finish?: (event: Event) => Event;
}

/**
 * Lets a model go on, without end: it draws an event, hears it, draws the next.
 * The heads of an event are drawn in the model's order, and each knows those before it.
 *
 * @param model Any model of the next event.
 * @param listener What it has heard so far; still the caller's to dispose of.
 * @param options How values are drawn; rules have heard what the listener has.
 * @throws {TypeError} If a setting is of a head that the model does not have.
 * @throws {Error} If the rules forbid all values of a head.
 */
export function* sampleEvents<Event>(
  model: SequenceModel<Event>,
  listener: Listener<Event>,
  options: SampleEventsOptions<Event>,
): Generator<Event, never> {
  const { feedback = (event) => event, finish = (event) => event, rules = [] } = options;
  checkHeads(model.heads, options);
  while (true) {
    const event = finish(model.decode(drawEvent(model, listener, options)));
    for (const rule of rules) rule.hear(event);
    listener.hear(feedback(event));
    yield event;
  }
}

/**
 * Draws what a model says of the next event.
 *
 * @param given Values of heads that are not drawn, for they stand already.
 */
export function drawEvent<Event>(
  model: SequenceModel<Event>,
  listener: Listener<Event>,
  options: DrawingOptions<Event>,
  given: Said = {},
): Said {
  const drawn: Said = { ...given };
  for (const head of model.heads) {
    if (head.name in given) continue;
    drawn[head.name] = drawValue(head, listener.next(head.name, drawn), drawn, options);
  }
  return drawn;
}
