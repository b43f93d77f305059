import type { NoteEvent } from "../../encodings/mod.ts";
import { stepClasses } from "../../notes/mod.ts";
import { checkOptions } from "../../options/mod.ts";
import { NATS, type Rule, type RuleListener, type Strictness } from "./rule.ts";
import { secondsReader } from "./seconds_reader.ts";

/**
 * Keeps to the steps that the piece has had, in classes (`stepClasses`): one that is new is forbidden, or, with `nats`,
 * rarer. So a piece keeps its few kinds of steps, of which a model that is a little unsure each time would soon have many.
 *
 * @param options How strictly.
 * @throws {RangeError} If the nats are not above 0.
 */
export function fewNewSteps(options: Strictness = {}): Rule<NoteEvent> {
  const { nats = Infinity } = checkOptions("keep to steps", options, { nats: NATS });
  return {
    name: "steps that it has had",
    listen(model) {
      const secondsOf = secondsReader(model, ["step"], "the steps of a piece");
      const listenerOf = (had: Set<number>): RuleListener<NoteEvent> => ({
        heads: ["step"],
        hear: ({ step }) => void had.add(stepClasses.of(step)),
        weigh: (_, value) => had.has(stepClasses.of(secondsOf("step", value))) ? 0 : -nats,
        fork: () => listenerOf(new Set(had)),
      });
      return listenerOf(new Set());
    },
  };
}
