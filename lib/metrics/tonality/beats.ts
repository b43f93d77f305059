import type { MusicalPlace } from "../../score/mod.ts";
import type { Timeline } from "./timeline.ts";

/** Where a beat begins. */
export interface Beat extends MusicalPlace {
  /** A bar begins here. */
  downbeat: boolean;
}

/** A thousand minutes of quarter notes at 100 a minute: what is longer is damaged, or made up by a model gone astray. */
const MOST_BEATS = 100_000;

/** Quarter notes, or seconds, that count as none: times in thirds do not add up exactly. */
const NOTHING = 1e-6;

/**
 * The beats of a piece from 0 on, and one more: the first that does not begin before the last release, where the last
 * beat ends. An upbeat may begin with a shorter beat, and a new time signature may cut one off.
 *
 * @throws {RangeError} If there are more than 100,000, or bars are too short to be counted.
 */
export function beatsOf({ stretches, end, secondsAt }: Timeline): Beat[] {
  const beats: Beat[] = [];
  for (const [i, { from, barline, bar, barLength, beatLength, unit }] of stretches.entries()) {
    if (!(beatLength > 2 * NOTHING)) {
      throw new RangeError(`Cannot count beats: one at quarter note ${from} is only ${beatLength} quarter notes long`);
    }
    const next = (stretches[i + 1]?.from ?? Infinity) - NOTHING;
    for (let full = 0, begin = barline; begin < next; begin = barline + ++full * barLength) {
      for (let within = 0; within < barLength - NOTHING && begin + within < next; within += beatLength) {
        if (begin + Math.min(within + beatLength, barLength) < from + NOTHING) continue;
        const quarter = Math.max(from, begin + within);
        const start = secondsAt(quarter);
        beats.push({
          start,
          quarter,
          bar: bar === null ? null : bar + full,
          beat: bar === null ? null : 1 + (quarter - begin) / unit,
          downbeat: within === 0 || beats.length === 0,
        });
        if (start > end - NOTHING) return beats;
        if (beats.length > MOST_BEATS) {
          throw new RangeError(`Cannot count beats: there are more than ${MOST_BEATS} in the piece's ${end} seconds`);
        }
      }
    }
  }
  return beats;
}
