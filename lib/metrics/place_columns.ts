import pl from "nodejs-polars";
import type { MusicalPlace } from "../score/mod.ts";

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
