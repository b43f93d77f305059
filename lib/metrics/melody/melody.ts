import { checkOptions, kinds, optional } from "../../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import { LINE, type Line, melodicIntervals, melodies } from "./melodies.ts";
import { mean, mode, modeShare, total } from "../statistics.ts";

/** Options of the metrics of melody. */
export interface MelodyOptions {
  /**
   * Which note follows which; see {@linkcode Line}.
   *
   * @default "voices"
   */
  line?: Line;
}

/** Options for {@linkcode intervalShare}. */
export interface IntervalShareOptions extends MelodyOptions {
  /** The smallest interval that counts, in semitones up or down. */
  from: number;
  /**
   * The largest one.
   *
   * @default The same as `from`.
   */
  to?: number;
}

/**
 * The share of the melodic intervals that are `from` to `to` semitones wide,
 * in either direction: 0 to 1, NaN without intervals.
 *
 * jSymbolic's `Chromatic_Motion` (1), `Melodic_Thirds` (3 to 4),
 * `Melodic_Perfect_Fourths` (5), `Melodic_Tritones` (6),
 * `Melodic_Perfect_Fifths` (7), `Melodic_Sixths` (8 to 9), `Melodic_Sevenths`
 * (10 to 11), `Melodic_Octaves` (12) and `Melodic_Large_Intervals` (from 13),
 * with parts for its channels.
 *
 * @param table A table of notes, of one piece or several.
 * @param options The intervals, and along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number, or `from` and `to` are no intervals in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { intervalShare } from "../mod.ts";
 *
 * const arpeggio = pl.DataFrame({ pitch: [60, 64, 67, 72, 67], start: [0, 1, 2, 3, 4] });
 * assertEquals(intervalShare(arpeggio, { from: 3, to: 4 }), 0.5);
 * assertEquals(intervalShare(arpeggio, { from: 5 }), 0.5);
 * ```
 */
export function intervalShare(table: DataFrame, options: IntervalShareOptions): number {
  const { from, to = from, line } = checkOptions("count intervals", options, {
    from: kinds.number({ from: 0 }),
    to: optional(kinds.orInfinity(kinds.number({ from: 0 }))),
    line: optional(LINE),
  });
  if (to < from) throw new RangeError(`Cannot count intervals: to must be ${from} or more, current value is ${to}`);
  return shareOf(sizes(table, line), (size) => size >= from && size <= to);
}

/**
 * The share of the melodic intervals that are steps, of 1 or 2 semitones in
 * either direction: 0 to 1, NaN without intervals. jSymbolic's `Stepwise_Motion`.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function stepShare(table: DataFrame, options: MelodyOptions = {}): number {
  return intervalShare(table, { ...options, from: 1, to: 2 });
}

/**
 * The share of the melodic intervals that are leaps, of 3 semitones or more in
 * either direction: 0 to 1, NaN without intervals. What is neither repeat nor step.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function leapShare(table: DataFrame, options: MelodyOptions = {}): number {
  return intervalShare(table, { ...options, from: 3, to: Infinity });
}

/**
 * The share of the melodic intervals that repeat the pitch: 0 to 1, NaN
 * without intervals. jSymbolic's `Repeated_Notes`.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function repeatShare(table: DataFrame, options: MelodyOptions = {}): number {
  return intervalShare(table, { ...options, from: 0 });
}

/**
 * The share of the melodic intervals of an octave or more, in either
 * direction: 0 to 1, NaN without intervals. The sum of jSymbolic's
 * `Melodic_Octaves` and `Melodic_Large_Intervals`.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function wideShare(table: DataFrame, options: MelodyOptions = {}): number {
  return intervalShare(table, { ...options, from: 12, to: Infinity });
}

/**
 * Steps (1 or 2 semitones) for each leap (3 or more): 0 upwards, NaN where
 * nothing leaps. The step-leap ratio that Kronforst and Mitra (2025) ask for;
 * they give no formula.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function stepLeapRatio(table: DataFrame, options: MelodyOptions = {}): number {
  const leaps = leapShare(table, options);
  return leaps > 0 ? stepShare(table, options) / leaps : NaN;
}

/**
 * The mean size of the melodic intervals in semitones, whichever direction; NaN
 * without intervals. jSymbolic's `Mean_Melodic_Interval`.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function meanInterval(table: DataFrame, options: MelodyOptions = {}): number {
  return mean(sizes(table, lineOf(options)));
}

/**
 * The most common size of a melodic interval in semitones, the smallest on a
 * tie; NaN without intervals. jSymbolic's `Most_Common_Melodic_Interval`.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function mostCommonInterval(table: DataFrame, options: MelodyOptions = {}): number {
  return mode(sizeCounts(table, lineOf(options)));
}

/**
 * The share of the melodic intervals that have the most common size: above 0
 * to 1, NaN without intervals. jSymbolic's `Prevalence_of_Most_Common_Melodic_Interval`.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function mostCommonIntervalShare(table: DataFrame, options: MelodyOptions = {}): number {
  return modeShare(sizeCounts(table, lineOf(options)));
}

/** Repeats, thirds, fifths, minor sevenths, octaves, tenths: what a broken chord is made of. */
const ARPEGGIO = new Set([0, 3, 4, 7, 10, 11, 12, 15, 16]);

