import { CorpusError } from "./error.ts";

/** What sounds at one moment: of soprano, alto, tenor and bass the MIDI number, -1 for a rest. */
export type Frame = readonly number[];

/** A piece in four voices on a grid of equal moments, sixteenths mostly. */
export type GridPiece = readonly Frame[];

/** Pieces on a grid, split by whoever made the file. */
export interface GridCorpus {
  /** Pieces to learn from. */
  train: GridPiece[];
  /** Pieces to choose a model by. */
  valid: GridPiece[];
  /** Pieces to measure it on. */
  test: GridPiece[];
  /** Lowest MIDI number in all pieces. */
  lowest: number;
  /** Highest MIDI number in all pieces. */
  highest: number;
}

/** Voices of a {@linkcode Frame}. */
export const VOICES = 4;

/**
 * Reads chorales in the form that the literature trains on, such as
 * `Jsb16thSeparated.json` (GitHub `czhuang/JSB-Chorales-dataset`):
 * `{"train": [piece, …], "valid": […], "test": […]}`, a piece a list of frames, a
 * frame four MIDI numbers, -1 a rest. Such a file knows no held notes, fermatas
 * or keys: a pitch struck anew looks like one held on. The project ships none.
 *
 * @param json Text of the file.
 * @throws {SyntaxError} If it is not JSON.
 * @throws {CorpusError} If it has another form, a piece has no frames, or all is rests; the message says where.
 */
export function readGrid(json: string): GridCorpus {
  const parsed = JSON.parse(json) as Record<string, unknown> | null;
  let [lowest, highest] = [Infinity, -Infinity];
  const [train, valid, test] = ["train", "valid", "test"].map((side) => {
    const pieces = parsed?.[side];
    if (!Array.isArray(pieces)) throw new CorpusError(`Cannot read the grid: it has no list "${side}"`);
    return pieces.map((piece: unknown, i) => {
      if (!Array.isArray(piece) || piece.length === 0) {
        throw new CorpusError(`Cannot read the grid: piece ${i} of "${side}" is no list of frames`);
      }
      for (const [t, frame] of piece.entries()) {
        if (!Array.isArray(frame) || frame.length !== VOICES || !frame.every(isCell)) {
          throw new CorpusError(
            `Cannot read the grid: frame ${t} of piece ${i} of "${side}" is not four MIDI numbers or -1: ${
              JSON.stringify(frame)
            }`,
          );
        }
        for (const pitch of frame.filter((pitch) => pitch >= 0)) {
          lowest = Math.min(lowest, pitch);
          highest = Math.max(highest, pitch);
        }
      }
      return piece as GridPiece;
    });
  });
  if (highest < lowest) throw new CorpusError("Cannot read the grid: it has no note");
  return { train, valid, test, lowest, highest };
}

function isCell(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= -1 && (value as number) <= 127;
}
