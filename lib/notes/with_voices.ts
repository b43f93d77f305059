import pl, { type DataFrame } from "nodejs-polars";
import { voicesInParts } from "../score/mod.ts";
import { numberColumn, pieceRows, pitchColumn } from "./columns.ts";

/**
 * A table of notes that says of each in which voice it is: with a column `voice`, from 0 for the highest on average of its
 * piece. Parts are voices where they are lines, otherwise voices are found in them (`voicesInParts`), from all notes of the
 * piece: not for what a model hears.
 *
 * @param table A table with the columns `piece`, `pitch`, `start` and `end`, the notes of each piece by onset, and `part`
 * if it is known; it is not changed.
 * @throws {TypeError} If a column is missing, or of the wrong type.
 * @throws {RangeError} If a value is missing or out of range, or the notes of a piece do not stand together or are not
 * sorted by onset.
 */
export function withVoices(table: DataFrame): DataFrame {
  const pitch = pitchColumn(table), [start, end] = ["start", "end"].map((name) => numberColumn(table, name));
  const part = table.columns.includes("part") ? numberColumn(table, "part") : undefined;
  const voice = new Int32Array(table.height);
  for (const { first, count } of pieceRows(table)) {
    const notes = Array.from({ length: count }, (_, k) => {
      const i = first + k;
      return { pitch: pitch[i], start: start[i], end: end[i], part: part?.[i] };
    });
    voice.set(voicesInParts(notes), first);
  }
  return table.withColumns(pl.Series("voice", voice, pl.Int32));
}
