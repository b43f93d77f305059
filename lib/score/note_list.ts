import type { Note } from "./score.ts";

/** The notes of a piece in columns, one row per note: 26 bytes each, where a {@linkcode Note} takes more than 100. */
export interface ColumnNotes {
  /** MIDI numbers, 0 to 127. */
  pitch: Uint8Array;
  /** Loudness, 1 to 127. */
  velocity: Uint8Array;
  /** Onsets in ticks. */
  startTick: Uint32Array;
  /** Releases in ticks. */
  endTick: Uint32Array;
  /** Onsets in seconds. */
  start: Float64Array;
  /** Releases in seconds. */
  end: Float64Array;
}

/** Some rows of some columns: those from `from` up to, and without, `to`. */
export interface NoteRows {
  /** The columns. */
  columns: ColumnNotes;
  /** The first row. */
  from: number;
  /** The row behind the last. */
  to: number;
}

/** How many notes are shown of a list that is printed, if nobody says. */
const SHOWN = 100;
/** Under this key a list says which rows it was made of. */
const ROWS = Symbol("rows");

/** A row as a note: a new object. */
export function noteOfRow(columns: ColumnNotes, row: number): Note {
  return {
    pitch: columns.pitch[row],
    velocity: columns.velocity[row],
    startTick: columns.startTick[row],
    endTick: columns.endTick[row],
    start: columns.start[row],
    end: columns.end[row],
  };
}

/**
 * Rows as a list of notes that takes no memory for them: whoever asks for a note gets a new object, which nobody keeps.
 * To whoever reads it, it is an array; neither the list nor a note of it can be changed. A note that is asked for twice is two
 * objects, and `structuredClone` and Workers take no such list: `[...notes]` is one that they take.
 *
 * @param columns The columns.
 * @param from The first row.
 * @param to The row behind the last.
 */
export function listOfRows(columns: ColumnNotes, from: number, to: number): readonly Readonly<Note>[] {
  return new Proxy(new RowList(columns, from, to), READING);
}

/**
 * Which rows a list was made of.
 *
 * @returns `undefined` where it has notes of its own.
 */
export function rowsOfList(notes: readonly Note[]): NoteRows | undefined {
  return (notes as { [ROWS]?: NoteRows })[ROWS];
}

/** An array without elements, which says where they are. */
class RowList extends Array<Note> implements NoteRows {
  columns: ColumnNotes;
  from: number;
  to: number;

  constructor(columns: ColumnNotes, from: number, to: number) {
    super();
    [this.columns, this.from, this.to] = [columns, from, to];
  }

  [Symbol.for("Deno.customInspect")](inspect: typeof Deno.inspect, options: Deno.InspectOptions): string {
    const { columns, from, to } = this, shown = Math.min(to - from, options.iterableLimit ?? SHOWN);
    const notes = Array.from({ length: shown }, (_, i) => noteOfRow(columns, from + i));
    notes.length = to - from;
    return inspect(notes, options);
  }
}

/** The row of an index; -1 for any other key. */
function rowOf({ from, to }: NoteRows, key: string | symbol): number {
  if (typeof key === "symbol") return -1;
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 && index < to - from && String(index) === key ? from + index : -1;
}

function refuse(): never {
  throw new TypeError(
    "Cannot change the notes of a long score, which are made anew whenever they are asked for: put a list of your own " +
      "in the place of part.notes",
  );
}

const READING: ProxyHandler<RowList> = {
  get(list, key) {
    if (key === "length") return list.to - list.from;
    const row = rowOf(list, key);
    if (row >= 0) return Object.freeze(noteOfRow(list.columns, row));
    return key === ROWS ? list : Reflect.get(Array.prototype, key);
  },
  has: (list, key) => rowOf(list, key) >= 0 || key in Array.prototype,
  ownKeys: ({ from, to }) => [...Array.from({ length: to - from }, (_, i) => String(i)), "length"],
  getOwnPropertyDescriptor(list, key) {
    const value = READING.get!(list, key, list);
    // A proxy may not claim that the length of an array cannot be written, though `set` refuses to.
    if (key === "length") return { value, writable: true, enumerable: false, configurable: false };
    return rowOf(list, key) < 0 ? undefined : { value, writable: false, enumerable: true, configurable: true };
  },
  getPrototypeOf: () => Array.prototype,
  set: refuse,
  defineProperty: refuse,
  deleteProperty: refuse,
  setPrototypeOf: refuse,
  preventExtensions: refuse,
};
