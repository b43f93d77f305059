import type { NoteEvent } from "../../encodings/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { NATS, type Rule, type RuleListener, type Strictness } from "./rule.ts";
import { secondsReader } from "./seconds_reader.ts";

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
      const secondsOf = secondsReader(model, times, "a grid of times");
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
