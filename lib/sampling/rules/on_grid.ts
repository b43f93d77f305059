import type { NoteEvent } from "../../encodings/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import { NATS, type Rule, type RuleListener, type Strictness } from "./rule.ts";

/** Options of {@linkcode onGrid}. */
export interface OnGridOptions extends Strictness {
  /** The unit of the grid in seconds, the length of a sixteenth note for instance. */
  seconds: number;
  /**
   * How far a time may be from a multiple of the unit, as a share of that multiple. Classes of time lie a tenth apart, so
   * that one of them is always within 0.05.
   *
   * @default 0.05
   */
  tolerance?: number;
  /**
   * Which times: `step`, `duration`, or both.
   *
   * @default ["step"]
   */
  times?: readonly ("step" | "duration")[];
}

/**
 * Keeps times near multiples of a unit; a step may also be 0. Each time is
 * judged by itself: what little they are off adds up over a piece.
 *
 * @param options The unit.
 * @throws {RangeError} If an option is out of range.
 */
export function onGrid(options: OnGridOptions): Rule<NoteEvent> {
  const { seconds, tolerance = 0.05, times = ["step"], nats = Infinity } = checkOptions("keep to a grid", options, {
    seconds: kinds.positiveNumber,
    tolerance: optional(kinds.number({ from: 0, below: 0.5 })),
    times: optional(kinds.list("times", kinds.oneOf("step", "duration"))),
    nats: NATS,
  });
  const breaks = (time: number) => {
    const multiple = seconds * Math.round(time / seconds);
    return multiple === 0 ? time > 0 : Math.abs(time - multiple) > tolerance * multiple * (1 + 1e-9);
  };
  return {
    name: "grid",
    listen(model) {
      const secondsOf = secondsReader(model, times);
      const listener: RuleListener<NoteEvent> = {
        heads: times,
        hear() {},
        weigh: (head, value) => breaks(secondsOf(head as "step" | "duration", value)) ? -nats : 0,
        // It remembers nothing.
        fork: () => listener,
      };
      return listener;
    },
  };
}

/**
 * How long a time is, as a model of notes says it.
 *
 * @throws {TypeError} If the model does not say it.
 */
function secondsReader(model: SequenceModel<NoteEvent>, times: readonly string[]) {
  const names = model.heads.map(({ name }) => name);
  for (const time of times) {
    if (!names.includes(time)) {
      throw new TypeError(`Cannot keep to a grid of times: the model says ${names.join(", ")}, and no ${time}`);
    }
  }
  const others = Object.fromEntries(names.map((name) => [name, 0]));
  return (time: "step" | "duration", value: number) => model.decode({ ...others, [time]: value })[time];
}
