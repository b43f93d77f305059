import { checkOptions } from "../../options/mod.ts";
import type { EventPiece } from "../../encodings/mod.ts";
import type { HeldOutValue } from "../../heads/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import { eachEvent, PASS, type PassOptions, piecesToScore } from "./each_event.ts";

/**
 * A model whose heads have chosen, on held-out events, what they are scored
 * with: of a regression the standard deviation under which what came is likeliest.
 *
 * @param model Any model of the next event; where no head has anything to choose, it comes back as it is.
 * @param heldOut Pieces that nothing is measured on later.
 * @throws {RangeError} If no event has one before it, or the model says NaN or infinity.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function fitHeads<Event>(
  model: SequenceModel<Event>,
  heldOut: readonly EventPiece<Event>[],
  options: PassOptions = {},
): Promise<SequenceModel<Event>> {
  checkOptions("fit heads", options, PASS);
  const choosing = model.heads.filter((head) => head.fit);
  if (choosing.length === 0) return model;
  const values = new Map<string, HeldOutValue[]>(choosing.map(({ name }) => [name, []]));
  await eachEvent(model, piecesToScore(heldOut, model).pieces, options, ({ said, came }) => {
    const value = model.say(came);
    // Copies, because a listener may overwrite what it has said.
    for (const [name, list] of values) list.push({ said: Array.from(said[name]), value: value[name] });
  });
  const heads = model.heads.map((head) => head.fit?.(values.get(head.name)!) ?? head);
  return { ...model, heads };
}
