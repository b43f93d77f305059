import pl, { type DataFrame } from "nodejs-polars";
import { drumColumn } from "./columns.ts";

/**
 * The rows of a table that no drum plays: those whose numbers are pitches. A
 * table without the column `drum` comes back as it is.
 *
 * @param table A table of notes; it is not changed.
 * @throws {TypeError} If the column `drum` does not hold booleans.
 * @throws {RangeError} If a value in it is missing; the message names the row.
 */
export function withoutDrums(table: DataFrame): DataFrame {
  return drumColumn(table).includes(true) ? table.filter(pl.col("drum").not()) : table;
}
