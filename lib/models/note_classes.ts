import type { DataFrame } from "nodejs-polars";
import { durationClasses, pieceRows, pitchColumn, secondsColumn, stepClasses } from "../notes/mod.ts";
import type { HeardNote } from "./note_model.ts";

/** What a model names of a note. */
export type NoteHeadName = "pitch" | "step" | "duration";

/** How many classes each has, and which of them a note belongs to. */
export const noteClasses: Record<NoteHeadName, { count: number; of(note: HeardNote): number }> = {
  pitch: { count: 128, of: ({ pitch }) => pitch },
  step: { count: stepClasses.count, of: ({ step }) => stepClasses.of(step) },
  duration: { count: durationClasses.count, of: ({ duration }) => durationClasses.of(duration) },
};

/**
 * The notes of a table, piece by piece.
 *
 * @param table A table with the columns `piece`, `pitch`, `step` and `duration`.
 * @throws {TypeError} If a column is missing, or of the wrong type.
 * @throws {RangeError} If a value is missing or out of range, or the notes of a piece do not stand together.
 */
export function heardPieces(table: DataFrame): { piece: string; notes: HeardNote[] }[] {
  const pitch = pitchColumn(table), step = secondsColumn(table, "step"), duration = secondsColumn(table, "duration");
  return pieceRows(table).map(({ piece, first, count }) => ({
    piece,
    notes: Array.from({ length: count }, (_, i) => ({
      pitch: pitch[first + i],
      step: step[first + i],
      duration: duration[first + i],
    })),
  }));
}
