import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { Moving } from "./encoding.ts";
import { movingClasses } from "./moving.ts";

/** Options of {@linkcode movingPitches}. */
export interface MovingPitchesOptions {
  /** Lowest class that is a pitch, and may come out; those below it, a rest or none, stay. @default {0} */
  lowest?: number;
  /** Highest class that is a pitch, and may come out; those above it, a mark for the beginning say, stay. @default {127} */
  highest?: number;
}

/** A column of pitches, one class a semitone: all move, and none leaves the range. */
export function movingPitches(options: MovingPitchesOptions = {}): Moving {
  const { lowest = 0, highest = 127 } = checkOptions("move pitches", options, {
    lowest: optional(kinds.integer({ from: 0 })),
    highest: optional(kinds.integer({ from: 0 })),
  });
  return movingClasses(lowest, highest);
}

/** A column of pitch classes, from 0 to 11, or of tonics; all else stays: none, or another class. */
export const turningPitchClasses: Moving = {
  move(values, semitones) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] >= 0 && values[i] < 12) values[i] = (((values[i] + semitones) % 12) + 12) % 12;
    }
  },
};
