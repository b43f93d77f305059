import type { DataFrame } from "nodejs-polars";
import { numberColumn, pitchColumn, stretchesOfTable } from "../../notes/mod.ts";
import { type MusicalPlace, type Score, secondsAt, type Stretch, stretchesOf, tickAt } from "../../score/mod.ts";

/** A pitch and when it sounds, in seconds. */
export interface Sounding {
  /** MIDI number. */
  pitch: number;
  /** Onset in seconds. */
  start: number;
  /** Release in seconds. */
  end: number;
}

/** A piece as its sounding notes, by onset, with what turns seconds into beats and back. */
export interface Timeline {
  /** Every note but those of drums. */
  notes: Sounding[];
  /** The last release in seconds; 0 where there is no note. */
  end: number;
  /** Where the bars and beats are, in quarter notes; the first stretch begins at 0. */
  stretches: Stretch[];
  /** Seconds from quarter notes. */
  secondsAt(quarter: number): number;
  /** Quarter notes from seconds. */
  quarterAt(seconds: number): number;
}

/** Seconds a quarter note where nothing is said: 120 a minute, as in MIDI. */
const SECONDS_A_QUARTER = 0.5;

/**
 * Lays a piece out in time. A score says exactly where its beats are. In a table with `quarter` the tempo is even from
 * one onset to the next, and bars are where `bar` and `beat` put them; one without has 120 quarter notes a minute, in
 * bars of four.
 *
 * @throws {TypeError} If a column of the table is missing or does not hold numbers.
 * @throws {RangeError} If a note cannot sound, the table holds several pieces, or its time runs backwards.
 */
export function timelineOf(music: Score | DataFrame): Timeline {
  return "parts" in music ? ofScore(music as Score) : ofTable(music);
}

function ofScore(score: Score): Timeline {
  const { tempos, ticksPerQuarter } = score;
  return {
    ...sounding(score.parts.flatMap((part) => part.drum ? [] : part.notes)),
    stretches: stretchesOf(score),
    secondsAt: (quarter) => secondsAt(tempos, ticksPerQuarter, quarter * ticksPerQuarter),
    quarterAt: (seconds) => tickAt(tempos, ticksPerQuarter, seconds) / ticksPerQuarter,
  };
}

function ofTable(table: DataFrame): Timeline {
  const pieces = table.columns.includes("piece") ? table.getColumn("piece").nUnique() : 1;
  if (pieces > 1) {
    throw new RangeError(`Cannot lay a piece out in time: the table holds ${pieces} pieces, filter one of them`);
  }
  const [pitch, start, end] = [pitchColumn(table), numberColumn(table, "start"), numberColumn(table, "end")];
  const timed = table.columns.includes("quarter");
  const quarter = timed ? numberColumn(table, "quarter") : start.map((seconds) => seconds / SECONDS_A_QUARTER);
  const knots = tempoKnots(timed ? quarter : new Float64Array(0), start);
  const [quarters, seconds] = [knots.map((knot) => knot.quarter), knots.map((knot) => knot.seconds)];
  return {
    ...sounding(Array.from(pitch, (value, row) => ({ pitch: value, start: start[row], end: end[row] }))),
    stretches: stretchesOfTable(table, quarter),
    secondsAt: (at) => interpolate(quarters, seconds, at),
    quarterAt: (at) => interpolate(seconds, quarters, at),
  };
}

function sounding(notes: readonly Sounding[]): Pick<Timeline, "notes" | "end"> {
  for (const { pitch, start, end } of notes) {
    if (!Number.isInteger(pitch) || pitch < 0 || pitch > 127) {
      throw new RangeError(`Cannot lay a piece out in time: pitch ${pitch} is not an integer from 0 to 127`);
    }
    if (!(start >= 0 && end >= start && end < Infinity)) {
      throw new RangeError(`Cannot lay a piece out in time: pitch ${pitch} sounds from ${start} to ${end} seconds`);
    }
  }
  return {
    notes: notes.map(({ pitch, start, end }) => ({ pitch, start, end })).sort((a, b) => a.start - b.start),
    end: notes.reduce((last, note) => Math.max(last, note.end), 0),
  };
}

interface Knot {
  quarter: number;
  seconds: number;
}

/**
 * Moments that are known in quarter notes and in seconds: 0, the onsets, and one more beyond the last of them. A window
 * of a piece, as `curve` cuts it, may begin at second 0 within a beat, or later with a beat: there 0 is not known.
 */
function tempoKnots(quarter: Float64Array, start: Float64Array): Knot[] {
  const onsets = Array.from(quarter, (each, row) => ({ quarter: each, seconds: start[row] }))
    .sort((a, b) => a.quarter - b.quarter || a.seconds - b.seconds);
  const [first] = onsets;
  const together = first === undefined || (first.quarter === 0) === (first.seconds === 0);
  const knots: Knot[] = [together ? { quarter: 0, seconds: 0 } : first];
  for (const onset of onsets) {
    const last = knots[knots.length - 1];
    if (onset.quarter === last.quarter) continue;
    if (!(onset.quarter > last.quarter && onset.seconds > last.seconds)) {
      throw new RangeError(
        `Cannot lay a piece out in time: quarter note ${onset.quarter} is at ${onset.seconds} seconds, ` +
          `after quarter note ${last.quarter} at ${last.seconds}`,
      );
    }
    knots.push(onset);
  }
  const [before, last] = [knots[knots.length - 2], knots[knots.length - 1]];
  const slope = before ? (last.seconds - before.seconds) / (last.quarter - before.quarter) : SECONDS_A_QUARTER;
  return [...knots, { quarter: last.quarter + 1, seconds: last.seconds + slope }];
}

