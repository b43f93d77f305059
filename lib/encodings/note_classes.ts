import { durationClasses, stepClasses } from "../notes/mod.ts";
import type { Column, Encoding } from "./encoding.ts";
import type { NoteEvent } from "./note_events.ts";
import { scalingDurations, scalingSteps } from "./scaling.ts";
import { movingPitches } from "./transposing.ts";

const COLUMNS = [
  { name: "pitch", size: 128, transposing: movingPitches() },
  { name: "step", size: stepClasses.count, scaling: scalingSteps },
  { name: "duration", size: durationClasses.count, scaling: scalingDurations },
] as const;

/** The three classes of a note: its MIDI number, the class of its step, and that of its duration. */
function classesOf({ pitch, step, duration }: NoteEvent) {
  return { pitch, step: stepClasses.of(step), duration: durationClasses.of(duration) };
}

const listener = {
  hear: classesOf,
  // It remembers nothing.
  fork: () => listener,
};

/**
 * Notes as three classes each, heard and said: the pitch as one of 128, the step
 * as one of 65 (`stepClasses`), the duration as one of 64 (`durationClasses`).
 */
export const noteClasses: Encoding<NoteEvent> & { says: readonly [pitch: Column, step: Column, duration: Column] } = {
  name: "note classes",
  settings: {},
  hears: COLUMNS,
  says: COLUMNS,
  say: classesOf,
  decode: ({ pitch, step, duration }) => ({
    pitch,
    step: stepClasses.seconds(step),
    duration: durationClasses.seconds(duration),
  }),
  listen: () => listener,
};
