import type { DataFrame } from "nodejs-polars";
import { type HeardNote, heardPieces, type NextNote, type NoteModel } from "../models/mod.ts";
import { breather } from "../training/mod.ts";

/** Options of a pass over the notes of a table. */
export interface PassOptions {
  /**
   * Gives up before the next note when it fires.
   *
   * @default undefined
   */
  signal?: AbortSignal;
  /**
   * Called, and awaited, after each piece, with the notes done and those to do in all.
   *
   * @default undefined
   */
  onProgress?: (done: number, total: number) => void | Promise<void>;
}

/** A note to score. */
export interface NoteToScore {
  /** What the model says of it. */
  said: NextNote;
  /** The note. */
  came: HeardNote;
  /** Which scored note it is, counted from 0. */
  index: number;
  /** Which piece it is in. */
  pieceIndex: number;
}

/** A piece to score. */
type PieceToScore = ReturnType<typeof heardPieces>[number];

/**
 * The pieces of a table that have notes to score, those that have one before them.
 *
 * @throws {RangeError} If there are none.
 */
export function piecesToScore(table: DataFrame): { pieces: PieceToScore[]; total: number } {
  const pieces = heardPieces(table).filter(({ notes }) => notes.length > 1);
  if (pieces.length === 0) throw new RangeError("Cannot score: no note has another before it in its piece");
  return { pieces, total: pieces.reduce((sum, { notes }) => sum + notes.length - 1, 0) };
}

/** Lets a model listen to pieces, and shows each note together with what the model said of it. */
export async function eachNote(
  model: NoteModel,
  pieces: readonly PieceToScore[],
  { signal, onProgress }: PassOptions,
  show: (note: NoteToScore) => void,
): Promise<void> {
  const total = pieces.reduce((sum, { notes }) => sum + notes.length - 1, 0);
  const breathe = breather();
  let index = 0;
  for (const [pieceIndex, { notes }] of pieces.entries()) {
    let row = 0;
    for (const said of follow(model, notes)) {
      signal?.throwIfAborted();
      show({ said, came: notes[++row], index: index++, pieceIndex });
      await breathe();
    }
    await onProgress?.(index, total);
  }
}

/** What a model says after each note of a piece but the last. */
function* follow(model: NoteModel, piece: readonly HeardNote[]): Generator<NextNote> {
  if (model.follow) return yield* model.follow(piece);
  const listener = model.listen();
  try {
    for (const note of piece.slice(0, -1)) {
      listener.hear(note);
      yield listener.next();
    }
  } finally {
    listener.dispose();
  }
}
