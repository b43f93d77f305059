import pl, { type DataFrame } from "nodejs-polars";
import { numberColumn } from "../notes/mod.ts";
import type { MusicalPlace } from "../score/mod.ts";

/** A column of the grid of quarter notes, with advice where the table knows seconds alone. */
export function gridColumn(table: DataFrame, name: "quarter" | "quarters"): Float64Array {
  if (!table.columns.includes(name)) {
    throw new TypeError(
      `Cannot measure on the grid: the table has no column "${name}"; make it with toNoteTable(score), or lay notes ` +
        `that know seconds alone on a tempo with layOnTempo(table, { tempo })`,
    );
  }
  return numberColumn(table, name);
}

/**
 * Refuses a table of several pieces, whose clocks all begin at 0.
 *
 * @param action What cannot be done, as in "measure polyphony".
 */
export function refuseSeveralPieces(table: DataFrame, action: string): void {
  if (!table.columns.includes("piece")) return;
  const pieces = table.getColumn("piece").nUnique();
  if (pieces > 1) {
    throw new RangeError(`Cannot ${action}: the table must hold one piece, this one holds ${pieces}`);
  }
}

/** Rows by piece and, where asked for, by part, in the order of their first notes. A table without these columns is one. */
export function groupRows(table: DataFrame, columns: readonly ("piece" | "part")[]): number[][] {
  const series = columns.filter((name) => table.columns.includes(name)).map((name) => table.getColumn(name));
  // Text leaves Polars slowly, and most tables hold one piece.
  const keys = series.filter((column) => column.nUnique() > 1).map((column) => column.toArray());
  const groups = new Map<unknown, number[]>();
  // A data frame counts its rows anew each time it is asked.
  const { height } = table;
  for (let row = 0; row < height; row++) {
    const key = keys.length < 2 ? keys[0]?.[row] : keys.map((values) => values[row]).join("\0");
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/** The onsets of each piece: the rows in order of time, one for all notes that begin at once. */
export function onsetRows(table: DataFrame): number[][] {
  const start = numberColumn(table, "start");
  return groupRows(table, ["piece"]).map((rows) => {
    const ordered = rows.sort((a, b) => start[a] - start[b]);
    return ordered.filter((row, i) => i === 0 || start[row] > start[ordered[i - 1]]);
  });
}

/** Moments as the columns `start`, `quarter`, `bar` and `beat`, of the types that a table of notes has. */
export function placeColumns(places: readonly MusicalPlace[]): pl.Series[] {
  const numbers = (name: keyof MusicalPlace) =>
    pl.Series(name, Float64Array.from(places, (place) => place[name] ?? NaN), pl.Float64);
  // Polars (nodejs 0.25.2) loses the nulls of a column made from an array; a filter on NaN puts them in.
  const known = (name: "bar" | "beat") => {
    const column = pl.DataFrame([numbers(name)]);
    const value = pl.when(pl.col(name).isNan()).then(pl.lit(null)).otherwise(pl.col(name)).alias(name);
    return column.withColumns(value).getColumn(name);
  };
  return [numbers("start"), numbers("quarter"), known("bar").cast(pl.Int32), known("beat")];
}
