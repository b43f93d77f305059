import type { NoteEvent, Said } from "../../lib/encodings/mod.ts";
import { counted } from "../../lib/heads/mod.ts";
import type { SequenceModel } from "../../lib/systems/mod.ts";

/**
 * A model of a few pitches, steps of half a second and durations of one, which
 * says what a test tells it.
 *
 * @param probabilities Of each pitch from 60 on, given the pitches heard; all others next to none.
 */
export function dice(probabilities: (heard: readonly number[]) => readonly number[]): SequenceModel<NoteEvent> {
  const listenerOf = (heard: readonly number[]): ReturnType<SequenceModel<NoteEvent>["listen"]> => {
    let pitches = [...heard];
    return {
      hear: ({ pitch }) => void (pitches = [...pitches, pitch]),
      next(head) {
        if (head !== "pitch") return [0];
        const logs = new Float64Array(128).fill(-Infinity);
        probabilities(pitches).forEach((p, i) => logs[60 + i] = Math.log(p));
        return logs;
      },
      fork: () => listenerOf(pitches),
      dispose() {},
    };
  };
  return {
    name: "dice",
    parameters: 0,
    heads: [
      counted("step", { classes: 1 }),
      counted("pitch", { classes: 128, reads: ["step"] }),
      counted("duration", { classes: 1 }),
    ],
    say: ({ pitch }): Said => ({ pitch, step: 0, duration: 0 }),
    decode: ({ pitch }) => ({ pitch, step: 0.5, duration: 1 }),
    listen: () => listenerOf([]),
  };
}
