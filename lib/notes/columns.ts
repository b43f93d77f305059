import pl, { type DataFrame } from "nodejs-polars";

/** The rows of one piece in a table of notes: they stand together, in the order of the piece. */
export interface PieceRows {
  /** Name of the piece, as in the column `piece`. */
  piece: string;
  /** Its first row, counted from 0. */
  first: number;
  /** How many rows it has: its notes. */
  count: number;
}

/**
 * A column of numbers as a typed array, checked: what leaves a table for tfjs
 * or for a file is never null, NaN or infinite.
 *
 * @param table A table of notes, or any other data frame.
 * @param name Name of a numeric column.
 * @throws {TypeError} If there is no such column, or it does not hold numbers.
 * @throws {RangeError} If a value is missing, NaN or infinite; the message names the row.
 */
export function numberColumn(table: DataFrame, name: string): Float64Array {
  const series = column(table, name);
  if (!series.isNumeric()) {
    throw new TypeError(`Cannot read the note table: column "${name}" must hold numbers, its type is ${series.dtype}`);
  }
  if (series.nullCount() > 0) {
    const row = series.isNull().toArray().indexOf(true);
    throw new RangeError(`Cannot read the note table: column "${name}" has no value in row ${row}`);
  }
  const values = series.cast(pl.Float64).toTypedArray() as unknown as Float64Array;
  const row = values.findIndex((value) => !Number.isFinite(value));
  if (row >= 0) throw refused(name, row, values[row], "a finite number");
  return values;
}

/**
 * The column `pitch`, checked: MIDI numbers from 0 to 127.
 *
 * @param table A table of notes.
 * @throws {TypeError} If there is no such column, or it does not hold numbers.
 * @throws {RangeError} If a value is missing or not a MIDI number; the message names the row.
 */
export function pitchColumn(table: DataFrame): Int32Array {
  const values = numberColumn(table, "pitch");
  const row = values.findIndex((value) => !Number.isInteger(value) || value < 0 || value > 127);
  if (row >= 0) throw refused("pitch", row, values[row], "an integer from 0 to 127");
  return Int32Array.from(values);
}

/**
 * A column of times in seconds that cannot run backwards (`step`,
 * `duration`), checked: 0 or more.
 *
 * @param table A table of notes.
 * @param name Name of the column.
 * @throws {TypeError} If there is no such column, or it does not hold numbers.
 * @throws {RangeError} If a value is missing, NaN, infinite or negative; the message names the row.
 */
export function secondsColumn(table: DataFrame, name: "step" | "duration"): Float64Array {
  const values = numberColumn(table, name);
  const row = values.findIndex((value) => value < 0);
  if (row >= 0) throw refused(name, row, values[row], "0 seconds or more");
  return values;
}

/**
 * Which rows a drum plays: the column `drum`, which `toNoteTable` makes on
 * request. A table without it has no drums.
 *
 * @param table A table of notes.
 * @throws {TypeError} If the column does not hold booleans.
 * @throws {RangeError} If a value is missing; the message names the row.
 */
export function drumColumn(table: DataFrame): boolean[] {
  if (!table.columns.includes("drum")) return new Array(table.height).fill(false);
  const values: unknown[] = table.getColumn("drum").toArray();
  const row = values.findIndex((value) => typeof value !== "boolean");
  if (row < 0) return values as boolean[];
  if (values[row] === null) {
    throw new RangeError(`Cannot read the note table: column "drum" has no value in row ${row}`);
  }
  throw new TypeError(
    `Cannot read the note table: column "drum" must hold booleans, its type is ${table.getColumn("drum").dtype}`,
  );
}

/**
 * Where each piece of a table stands, in order.
 *
 * @param table A table of notes.
 * @throws {TypeError} If there is no column `piece`, or it does not hold text.
 * @throws {RangeError} If a row has no piece, or a piece stands in two places with another between.
 */
export function pieceRows(table: DataFrame): PieceRows[] {
  const series = column(table, "piece");
  if (!series.isString() && !series.dtype.equals(pl.Categorical)) {
    throw new TypeError(`Cannot read the note table: column "piece" must hold text, its type is ${series.dtype}`);
  }
  const changes = pl.col("piece").neq(pl.col("piece").shift(1)).fillNull(pl.lit(true));
  const starts = table.select("piece").withRowIndex("row").filter(changes)
    .toRecords() as { piece: string | null; row: number }[];
  const seen = new Set<string>();
  return starts.map(({ piece, row }, i) => {
    if (piece === null) {
      throw new RangeError(`Cannot read the note table: column "piece" has no value in row ${row}`);
    }
    if (seen.has(piece)) {
      throw new RangeError(
        `Cannot read the note table: piece "${piece}" goes on in row ${row} after another piece; keep its notes together`,
      );
    }
    seen.add(piece);
    return { piece, first: row, count: (starts[i + 1]?.row ?? table.height) - row };
  });
}

function column(table: DataFrame, name: string): pl.Series {
  if (!table.columns.includes(name)) {
    throw new TypeError(`Cannot read the note table: there is no column "${name}" among ${table.columns.join(", ")}`);
  }
  return table.getColumn(name);
}

function refused(name: string, row: number, value: number, expected: string): RangeError {
  return new RangeError(`Cannot read the note table: row ${row} of column "${name}" must be ${expected}, got ${value}`);
}

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
