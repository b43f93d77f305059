import type { DataFrame } from "nodejs-polars";
import { pieceRows, pitchColumn, secondsColumn } from "../notes/mod.ts";
import type { EventPiece } from "./encoding.ts";

/** A note as a model hears it, and as it goes on from it. */
export interface NoteEvent {
  /** MIDI number. */
  pitch: number;
  /** Seconds since the onset of the note before. */
  step: number;
  /** Seconds. */
  duration: number;
}

/**
 * The notes of a table, piece by piece.
 *
 * @param table A table with the columns `piece`, `pitch`, `step` and `duration`.
 * @throws {TypeError} If a column is missing, or of the wrong type.
 * @throws {RangeError} If a value is missing or out of range, or the notes of a piece do not stand together.
 */
export function notePieces(table: DataFrame): EventPiece<NoteEvent>[] {
  const pitch = pitchColumn(table), step = secondsColumn(table, "step"), duration = secondsColumn(table, "duration");
  return pieceRows(table).map(({ piece, first, count }) => ({
    piece,
    events: Array.from({ length: count }, (_, i) => ({
      pitch: pitch[first + i],
      step: step[first + i],
      duration: duration[first + i],
    })),
  }));
}
