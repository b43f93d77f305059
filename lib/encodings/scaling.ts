import { CLASS_WIDTH, durationClasses, stepClasses } from "../notes/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { Moving } from "./encoding.ts";
import { movingClasses, movingLogs } from "./moving.ts";

/**
 * By how many classes times can move so that the tempo stays in a range. Times are made longer by whole classes, a
 * tenth each: classes then move exactly, whereas any other factor would need the times that they no longer tell.
 *
 * @param range The slowest and the fastest tempo, as factors: `[0.8, 1.25]`.
 * @returns The lowest and the highest number of classes, which are equally likely: log-uniform factors.
 * @throws {RangeError} If no factor in the range is one, besides 1, by which classes move.
 */
export function classesOfTempo([slowest, fastest]: readonly [number, number]): [lowest: number, highest: number] {
  const [lowest, highest] = [Math.ceil(-Math.log(fastest) / CLASS_WIDTH), Math.floor(-Math.log(slowest) / CLASS_WIDTH)];
  if (lowest <= highest && (lowest !== 0 || highest !== 0)) return [lowest + 0, highest + 0];
  throw new RangeError(
    `Cannot scale times: from ${slowest} to ${fastest} there is no tempo by which classes of times move, such as 0.909 ` +
      "or 1.1",
  );
}

// The outermost classes have no other end: what is as long as can be told stays so, and no other becomes it.

/** A column of `stepClasses`: notes that begin together stay together; -1, for none, stays too. */
export const scalingSteps: Moving = movingClasses(2, stepClasses.count - 2);

/** A column of `durationClasses`; -1, for none, stays. */
export const scalingDurations: Moving = movingClasses(1, durationClasses.count - 2);

/**
 * A column of log-probabilities, one a class of steps or of durations: they move with the classes; what comes in has the
 * lowest of all. Those of the outermost classes stay, and of steps that of notes together.
 *
 * @param classes Of a step or a duration: `stepClasses` or `durationClasses`.
 */
export function scalingLogs({ count }: { count: number }): Moving {
  return movingLogs(count, count === stepClasses.count ? 2 : 1, count - 2);
}

/** Options of {@linkcode scalingSeconds}. */
export interface ScalingSecondsOptions {
  /** What longer times were clipped to: it stays, and none becomes longer. @default {Infinity} */
  most?: number;
  /** Numbers of an event. @default {1} */
  width?: number;
  /** Which of these numbers is the first time; all after it are times. @default {0} */
  from?: number;
}

/** A column of times in seconds. */
export function scalingSeconds(options: ScalingSecondsOptions = {}): Moving {
  const { most = Infinity, width = 1, from = 0 } = checkOptions("scale times", options, {
    most: optional(kinds.orInfinity(kinds.positiveNumber)),
    width: optional(kinds.positiveInteger),
    from: optional(kinds.integer({ from: 0 })),
  });
  return {
    move(values, classes) {
      const factor = Math.exp(classes * CLASS_WIDTH);
      for (let i = 0; i < values.length; i++) {
        if (i % width >= from && values[i] < most) values[i] = Math.min(values[i] * factor, most);
      }
    },
  };
}
