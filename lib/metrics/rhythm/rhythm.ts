import { checkArgument, checkOptions, kinds, optional } from "../../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import { numberColumn, secondsColumn } from "../../notes/mod.ts";
import { gridColumn, onsetRows, refuseSeveralPieces } from "../note_rows.ts";
import { mean, sampleSd } from "../statistics.ts";

/** Options of the metrics of inter-onset intervals. */
export interface InterOnsetOptions {
  /**
   * In what time passes: seconds, or quarter notes, which leave the tempo out.
   *
   * @default "seconds"
   */
  unit?: "seconds" | "quarters";
}

/** Options of jSymbolic's time between attacks. */
export interface AttackOptions {
  /** Ticks a quarter note of the file that the table was made from, `score.ticksPerQuarter`. */
  ticksPerQuarter: number;
}

/**
 * The inter-onset intervals: times from each onset to the next, of all parts
 * together; notes that begin at once are one onset. Nothing crosses from one
 * piece to the next. Drums count.
 *
 * @param table A table of notes, of one piece or several.
 * @param options In what time passes.
 * @throws {TypeError} If there is no column `start`, or `quarter` for quarter notes, or the unit has another name.
 * @throws {RangeError} If an onset is missing.
 */
export function interOnsets(table: DataFrame, options: InterOnsetOptions = {}): Float64Array {
  const { unit = "seconds" } = checkOptions("measure onsets", options, {
    unit: optional(kinds.oneOf("seconds", "quarters")),
  });
  return gaps(table, unit === "seconds" ? numberColumn(table, "start") : gridColumn(table, "quarter"));
}

/**
 * The mean inter-onset interval, in seconds or quarter notes; NaN where there
 * are fewer than two onsets. See {@linkcode interOnsets}.
 *
 * jSymbolic's `Average_Time_Between_Attacks` is one tick less: {@linkcode timeBetweenAttacks}.
 *
 * @param table A table of notes, of one piece or several.
 * @param options In what time passes.
 * @throws {TypeError} If there is no column `start`, or `quarter` for quarter notes, or the unit has another name.
 * @throws {RangeError} If an onset is missing.
 */
export function interOnsetMean(table: DataFrame, options: InterOnsetOptions = {}): number {
  return mean(interOnsets(table, options));
}

/**
 * The standard deviation (over n - 1) of the inter-onset intervals, in seconds
 * or quarter notes: the root of the onset variance. 0 upwards; NaN where there
 * are fewer than three onsets. See {@linkcode interOnsets}.
 *
 * @param table A table of notes, of one piece or several.
 * @param options In what time passes.
 * @throws {TypeError} If there is no column `start`, or `quarter` for quarter notes, or the unit has another name.
 * @throws {RangeError} If an onset is missing.
 */
export function interOnsetSd(table: DataFrame, options: InterOnsetOptions = {}): number {
  return sampleSd(interOnsets(table, options));
}

/**
 * jSymbolic's `Average_Time_Between_Attacks`: the mean inter-onset interval in
 * seconds, each less one tick of the file, because jSymbolic does not count the
 * tick of the attack itself. Where the tempo changes between two onsets, it is
 * a tick of their mean tempo. NaN where there are fewer than two onsets.
 *
 * @param table A table of notes, of one piece or several with the same ticks.
 * @param options Ticks a quarter note.
 * @throws {TypeError} If there is no column `start` or `quarter`.
 * @throws {RangeError} If an onset is missing, or the ticks are not positive.
 */
export function timeBetweenAttacks(table: DataFrame, options: AttackOptions): number {
  return mean(attackGaps(table, options));
}

/**
 * jSymbolic's `Variability_of_Time_Between_Attacks`: the standard deviation
 * (over n - 1) of the times of which {@linkcode timeBetweenAttacks} is the mean,
 * in seconds. NaN where there are fewer than three onsets.
 *
 * @param table A table of notes, of one piece or several with the same ticks.
 * @param options Ticks a quarter note.
 * @throws {TypeError} If there is no column `start` or `quarter`.
 * @throws {RangeError} If an onset is missing, or the ticks are not positive.
 */
export function timeBetweenAttacksSd(table: DataFrame, options: AttackOptions): number {
  return sampleSd(attackGaps(table, options));
}