/**
 * The share of the melodic intervals that a broken chord has: repeats, thirds,
 * fifths, sevenths, octaves and tenths (0, 3, 4, 7, 10, 11, 12, 15, 16
 * semitones). 0 to 1, NaN without intervals. jSymbolic's `Amount_of_Arpeggiation`.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function arpeggioShare(table: DataFrame, options: MelodyOptions = {}): number {
  return shareOf(sizes(table, lineOf(options)), (size) => ARPEGGIO.has(size));
}

/**
 * The share of the melodic moves that go up; repeats are no moves. 0 to 1, NaN
 * where nothing moves. jSymbolic's `Direction_of_Melodic_Motion`.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function risingShare(table: DataFrame, options: MelodyOptions = {}): number {
  return shareOf(melodicIntervals(table, lineOf(options)).filter((interval) => interval !== 0), (move) => move > 0);
}

/**
 * How often a melody turns: the share of its moves, from the second on, that go
 * the other way than the move before. Repeats are passed over, so that up,
 * repeat, down is a turn. 0 (a scale) to 1 (a trill); NaN where no melody moves twice.
 *
 * Ours; jSymbolic's `Average_Length_of_Melodic_Arcs` counts intervals between such turns.
 *
 * @param table A table of notes, of one piece or several.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function turnShare(table: DataFrame, options: MelodyOptions = {}): number {
  const turns = melodies(table, lineOf(options)).flatMap((pitches) => {
    const moves = pitches.map((pitch, i) => Math.sign(pitch - pitches[i - 1])).subarray(1).filter((move) => move !== 0);
    return [...moves.map((move, i) => move === moves[i - 1] ? 0 : 1).subarray(1)];
  });
  return mean(turns);
}

/** Sizes of the melodic intervals in semitones. */
function lineOf(options: MelodyOptions): Line | undefined {
  return checkOptions("follow a melody", options, { line: optional(LINE) }).line;
}

function sizes(table: DataFrame, line?: Line): Int32Array {
  return melodicIntervals(table, line).map(Math.abs);
}

/** How many melodic intervals have each size, 0 to 127. */
function sizeCounts(table: DataFrame, line?: Line): Float64Array {
  const counts = new Float64Array(128);
  for (const size of sizes(table, line)) counts[size]++;
  return counts;
}

function shareOf(values: Int32Array, counts: (value: number) => boolean): number {
  return total(values.map((value) => counts(value) ? 1 : 0)) / values.length;
}
