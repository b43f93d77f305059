import pl, { type DataFrame } from "nodejs-polars";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import {
  firstInstrument,
  flatten,
  flattenColumns,
  FLATTENING,
  type Flattening,
  heldColumns,
  type Score,
  type TimedNote,
} from "../score/mod.ts";
import { SETTING_NAMES } from "../settings/mod.ts";
import { numberColumn, pieceRows, pitchColumn } from "./columns.ts";
import { NoteColumns } from "./note_columns.ts";
import { toCommonKey } from "./transpose.ts";

/** Options for {@linkcode toNoteTable}. */
export interface NoteTableOptions {
  /**
   * What the column `piece` says.
   *
   * @default The score's title, or "" where it has none.
   */
  piece?: string;
  /**
   * How the parts become one sequence: `"first"` takes only the first part that has notes, `"all"` all parts but drums.
   *
   * @default "all"
   */
  flattening?: Flattening;
  /**
   * Take the drums, too, and say in one more column, `drum`, which rows are theirs: `true` or `false`. Their pitches are
   * instruments of the drum kit. The flattening `"first"` takes one part whatever it plays, and gets the column alone.
   *
   * @default false
   */
  drums?: boolean;
}

/** Options for {@linkcode corpusTable}. */
export interface CorpusTableOptions {
  /**
   * How the parts become one sequence; see {@linkcode NoteTableOptions}.
   *
   * @default "all"
   */
  flattening?: Flattening;
  /**
   * Transpose each piece to C major or A minor, see {@linkcode toCommonKey}.
   *
   * @default false
   */
  transpose?: boolean;
  /**
   * Take the drums, too; see {@linkcode NoteTableOptions}.
   *
   * @default false
   */
  drums?: boolean;
}

/**
 * A score as a table, one row per note.
 *
 * | column | type | |
 * | --- | --- | --- |
 * | `piece` | category | name of the piece |
 * | `part` | integer | index of the part in `score.parts` |
 * | `pitch` | integer | MIDI number |
 * | `start`, `end` | float | onset and release in seconds |
 * | `step` | float | seconds since the onset of the row before; 0 in the first row |
 * | `duration` | float | `end - start` in seconds |
 * | `velocity` | integer | 1 to 127 |
 * | `program` | integer | General MIDI program of the part, 0 to 127 |
 * | `quarter` | float | onset in quarter notes |
 * | `quarters` | float | duration in quarter notes |
 * | `bar` | integer | number of the bar, from 1; null where no time signature holds |
 * | `beat` | float | beat in the bar, from 1, in the time signature's note value; null as `bar` |
 * | `measure` | float | length of a bar in quarter notes, by the time signature: 3 in 6/8; null as `bar` |
 * | `drum` | boolean | a drum plays the note; only with the option `drums` |
 *
 * {@linkcode flatten} says which parts are taken, and in which order. Drums are left out, their numbers being no
 * pitches, unless they are asked for; where there is nothing else, that is an error. A score without notes gives a
 * table without rows.
 *
 * @param score The score.
 * @param options Name of the piece, flattening, drums.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If a note has no MIDI number, or ends before it begins, or a time signature is senseless, or if
 * there are only drums, and they are left out.
 */
export function toNoteTable(score: Score, options: NoteTableOptions = {}): DataFrame {
  const { piece = score.title ?? "", flattening, drums } = checkOptions("make a table", options, {
    piece: optional(kinds.text),
    flattening: optional(FLATTENING),
    drums: optional(kinds.boolean),
  }, SETTING_NAMES);
  return corpusTable([{ path: piece, score }], { flattening, drums });
}

/**
 * The tables of several pieces under one another, in the order given. Each
 * piece begins anew: its first `step` is 0.
 *
 * @param pieces Scores with their paths, which the column `piece` names.
 * @param options Flattening, transposition, drums.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If two pieces have one path, or as {@linkcode toNoteTable} and {@linkcode toCommonKey}; the
 * message names the piece.
 */
