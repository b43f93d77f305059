import { shown } from "../../options/mod.ts";
import { CHORALE_VOICES, type Frame, REST, type Score, scoreOfFrames } from "../../score/mod.ts";
import { FormatError } from "../format_error.ts";

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

/** How many voices a chorale's frames have. */
export const VOICES: number = CHORALE_VOICES.length;

/**
 * Reads chorales in the form that the literature trains on, such as
 * `Jsb16thSeparated.json` (GitHub `czhuang/JSB-Chorales-dataset`):
 * `{"train": [piece, …], "valid": […], "test": […]}`, a piece a list of frames, a
 * frame four MIDI numbers, -1 a rest. Such a file knows no held notes, fermatas
 * or keys: a pitch struck anew looks like one held on.
 *
 * @param json Text of the file.
 * @throws {FormatError} If it is not JSON, has another form, a piece has no frames, or all is rests; the message says
 * where.
 */
export function readJsb(json: string): GridCorpus {
  return readSides(json, framesOf);
}

/**
 * Reads chorales in the older form, such as `jsb-chorales-quarter.json` of the same place: a frame is the list of the
 * pitches that sound, of up to four voices, which two voices in unison make shorter. Each becomes a frame of four: the pitches
 * from the top, then rests. So a set of pitches is one frame and no other, but its voices are not Bach's.
 *
 * @param json Text of the file: `{"train": [[[60, 72, 79, 88], …], …], …}`.
 * @throws {FormatError} If it is not JSON, has another form, a piece has no frames, or all is rests; the message says
 * where.
 */
export function readJsbSets(json: string): GridCorpus {
  return readSides(json, (piece, where) => {
    if (!Array.isArray(piece)) throw new FormatError(`Cannot read the chorales: ${where} is not a list of frames`);
    const padded = piece.map((set: unknown) => {
      if (!Array.isArray(set) || set.length > VOICES || new Set(set).size < set.length || set.includes(REST)) {
        return set;
      }
      return [...set.toSorted((a, b) => b - a), ...Array(VOICES - set.length).fill(REST)];
    });
    return framesOf(padded, where);
  });
}

function readSides(json: string, read: (piece: unknown, where: string) => GridPiece): GridCorpus {
  const parsed = parse(json) as Record<string, unknown> | null;
  let [lowest, highest] = [Infinity, -Infinity];
  const [train, valid, test] = ["train", "valid", "test"].map((side) => {
    const pieces = parsed?.[side];
    if (!Array.isArray(pieces)) throw new FormatError(`Cannot read the chorales: there is no list "${side}"`);
    return pieces.map((piece: unknown, i) => {
      const frames = read(piece, `piece ${i} of "${side}"`);
      for (const pitch of frames.flat().filter((pitch) => pitch !== REST)) {
        lowest = Math.min(lowest, pitch);
        highest = Math.max(highest, pitch);
      }
      return frames;
    });
  });
  if (highest < lowest) throw new FormatError("Cannot read the chorales: there is no note in them");
  return { train, valid, test, lowest, highest };
}

/**
 * Reads one piece of such a file, a list of frames in sixteenths, as a score: {@linkcode scoreOfFrames}.
 *
 * @param json Text of the file: `[[67, 60, 55, 48], …]`.
 * @throws {FormatError} If it is not JSON, or no list of frames.
 */
export function readJsbPiece(json: string): Score {
  const parsed = parse(json);
  if (parsed !== null && typeof parsed === "object" && "train" in parsed) {
    throw new FormatError(
      "Cannot read a chorale: the file holds many of them; deno task corpus --jsb --file FILE makes it the corpus jsb",
    );
  }
  return scoreOfFrames(framesOf(parsed, "the piece"), { names: CHORALE_VOICES });
}

/**
 * The pieces of a file that is a list of pieces, as `js-fakes-16thSeparated` of the JS Fake Chorales (GitHub
 * `omarperacha/js-fakes`) is, each as a text of its own for {@linkcode readJsbPiece}.
 *
 * @param json Text of the file: `[[[67, 60, 55, 48], …], …]`.
 * @returns Nothing where the file is something else: one piece, say, or no JSON.
 */
export function splitJsb(json: string): string[] | undefined {
  try {
    const parsed = JSON.parse(json);
    if (Array.isArray(parsed?.[0]?.[0])) return parsed.map((piece: unknown) => JSON.stringify(piece));
  } catch {
    return undefined;
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new FormatError(`Cannot read the chorales: this is not JSON: ${(error as Error).message}`);
  }
}

function framesOf(piece: unknown, where: string): GridPiece {
  if (!Array.isArray(piece) || piece.length === 0) {
    throw new FormatError(`Cannot read the chorales: ${where} is not a list of frames`);
  }
  for (const [t, frame] of piece.entries()) {
    if (Array.isArray(frame) && frame.length === VOICES && frame.every(isCell)) continue;
    throw new FormatError(
      `Cannot read the chorales: frame ${t} of ${where} is not four MIDI numbers or ${REST}: ${shown(frame)}`,
    );
  }
  return piece;
}

function isCell(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= REST && (value as number) <= 127;
}
