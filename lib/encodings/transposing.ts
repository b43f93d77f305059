import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { Moving } from "./encoding.ts";

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
  const isPitch = (value: number) => value >= lowest && value <= highest;
  return {
    room(values) {
      let [low, high] = [highest, lowest];
      for (let i = 0; i < values.length; i++) {
        if (!isPitch(values[i])) continue;
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      return low > high ? [-Infinity, Infinity] : [lowest - low, highest - high];
    },
    move(values, semitones) {
      for (let i = 0; i < values.length; i++) if (isPitch(values[i])) values[i] += semitones;
    },
  };
}

/** A column of pitch classes, from 0 to 11, or of tonics; all else stays: none, or another class. */
export const turningPitchClasses: Moving = {
  move(values, semitones) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] >= 0 && values[i] < 12) values[i] = (((values[i] + semitones) % 12) + 12) % 12;
    }
  },
};

/** A column of log-probabilities, one per pitch: they move with the pitches; what comes in at the end has the lowest of all. */
export function movingLogs(width: number): Moving {
  return {
    move(values, semitones) {
      for (let first = 0; first < values.length; first += width) {
        const before = values.slice(first, first + width);
        const lowest = Math.min(...before);
        for (let k = 0; k < width; k++) values[first + k] = before[k - semitones] ?? lowest;
      }
    },
  };
}
