import pl, { type DataFrame } from "nodejs-polars";
import { numberColumn, pieceRows } from "./columns.ts";

/**
 * A table of notes whose onsets and releases are whole nanoseconds, with steps
 * and durations computed anew from them.
 *
 * So do readings look that were stored as text with nine decimals, such as the
 * pretty_midi readings that the project's figures for unseen Bach stand on. It
 * changes no time by more than 2 nanoseconds, but may change its class:
 * see `durationClasses`.
 *
 * @param table A table with the columns `piece`, `start` and `end`; others stay as they are.
 * @throws {TypeError} If a column is missing, or of the wrong type.
 * @throws {RangeError} If a value is missing, NaN or infinite, or the notes of a piece do not stand together.
 */
export function inNanoseconds(table: DataFrame): DataFrame {
  const rounded = (name: string) => numberColumn(table, name).map((seconds) => Math.round(seconds * 1e9) / 1e9);
  const start = rounded("start"), end = rounded("end");
  const step = start.map((onset, row) => onset - start[Math.max(0, row - 1)]);
  for (const { first } of pieceRows(table)) step[first] = 0;
  const duration = end.map((release, row) => release - start[row]);
  return table.withColumns(
    ...Object.entries({ start, end, step, duration }).map(([name, values]) => pl.Series(name, values, pl.Float64)),
  );
}