/**
 * Seconds from the beginning of the piece to its last release; 0 without
 * notes. jSymbolic's `Duration`. A rest at the beginning counts, one at the end does not.
 *
 * @param table A table of notes of one piece.
 * @throws {TypeError} If there is no column `end`.
 * @throws {RangeError} If a release is missing, or the table holds several pieces.
 */
export function lengthInSeconds(table: DataFrame): number {
  refuseSeveralPieces(table, "measure the length");
  return numberColumn(table, "end").reduce((last, end) => Math.max(last, end), 0);
}

/**
 * The same as {@linkcode lengthInSeconds} in quarter notes.
 *
 * @param table A table of notes of one piece.
 * @throws {TypeError} If there is no column `quarter` or `quarters`.
 * @throws {RangeError} If a time is missing, or the table holds several pieces.
 */
export function lengthInQuarters(table: DataFrame): number {
  refuseSeveralPieces(table, "measure the length");
  const quarters = gridColumn(table, "quarters");
  return gridColumn(table, "quarter").reduce((last, onset, row) => Math.max(last, onset + quarters[row]), 0);
}

/**
 * Notes a second, over {@linkcode lengthInSeconds} cut to whole seconds, as
 * jSymbolic's `Note_Density` has it: 0 upwards, NaN for a piece shorter than a
 * second. Drums count.
 *
 * @param table A table of notes of one piece.
 * @throws {TypeError} If there is no column `end`.
 * @throws {RangeError} If a release is missing, or the table holds several pieces.
 */
export function noteDensity(table: DataFrame): number {
  const seconds = Math.floor(lengthInSeconds(table));
  return seconds > 0 ? table.height / seconds : NaN;
}

/**
 * Notes a quarter note, over {@linkcode lengthInQuarters}, nothing cut: the
 * density that the tempo leaves alone. NaN for a piece without length. Drums count.
 *
 * @param table A table of notes of one piece.
 * @throws {TypeError} If there is no column `quarter` or `quarters`.
 * @throws {RangeError} If a time is missing, or the table holds several pieces.
 */
export function notesPerQuarter(table: DataFrame): number {
  const quarters = lengthInQuarters(table);
  return quarters > 0 ? table.height / quarters : NaN;
}

/**
 * The mean duration of a note in seconds; NaN without notes. jSymbolic's
 * `Average_Note_Duration`. Drums count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no column `duration`.
 * @throws {RangeError} If a duration is missing or negative.
 */
export function meanDuration(table: DataFrame): number {
  return mean(secondsColumn(table, "duration"));
}

/**
 * The standard deviation (over n - 1) of the durations in seconds; NaN of
 * fewer than two notes. jSymbolic's `Variability_of_Note_Durations`. Drums count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no column `duration`.
 * @throws {RangeError} If a duration is missing or negative.
 */
export function durationSd(table: DataFrame): number {
  return sampleSd(secondsColumn(table, "duration"));
}

/**
 * The longest note in seconds; NaN without notes. jSymbolic's
 * `Maximum_Note_Duration`. Drums count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no column `duration`.
 * @throws {RangeError} If a duration is missing or negative.
 */
export function longestDuration(table: DataFrame): number {
  return secondsColumn(table, "duration").sort().at(-1) ?? NaN;
}

/**
 * The shortest note in seconds; NaN without notes. jSymbolic's
 * `Minimum_Note_Duration`. Drums count.
 *
 * @param table A table of notes, of one piece or several.
 * @throws {TypeError} If there is no column `duration`.
 * @throws {RangeError} If a duration is missing or negative.
 */
export function shortestDuration(table: DataFrame): number {
  return secondsColumn(table, "duration").sort().at(0) ?? NaN;
}

function attackGaps(table: DataFrame, { ticksPerQuarter }: AttackOptions): Float64Array {
  checkArgument("measure attacks", "ticksPerQuarter", ticksPerQuarter, kinds.positiveNumber);
  const quarters = interOnsets(table, { unit: "quarters" });
  return interOnsets(table).map((seconds, i) => seconds - seconds / (quarters[i] * ticksPerQuarter));
}

/** Differences of a clock between the successive onsets of each piece. */
function gaps(table: DataFrame, clock: Float64Array): Float64Array {
  return Float64Array.from(
    onsetRows(table).flatMap((rows) => rows.slice(1).map((row, i) => clock[row] - clock[rows[i]])),
  );
}
