import { checkOptions, kinds, optional } from "../options/mod.ts";
import pl, { type DataFrame } from "nodejs-polars";
import { numberColumn } from "../notes/mod.ts";
import { gridColumn, refuseSeveralPieces } from "./note_rows.ts";

/** Options for {@linkcode curve}. */
export interface CurveOptions {
  /** What windows are counted in. */
  unit: "notes" | "seconds" | "quarters" | "bars";
  /** How many of these a window is long: whole numbers of notes and bars. */
  length: number;
  /**
   * How far a window begins after the one before.
   *
   * @default The length, so that windows follow one another without overlap.
   */
  hop?: number;
}

/** Times are rounded numbers; notes are further apart than this, in any unit. */
const ROUNDING = 1e-7;

/**
 * A metric over windows: how it changes in the course of a piece.
 *
 * A window holds the notes that begin in it. Windows begin with the piece
 * (note 0, second 0, quarter note 0, the first bar) and are whole: of the last
 * one no part may be missing. Bars follow the column `bar`, and so every change
 * of metre; notes before the first bar are in none.
 *
 * The metric sees a window as a piece that begins there. `start` and `end`
 * count from the window's first second, where the unit is seconds, otherwise from
 * its first note; `quarter` counts from the window's first bar line, where the
 * unit is bars, otherwise from the beat in which it begins, so that a note keeps its
 * phase in the beat. The other columns are as they were.
 *
 * @param table A table of notes of one piece, in the order of onsets.
 * @param metric Any function from a table to a number, of this room or not.
 * @param options The windows.
 * @returns A table with a row for each window: `start` and `end` in the unit (of notes, the first row and the first one
 * after; of bars, the number of the first bar and of the first one after), and `value`, null where the metric is NaN or
 * infinite.
 * @throws {TypeError} If the unit has another name, or a column that it needs is missing.
 * @throws {RangeError} If length or hop is not positive, or of notes or bars no whole number, if there are several
 * pieces, or the notes are not in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { curve, pitchRange } from "./mod.ts";
 *
 * const table = pl.DataFrame({ pitch: [60, 64, 67, 72, 60, 61] });
 * const ranges = curve(table, pitchRange, { length: 3, hop: 1, unit: "notes" });
 * assertEquals(ranges.rows(), [[0, 3, 7], [1, 4, 8], [2, 5, 12], [3, 6, 12]]);
 * ```
 */
export function curve(table: DataFrame, metric: (window: DataFrame) => number, options: CurveOptions): DataFrame {
  const size = ["notes", "bars"].includes(options?.unit) ? kinds.positiveInteger : kinds.positiveNumber;
  const { unit, length, hop = length } = checkOptions("make a curve", options, {
    unit: kinds.oneOf("notes", "seconds", "quarters", "bars"),
    length: size,
    hop: optional(size),
  });
  refuseSeveralPieces(table, "make a curve");
  const { clock, first, last } = clockOf(table, unit);
  const unordered = clock.findIndex((time, row) => time < clock[row - 1]);
  if (unordered >= 0) throw new RangeError(`Cannot make a curve: row ${unordered} begins before the row above it`);
  // Rounding, of times alone: with a hop of 0.1 s the last window must not be lost.
  const count = Math.max(0, Math.floor((last - first - length) / hop + ROUNDING) + 1);
  const starts = Float64Array.from({ length: count }, (_, i) => first + i * hop);
  const values = starts.map((start) => {
    const row = firstFrom(clock, start);
    const window = table.slice(row, firstFrom(clock, start + length) - row);
    return metric(asPiece(window, unit, start));
  });
  return pl.DataFrame({
    start: pl.Series("start", starts, pl.Float64),
    end: pl.Series("end", starts.map((start) => start + length), pl.Float64),
    value: pl.Series("value", values, pl.Float64),
  }).withColumns(pl.when(pl.col("value").isFinite()).then(pl.col("value")).otherwise(pl.lit(null)).alias("value"));
}

/** Where each row stands in the unit, where the windows begin and where the last one has to end. */
function clockOf(table: DataFrame, unit: CurveOptions["unit"]): { clock: Float64Array; first: number; last: number } {
  const furthest = (times: Float64Array) => times.reduce((most, time) => Math.max(most, time), 0);
  switch (unit) {
    case "notes":
      return { clock: Float64Array.from({ length: table.height }, (_, row) => row), first: 0, last: table.height };
    case "seconds":
      return { clock: numberColumn(table, "start"), first: 0, last: furthest(numberColumn(table, "end")) };
    case "quarters": {
      const [onset, quarters] = [gridColumn(table, "quarter"), gridColumn(table, "quarters")];
      return { clock: onset, first: 0, last: furthest(onset.map((quarter, row) => quarter + quarters[row])) };
    }
    case "bars": {
      const clock = barColumn(table);
      const first = clock.find((bar) => bar > -Infinity) ?? 0;
      return { clock, first, last: Math.max(first, (clock.at(-1) ?? -1) + 1) };
    }
  }
}

/** Numbers of the bars; -Infinity before the first. */
function barColumn(table: DataFrame): Float64Array {
  if (!table.columns.includes("bar")) {
    throw new TypeError(
      'Cannot make a curve over bars: the table has no column "bar"; make it with toNoteTable(score) or ' +
        "layOnTempo(table, { tempo, metre })",
    );
  }
  return Float64Array.from(table.getColumn("bar").toArray() as (number | null)[], (bar) => bar ?? -Infinity);
}

/** Index of the first time that is not before a moment. */
function firstFrom(clock: Float64Array, moment: number): number {
  let [low, high] = [0, clock.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (clock[middle] < moment - ROUNDING) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A window as a piece of its own. */
function asPiece(window: DataFrame, unit: CurveOptions["unit"], begin: number): DataFrame {
  if (window.height === 0) return window;
  const has = (name: string) => window.columns.includes(name);
  const second = unit === "seconds" ? begin : has("start") ? numberColumn(window, "start")[0] : 0;
  const zeros = { start: second, end: second, quarter: has("quarter") ? firstQuarter(window, unit, begin) : 0 };
  const moved = Object.entries(zeros).filter(([name]) => has(name));
  return window.withColumns(...moved.map(([name, zero]) => pl.col(name).minus(pl.lit(zero))));
}

/** The bar line or the beat, in quarter notes, from which a window counts. */
function firstQuarter(window: DataFrame, unit: CurveOptions["unit"], begin: number): number {
  const quarter = gridColumn(window, "quarter");
  if (unit !== "bars") return Math.floor((unit === "quarters" ? begin : quarter[0]) + ROUNDING);
  const cells = (name: string) => window.columns.includes(name) ? window.getColumn(name).toArray() : [];
  const [bar, beat, measures] = [cells("bar"), cells("beat"), cells("measure")] as (number | null)[][];
  const measure = measures[0] ?? 1;
  // Where a bar line is in quarter notes, only a note on it tells: an upbeat or a new metre may have moved it.
  const downbeat = beat.findIndex((value) => value !== null && Math.abs(value - 1) < ROUNDING);
  const row = Math.max(0, downbeat);
  const line = downbeat >= 0 ? quarter[row] : Math.floor(quarter[row] / measure + ROUNDING) * measure;
  return line - (bar[row]! - begin) * measure;
}