/** The straight line through the two neighbours of `at`, which may lie beyond the last. */
function interpolate(xs: readonly number[], ys: readonly number[], at: number): number {
  let [low, high] = [0, xs.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= at) low = middle;
    else high = middle;
  }
  return ys[low] + (at - xs[low]) * (ys[high] - ys[low]) / (xs[high] - xs[low]);
}

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
  let tried = 0;
  for (const [i, { from, barline, bar, barLength, beatLength, unit }] of stretches.entries()) {
    // A bar of a table may be shorter than the beat that it is counted in.
    const shortest = Math.min(beatLength, barLength);
    if (!(shortest > 2 * NOTHING)) {
      throw new RangeError(`Cannot count beats: one at quarter note ${from} is only ${shortest} quarter notes long`);
    }
    const next = (stretches[i + 1]?.from ?? Infinity) - NOTHING;
    for (let full = 0, begin = barline; begin < next; begin = barline + ++full * barLength) {
      for (let within = 0; within < barLength - NOTHING && begin + within < next; within += beatLength) {
        // Of those before an upbeat, too, there may be too many.
        if (++tried > MOST_BEATS) {
          throw new RangeError(`Cannot count beats: there are more than ${MOST_BEATS} in the piece's ${end} seconds`);
        }
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
      }
    }
  }
  return beats;
}

/** A note that reaches a window by so few seconds does so by rounding; in a silent window it would make a key. */
const ROUNDING = 1e-6;

/**
 * For how many seconds each pitch class sounds between two moments.
 *
 * @param notes Notes by onset.
 * @param from Seconds.
 * @param to Seconds.
 */
export function soundingHistogram(notes: readonly Sounding[], from = 0, to = Infinity): Float64Array {
  const histogram = new Float64Array(12);
  for (const { pitch, start, end } of notes) {
    if (start >= to) break;
    const seconds = Math.min(end, to) - Math.max(start, from);
    if (seconds > ROUNDING) histogram[pitch % 12] += seconds;
  }
  return histogram;
}

/** More than all windows or slices of a piece hear: 100,000 beats of four slices with five pitches each come to a fifth. */
const MOST_HEARD = 10_000_000;

/**
 * {@linkcode soundingHistogram} of one window after another.
 *
 * @param notes Notes by onset.
 * @param windows Moments in seconds, none of which lies before that of the window before.
 * @throws {RangeError} If more than 10,000,000 notes sound in the windows, each counted once a window.
 */
export function soundingHistograms(notes: readonly Sounding[], windows: readonly Pick<Sounding, "start" | "end">[]) {
  let [sounding, next, heard] = [[] as Sounding[], 0, 0];
  return windows.map(({ start, end }) => {
    // What has ended is not looked at again, so that a piece costs no more than its length.
    sounding = sounding.filter((note) => note.end > start);
    while (next < notes.length && notes[next].start < end) sounding.push(notes[next++]);
    heard += sounding.length;
    if (heard > MOST_HEARD) {
      throw new RangeError(`Cannot follow the key: more than ${MOST_HEARD} notes sound in ${windows.length} windows`);
    }
    return soundingHistogram(sounding, start, end);
  });
}

/** Frames a second of pretty_midi's piano roll. */
const FRAMES = 100;

/**
 * Which pitches sound in each slice of time, as pretty_midi's piano roll has them: in frames of a hundredth of a
 * second. A slice begins and ends on the nearest frame and has one at least, a note begins and ends on the frame that
 * it falls in; a release that comes less than a frame late does not reach the next slice.
 *
 * @param notes Notes in any order.
 * @param edges Seconds: where the slices begin, and where the last one ends.
 * @returns MIDI numbers, each once, ascending; one array a slice.
 * @throws {RangeError} If more than 10,000,000 pitches sound in the slices, each counted once a slice.
 */
export function soundingSlices(notes: readonly Sounding[], edges: readonly number[]): number[][] {
  const frames = edges.map((seconds) => toEven(seconds * FRAMES));
  const sets = Array.from({ length: Math.max(0, edges.length - 1) }, () => new Set<number>());
  const reached = new Int32Array(128);
  let heard = 0;
  for (const { pitch, start, end } of notes.toSorted((a, b) => a.start - b.start)) {
    const [first, last] = [Math.trunc(start * FRAMES), Math.trunc(end * FRAMES)];
    if (last === first) continue;
    // An earlier note of this pitch stands in all slices up to where it ended.
    let slice = Math.max(sliceAt(frames, first), reached[pitch]);
    for (; slice < sets.length && frames[slice] < last; slice++) {
      if (Math.max(frames[slice + 1], frames[slice] + 1) > first) sets[slice].add(pitch);
      if (++heard > MOST_HEARD) {
        throw new RangeError(`Cannot hear slices: more than ${MOST_HEARD} pitches sound in ${sets.length} of them`);
      }
    }
    reached[pitch] = Math.max(reached[pitch], slice);
  }
  return sets.map((set) => [...set].sort((a, b) => a - b));
}

/** The first slice that may hold a frame: those of one frame share it with the next. */
function sliceAt(frames: readonly number[], frame: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle] < frame) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The nearest whole number, the even one of two: NumPy's rounding. */
function toEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
