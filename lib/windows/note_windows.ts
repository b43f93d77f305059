import type { DataFrame } from "nodejs-polars";
import {
  type Encoding,
  type NoteEvent,
  notePieces,
  paperEncoding,
  type PaperEncodingOptions,
} from "../encodings/mod.ts";
import { NoteScan } from "../notes/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { SETTING_NAMES } from "../settings/mod.ts";
import { windowsByBlocks } from "./blocks.ts";
import { type Examples, WINDOWS, type Windows, windowsOf, type WindowsOptions } from "./windows.ts";

/** Options of {@linkcode windows}. */
export interface NoteWindowsOptions extends WindowsOptions, PaperEncodingOptions {
  /**
   * What is heard and said of each note.
   *
   * @default {paperEncoding}
   */
  encoding?: Encoding<NoteEvent>;
}

/**
 * Cuts a table of notes into windows: `length` notes in, the next one out.
 *
 * The published run of Kronforst and Mitra (2025), which follows TensorFlow's
 * music-generation tutorial, has length 75, shift 1 and windows across its
 * seven pieces: 5196 notes make 5121 windows, of which 102 batches of 50 are
 * used.
 *
 * Of a {@linkcode NoteScan} they are read block by block, each time anew: see {@linkcode windowsByBlocks}.
 *
 * @param table A table with the columns `piece`, `pitch`, `step` and `duration`; or notes on disk.
 * @param options Length and shift of the windows, and what is heard and said.
 * @throws {TypeError} If an option is unknown or of the wrong type, or a column is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range, a value in the table is missing, NaN, infinite or negative, or
 * there are too few notes for a single window.
 */
export function windows(table: DataFrame, options: NoteWindowsOptions): Windows;
/** The windows of notes that may be on disk. */
export function windows(table: DataFrame | NoteScan, options: NoteWindowsOptions): Examples;
export function windows(table: DataFrame | NoteScan, options: NoteWindowsOptions): Examples {
  const { encoding, maxSeconds, ...others } = checkOptions("make windows", options, {
    ...WINDOWS,
    encoding: optional(kinds.object("an encoding") as Kind<Encoding<NoteEvent>>),
    maxSeconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  }, SETTING_NAMES);
  // The paper's encoding knows nothing of bars, and a large table has many notes.
  const places = encoding !== undefined, hears = encoding ?? paperEncoding({ maxSeconds });
  if (!(table instanceof NoteScan)) return windowsOf(notePieces(table, { places }), hears, others);
  return windowsByBlocks(table.pieces.map(({ piece, notes }) => ({ piece, events: notes })), hears, {
    ...others,
    content: table.content,
    read: (from, to) => notePieces(table.read(from, to), { places }),
  });
}
