import pl, { type DataFrame } from "nodejs-polars";
import { groupRows } from "./note_rows.ts";

/**
 * A metric of each part alone: a row for each part of each piece, in the order
 * of their first notes, with the columns `piece`, `part` (as the table has
 * them) and `value`, null where the metric is NaN or infinite.
 *
 * @param table A table of notes with the columns `piece` and `part`.
 * @param metric Any function from a table to a number, of this room or not.
 * @throws {TypeError} If there is no column `piece` or `part`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { byPart, pitchRange } from "./mod.ts";
 *
 * const duet = pl.DataFrame({ piece: ["a", "a", "a", "a"], part: [0, 1, 0, 1], pitch: [72, 48, 74, 36] });
 * assertEquals(byPart(duet, pitchRange).rows(), [["a", 0, 2], ["a", 1, 12]]);
 * ```
 */
export function byPart(table: DataFrame, metric: (part: DataFrame) => number): DataFrame {
  for (const name of ["piece", "part"]) {
    if (!table.columns.includes(name)) {
      throw new TypeError(`Cannot measure parts: the table has no column "${name}" among ${table.columns.join(", ")}`);
    }
  }
  const groups = groupRows(table, ["piece", "part"]);
  const [piece, part] = [table.getColumn("piece").toArray(), table.getColumn("part").toArray()];
  const values = groups.map((rows) => {
    const own = new Set(rows);
    return metric(table.filter(pl.Series("own", Array.from({ length: table.height }, (_, row) => own.has(row)))));
  });
  const frame = pl.DataFrame({
    piece: pl.Series("piece", groups.map(([row]) => piece[row]), pl.Utf8),
    part: pl.Series("part", groups.map(([row]) => part[row]), pl.Int32),
    value: pl.Series("value", values, pl.Float64),
  });
  return frame.withColumns(
    pl.when(pl.col("value").isFinite()).then(pl.col("value")).otherwise(pl.lit(null)).alias("value"),
  );
}
