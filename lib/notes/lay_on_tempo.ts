import { checkOptions, kinds, optional } from "../options/mod.ts";
import pl, { type DataFrame } from "nodejs-polars";
import { barPosition, barQuarters, stretchesOf } from "../score/mod.ts";
import { numberColumn, secondsColumn } from "./columns.ts";

/** Options for {@linkcode layOnTempo}. */
export interface LayOnTempoOptions {
  /** Quarter notes a minute, throughout. */
  tempo: number;
  /**
   * The time signature, throughout: `[3, 4]` is 3/4. The first bar begins at second 0. Without one the table gets no
   * columns `bar`, `beat` and `measure`.
   *
   * @default undefined
   */
  metre?: readonly [numerator: number, denominator: number];
}

/**
 * A table that knows seconds alone, such as generated notes, laid on the grid
 * of a constant tempo: with onset and duration in quarter notes (columns
 * `quarter`, `quarters`) and, in a metre, with `bar`, `beat` and `measure`, as
 * {@linkcode toNoteTable} has them. Whatever of these the table had is
 * replaced: without a metre, `bar`, `beat` and `measure` are gone.
 *
 * Nothing is rounded: a note between two positions of the grid stays between them.
 *
 * @param table A table with the columns `start` and `duration` in seconds; it is not changed.
 * @param options The tempo, and the metre where there is one.
 * @throws {TypeError} If a column is missing, or does not hold numbers.
 * @throws {RangeError} If the tempo or a number of the metre is not positive, or a time is missing or not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { layOnTempo } from "./mod.ts";
 *
 * const generated = pl.DataFrame({ pitch: [60, 62], start: [0, 1.5], duration: [1.5, 0.5] });
 * const table = layOnTempo(generated, { tempo: 120, metre: [2, 4] });
 * assertEquals(table.getColumn("quarter").toArray(), [0, 3]);
 * assertEquals(table.getColumn("quarters").toArray(), [3, 1]);
 * assertEquals(table.getColumn("bar").toArray(), [1, 2]);
 * ```
 */
export function layOnTempo(table: DataFrame, options: LayOnTempoOptions): DataFrame {
  const { tempo, metre } = checkOptions("lay notes on a tempo", options, {
    tempo: kinds.positiveNumber,
    metre: optional(kinds.pair("numbers, as [3, 4]", kinds.positiveNumber)),
  });
  const quarter = numberColumn(table, "start").map((start) => start * tempo / 60);
  const quarters = secondsColumn(table, "duration").map((duration) => duration * tempo / 60);
  const bare = table.select(...table.columns.filter((name) => !["bar", "beat", "measure"].includes(name)));
  const laid = bare.withColumns(
    pl.Series("quarter", quarter, pl.Float64),
    pl.Series("quarters", quarters, pl.Float64),
  );
  if (!metre) return laid;
  const [numerator, denominator] = metre;
  const stretches = stretchesOf({ ticksPerQuarter: 1, metres: [{ tick: 0, numerator, denominator }] });
  const positions = Array.from(quarter, (onset) => barPosition(stretches, onset)!);
  return laid.withColumns(
    pl.Series("bar", Int32Array.from(positions, ({ bar }) => bar), pl.Int32),
    pl.Series("beat", Float64Array.from(positions, ({ beat }) => beat), pl.Float64),
    pl.Series("measure", new Float64Array(quarter.length).fill(barQuarters({ numerator, denominator })), pl.Float64),
  );
}
