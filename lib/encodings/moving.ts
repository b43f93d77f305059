import type { Moving } from "./encoding.ts";

/** A column of classes one step apart: those from the lowest to the highest move and stay among them, all others stay. */
export function movingClasses(lowest: number, highest: number): Moving {
  const moves = (value: number) => value >= lowest && value <= highest;
  return {
    room(values) {
      let [low, high] = [Infinity, -Infinity];
      for (let i = 0; i < values.length; i++) {
        if (!moves(values[i])) continue;
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      return low > high ? [-Infinity, Infinity] : [lowest - low, highest - high];
    },
    move(values, steps) {
      for (let i = 0; i < values.length; i++) if (moves(values[i])) values[i] += steps;
    },
  };
}

/**
 * A column of log-probabilities, one a class: they move with the classes; what comes in at the end has the lowest of all.
 *
 * @param width How many classes there are.
 * @param first The first class that moves.
 * @param last The last one.
 */
export function movingLogs(width: number, first = 0, last: number = width - 1): Moving {
  return {
    move(values, steps) {
      for (let start = 0; start < values.length; start += width) {
        let lowest = Infinity;
        for (let i = start; i < start + width; i++) lowest = Math.min(lowest, values[i]);
        const moving = values.subarray(start + first, start + last + 1);
        if (steps >= 0) {
          moving.copyWithin(steps, 0);
          moving.fill(lowest, 0, steps);
        } else {
          moving.copyWithin(0, -steps);
          moving.fill(lowest, Math.max(0, moving.length + steps));
        }
      }
    },
  };
}
