import type { Flattening, FlattenOptions } from "./flatten.ts";
import { type ColumnNotes, listOfRows, noteOfRow, rowsOfList } from "./note_list.ts";
import type { Note, Part, Score } from "./score.ts";

/** A part whose notes are the rows from `from` up to, and without, `to`. */
export interface ColumnPart extends Omit<Part, "notes"> {
  /** The first row of its notes. */
  from: number;
  /** The row behind its last note. */
  to: number;
}

/** A {@linkcode Score} whose notes stand in columns: what reads a large collection takes, since it makes no objects. */
export interface ColumnScore extends Omit<Score, "parts"> {
  /** The parts, in the order of the source; their rows follow one another. */
  parts: ColumnPart[];
  /** The notes of all parts. */
  notes: ColumnNotes;
}

/** As many as MIDI numbers. */
const PITCHES = 128;
/** The most notes of a score that are made objects once, and kept: 7 MiB of them. */
const MOST_KEPT = 2 ** 16;
/** Scores whose `parts` nobody has asked for yet. */
const HELD = new WeakMap<Score, ColumnScore>();

/**
 * The columns that the notes of a score stand in: of one that was read in columns as long as nobody has asked for its
 * `parts`, and of a long one afterwards too, unless other notes were put in their place.
 *
 * @returns `undefined` where its notes are objects.
 */
export function heldColumns(score: Score): ColumnScore | undefined {
  return HELD.get(score) ?? columnsBehind(score);
}

function columnsBehind(score: Score): ColumnScore | undefined {
  const parts: ColumnPart[] = [];
  let notes: ColumnNotes | undefined, last = 0;
  for (const { notes: list, ...part } of score.parts) {
    const rows = rowsOfList(list);
    if (!rows || rows.from < last || notes && rows.columns !== notes) return undefined;
    ({ columns: notes, to: last } = rows);
    parts.push({ ...part, from: rows.from, to: rows.to });
  }
  return notes && { ...score, parts, notes };
}

/**
 * The score whose notes stand in columns.
 *
 * The notes of a score are made objects when `parts` is first asked for, so that whoever only counts, or leaves the
 * piece out, does not pay for them. A long score goes on without: its lists make each note when it is read, so that the
 * memory that a file takes is in proportion to its size, whatever is in it.
 */
export function scoreOfColumns(columns: ColumnScore): Score {
  const { title, ticksPerQuarter, parts: _, notes: __, ...rest } = columns;
  let made: Part[] | undefined;
  const score: Score = {
    ...(title && { title }),
    ticksPerQuarter,
    get parts() {
      const held = HELD.get(score);
      if (held) score.parts = held.parts.map((part) => withNotes(part, held.notes));
      return made!;
    },
    set parts(parts) {
      made = parts;
      HELD.delete(score);
    },
    ...rest,
  };
  HELD.set(score, columns);
  // A notebook that shows a score shows its parts, not that they have yet to be made.
  return Object.defineProperty(score, Symbol.for("Deno.customInspect"), {
    value: (inspect: typeof Deno.inspect, options: Deno.InspectOptions) => inspect({ ...score }, options),
  });
}

function withNotes({ from, to, ...part }: ColumnPart, columns: ColumnNotes): Part {
  if (columns.pitch.length > MOST_KEPT) return { ...part, notes: listOfRows(columns, from, to) };
  const notes = new Array<Note>(to - from);
  for (let row = from; row < to; row++) notes[row - from] = noteOfRow(columns, row);
  return { ...part, notes };
}

/**
 * The rows of a piece as one sequence: what `flatten` does, on columns.
 *
 * @param score A score in columns.
 * @param flattening Which parts, and in which order notes of one onset come.
 * @param options Whether drums are taken.
 */
export function flattenColumns(
  { parts, notes: { startTick, pitch } }: Pick<ColumnScore, "parts" | "notes">,
  flattening: Flattening,
  { drums = false }: FlattenOptions = {},
): Uint32Array {
  const alone = flattening === "first";
  const first = parts.find(({ from, to }) => to > from);
  const taken = parts.filter((part) => alone ? part === first : drums || !part.drum);
  const rows = new Uint32Array(taken.reduce((sum, { from, to }) => sum + to - from, 0));
  let size = 0;
  for (const { from, to } of taken) for (let row = from; row < to; row++) rows[size++] = row;
  const rank = (row: number) => alone ? startTick[row] : startTick[row] * PITCHES + pitch[row];
  const room = 2 ** Math.ceil(Math.log2(size + 1)), keys = new Float64Array(size);
  for (let i = 0; i < size; i++) keys[i] = rank(rows[i]) * room + i;
  // Numbers that hold rank and place are sorted faster than rows are compared, where they are exact.
  keys.sort();
  if (keys[size - 1] > Number.MAX_SAFE_INTEGER) return rows.sort((a, b) => rank(a) - rank(b) || a - b);
  const inOrder = new Uint32Array(size);
  for (let i = 0; i < size; i++) inOrder[i] = rows[keys[i] - Math.floor(keys[i] / room) * room];
  // The memory of a long piece is given back at once, not when somebody collects it.
  for (const column of [keys, rows]) column.buffer.transfer(0);
  return inOrder;
}