export function corpusTable(
  pieces: readonly { path: string; score: Score }[],
  options: CorpusTableOptions = {},
): DataFrame {
  const { flattening = "all", transpose = false, drums = false } = checkOptions("make a table", options, {
    flattening: optional(FLATTENING),
    transpose: optional(kinds.boolean),
    drums: optional(kinds.boolean),
  }, SETTING_NAMES);
  const paths = new Set<string>(), columns = new NoteColumns({ drums });
  for (const { path, score } of pieces) {
    if (paths.has(path)) throw new RangeError(`Cannot make a table: two pieces have the path "${path}"`);
    paths.add(path);
    try {
      const wanted = transpose ? toCommonKey(score) : score;
      const held = heldColumns(wanted);
      if (held) columns.addRows(path, held, flattenColumns(held, flattening, { drums }));
      else columns.add(path, wanted, flatten(wanted, flattening, { drums }));
    } catch (error) {
      if (error instanceof RangeError) throw new RangeError(`${error.message} (piece "${path}")`, { cause: error });
      throw error;
    }
  }
  const [drummer] = drums || columns.height > 0 ? [] : pieces.filter(({ score }) => firstInstrument(score));
  if (drummer) {
    throw new RangeError(
      `Cannot make a table: ${
        drummer.path ? `"${drummer.path}"` : "the piece"
      } has only drums, which are left out unless they are asked for: drums: true`,
    );
  }
  return columns.table();
}

/**
 * The notes of a table, as `writeMidi` and the player take them, in the order
 * of the rows.
 *
 * Onset and release are the columns `start` and `end`: rows of several pieces
 * sound at once, each from its own beginning.
 *
 * @param table A table with the columns `pitch`, `start`, `end` (seconds) and `velocity`.
 * @throws {TypeError} If a column is missing, or does not hold numbers.
 * @throws {RangeError} If a value is missing or not finite, a pitch is no integer from 0 to 127, a velocity none from
 * 1 to 127, a note begins before 0, or ends before it begins; the message names the row.
 */
export function notesOf(table: DataFrame): TimedNote[] {
  const pitch = pitchColumn(table);
  const start = numberColumn(table, "start");
  const end = numberColumn(table, "end");
  const velocity = numberColumn(table, "velocity");
  return Array.from(pitch, (value, row) => {
    if (start[row] < 0 || end[row] < start[row]) {
      throw new RangeError(`Cannot read the note table: row ${row} sounds from ${start[row]} to ${end[row]} seconds`);
    }
    if (!Number.isInteger(velocity[row]) || velocity[row] < 1 || velocity[row] > 127) {
      throw new RangeError(
        `Cannot read the note table: row ${row} of column "velocity" must be an integer from 1 to 127, got ${
          velocity[row]
        }`,
      );
    }
    return { pitch: value, start: start[row], end: end[row], velocity: velocity[row] };
  });
}

/**
 * A table of notes whose onsets and releases are whole nanoseconds, with steps
 * and durations computed anew from them.
 *
 * So do readings look that were stored as text with nine decimals, such as the
 * pretty_midi readings that the project's figures for unseen Bach rest on. It
 * changes no time by more than 2 nanoseconds, but may change its class:
 * see `durationClasses`.
 *
 * @param table A table with the columns `piece`, `start` and `end`; others stay as they are.
 * @throws {TypeError} If a column is missing, or of the wrong type.
 * @throws {RangeError} If a value is missing, NaN or infinite, or the notes of a piece do not stand together.
 */
export function inNanoseconds(table: DataFrame): DataFrame {
  const rounded = (name: string) => numberColumn(table, name).map((seconds) => Math.round(seconds * 1e9) / 1e9);
  const start = rounded("start"), end = rounded("end");
  const step = start.map((onset, row) => onset - start[Math.max(0, row - 1)]);
  for (const { first } of pieceRows(table)) step[first] = 0;
  const duration = end.map((release, row) => release - start[row]);
  return table.withColumns(
    ...Object.entries({ start, end, step, duration }).map(([name, values]) => pl.Series(name, values, pl.Float64)),
  );
}
