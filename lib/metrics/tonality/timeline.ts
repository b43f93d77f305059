import type { DataFrame } from "nodejs-polars";
import { type Score, secondsAt, type Stretch, stretchesOf, tickAt } from "../../score/mod.ts";
import { numberColumn, pitchColumn, stretchesOfTable } from "../../notes/mod.ts";

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
