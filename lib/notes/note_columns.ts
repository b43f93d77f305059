import pl, { type DataFrame } from "nodejs-polars";
import {
  barPositions,
  barQuarters,
  type ColumnScore,
  type FlatNote,
  lastUpTo,
  type Metred,
  type Part,
  type Score,
} from "../score/mod.ts";
import { ranksOf, ranksOfRows } from "./ranks.ts";

/** Rows that there is room for at first; it doubles where that is not enough. */
const FIRST_ROOM = 1024;
/** What is kept of each note until the table is made: 42 bytes, where a row of the table has more than 80. */
const KEPT = {
  part: Int32Array,
  pitch: Uint8Array,
  velocity: Uint8Array,
  rank: Int32Array,
  start: Float64Array,
  end: Float64Array,
  startTick: Float64Array,
  endTick: Float64Array,
};
type KeptName = keyof typeof KEPT;
type Kept = { [Name in KeptName]: InstanceType<typeof KEPT[Name]> };

/** Which columns {@linkcode NoteColumns.table} has besides those that every table of notes has. */
export interface NoteColumnsOptions {
  /** Whether a drum plays the note: `drum`. @default {false} */
  drums?: boolean;
  /**
   * Which of the notes of its part that begin with it the note is, from 0, in the order of the source: `rank`.
   *
   * @default {false}
   */
  ranks?: boolean;
}

/** What of a score its rows are made with. */
type Heading = Metred & { parts: readonly Pick<Part, "program" | "drum">[] };

/** A piece, and its rows. */
interface ColumnPiece extends Pick<Score, "metres" | "ticksPerQuarter"> {
  piece: string;
  first: number;
  last: number;
  positionAt: ReturnType<typeof barPositions>;
  programs: number[];
  drums: number[];
}

/**
 * The columns of a table of notes while it is made, piece after piece, in typed arrays. What they say stands at
 * `toNoteTable`.
 */
export class NoteColumns {
  readonly #options: NoteColumnsOptions;
  #pieces: ColumnPiece[] = [];
  #kept = withRoom(FIRST_ROOM);
  #height = 0;

  /** Begins without rows. */
  constructor(options: NoteColumnsOptions = {}) {
    this.#options = options;
  }

  /** Rows so far. */
  get height(): number {
    return this.#height;
  }

  /**
   * Adds the notes of a piece below the others.
   *
   * @param piece What the column `piece` says.
   * @param score The score that the notes are of.
   * @param notes The notes, in the order of the rows.
   * @throws {RangeError} If a note has no MIDI number, or ends before it begins, or a time signature is senseless; then
   * nothing is added.
   */
  add(piece: string, score: Score, notes: readonly FlatNote[]): void {
    const { parts } = score, ranks = this.#options.ranks ? ranksOf(notes, parts) : undefined;
    for (const { note: { pitch, velocity, start, end }, part } of notes) check(pitch, velocity, start, end, part);
    this.#begin(piece, score, notes.length);
    const { part, pitch, velocity, rank, start, end, startTick, endTick } = this.#kept;
    for (const { note, part: index } of notes) {
      const row = this.#height++;
      part[row] = index;
      pitch[row] = note.pitch;
      velocity[row] = note.velocity;
      start[row] = note.start;
      end[row] = note.end;
      rank[row] = ranks?.get(note) ?? 0;
      startTick[row] = note.startTick;
      endTick[row] = note.endTick;
    }
  }

  /**
   * As {@linkcode NoteColumns.add}, for a score in columns.
   *
   * @param piece What the column `piece` says.
   * @param score The score.
   * @param rows Which of its notes, by onset, as `flattenColumns` gives them: of a part all notes or none.
   * @throws {RangeError} As {@linkcode NoteColumns.add}.
   */
  addRows(piece: string, score: ColumnScore, rows: Uint32Array): void {
    const { parts, notes } = score, partOf = new Int32Array(notes.pitch.length);
    for (const [index, { from, to }] of parts.entries()) partOf.fill(index, from, to);
    for (const row of rows) {
      check(notes.pitch[row], notes.velocity[row], notes.start[row], notes.end[row], partOf[row]);
    }
    this.#begin(piece, score, rows.length);
    const { part, pitch, velocity, rank, start, end, startTick, endTick } = this.#kept;
    const ranks = this.#options.ranks ? ranksOfRows(notes.startTick, rows, partOf) : undefined;
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i], row = this.#height++;
      part[row] = partOf[from];
      pitch[row] = notes.pitch[from];
      velocity[row] = notes.velocity[from];
      start[row] = notes.start[from];
      end[row] = notes.end[from];
      rank[row] = ranks ? ranks[from] : 0;
      startTick[row] = notes.startTick[from];
      endTick[row] = notes.endTick[from];
    }
    letGo(partOf);
    if (ranks) letGo(ranks);
  }

  /** Makes room for the notes of a piece, and counts it. */
  #begin(piece: string, score: Heading, notes: number): void {
    const { parts, metres, ticksPerQuarter } = score, first = this.#height, last = first + notes;
    const programs = parts.map(({ program }) => program), drums = parts.map(({ drum }) => drum ? 1 : 0);
    const positionAt = barPositions(score), room = this.#kept.part.length;
    this.#pieces.push({ piece, first, last, metres, ticksPerQuarter, positionAt, programs, drums });
    if (last > room) this.#kept = withRoom(Math.max(2 * room, last), this.#kept);
  }

  /**
   * The table of all that was added. Nothing is left here afterwards: a column is let go as soon as the table has it, so
   * that a long piece is not held twice.
   */
  table(): DataFrame {
    const { drums = false, ranks = false } = this.#options, height = this.#height, pieces = this.#pieces;
    const { part, pitch, velocity, rank, start, end, startTick, endTick } = this.#kept;
    [this.#pieces, this.#kept, this.#height] = [[], withRoom(FIRST_ROOM), 0];
    const piece = pieceSeries(pieces);

    // Releases and onsets in ticks go first, since the fewest columns are made of them.
    const quarters = real("quarters", height, pieces, (values, { first, last, ticksPerQuarter }) => {
      for (let row = first; row < last; row++) values[row] = (endTick[row] - startTick[row]) / ticksPerQuarter;
    });
    letGo(endTick);
    const quarter = real("quarter", height, pieces, (values, { first, last, ticksPerQuarter }) => {
      for (let row = first; row < last; row++) values[row] = startTick[row] / ticksPerQuarter;
    });
    const [bar, beat, measure] = barSeries(startTick, height, pieces);
    letGo(startTick);
    const step = real("step", height, pieces, (values, { first, last }) => {
      for (let row = first + 1; row < last; row++) values[row] = start[row] - start[row - 1];
    });
    const duration = real("duration", height, pieces, (values, { first, last }) => {
      for (let row = first; row < last; row++) values[row] = end[row] - start[row];
    });
    const ofParts = (name: string, numbers: (piece: ColumnPiece) => number[]) => {
      const values = new Int32Array(height);
      for (const piece of pieces) {
        const { first, last } = piece, number = numbers(piece);
        for (let row = first; row < last; row++) values[row] = number[part[row]];
      }
      return seriesOf(name, values, pl.Int32);
    };
    const program = ofParts("program", ({ programs }) => programs);
    const drum = drums && { drum: ofParts("drum", ({ drums }) => drums).cast(pl.Bool) };
    const rows = <A extends Kept[KeptName]>(values: A) => values.subarray(0, height) as A;
    return pl.DataFrame({
      piece,
      part: seriesOf("part", rows(part), pl.Int32),
      pitch: seriesOf("pitch", rows(pitch), pl.Int32),
      start: seriesOf("start", rows(start), pl.Float64),
      end: seriesOf("end", rows(end), pl.Float64),
      ...{ step, duration },
      velocity: seriesOf("velocity", rows(velocity), pl.Int32),
      program,
      ...{ quarter, quarters, bar, beat, measure },
      ...drum,
      ...ranks && { rank: seriesOf("rank", rows(rank), pl.Int32) },
    });
  }
}

/** The same rows with room for more, which are 0. */
function withRoom(room: number, kept?: Kept): Kept {
  return Object.fromEntries(
    Object.entries(KEPT).map(([name, Column]) => {
      const buffer = kept?.[name as KeptName].buffer ?? new ArrayBuffer();
      return [name, new Column(buffer.transfer(room * Column.BYTES_PER_ELEMENT))];
    }),
  ) as unknown as Kept;
}

/** Gives memory back now, not when somebody collects it: the columns of a long piece are hundreds of megabytes. */
function letGo(values: Kept[KeptName] | Uint32Array<ArrayBuffer>): void {
  values.buffer.transfer(0);
}

/** A column of a table, and nothing else of what it was made of. */
function seriesOf(name: string, values: Kept[KeptName], type: pl.DataType): pl.Series {
  // A typed array decides the type itself.
  const series = pl.Series(name, values as unknown as number[]).cast(type);
  letGo(values);
  return series;
}

function real(
  name: string,
  height: number,
  pieces: readonly ColumnPiece[],
  fill: (values: Float64Array, piece: ColumnPiece) => void,
): pl.Series {
  const values = new Float64Array(height);
  for (const piece of pieces) fill(values, piece);
  return seriesOf(name, values, pl.Float64);
}

/** One name per piece, not per note: as a category it takes four bytes of a row. */
function pieceSeries(pieces: readonly ColumnPiece[]): pl.Series {
  const filled = pieces.filter(({ first, last }) => last > first);
  if (filled.length === 0) return pl.Series("piece", [], pl.Utf8).cast(pl.Categorical);
  return pl.DataFrame({
    piece: pl.Series("piece", filled.map(({ piece }) => piece), pl.Utf8),
    notes: pl.Series("notes", Int32Array.from(filled, ({ first, last }) => last - first), pl.Int32),
  }).select(pl.col("piece").cast(pl.Categorical).repeatBy(pl.col("notes")).explode().alias("piece")).getColumn("piece");
}

/** `bar`, `beat` and `measure`: null where no time signature holds. */
function barSeries(startTick: Float64Array, height: number, pieces: readonly ColumnPiece[]): pl.Series[] {
  const [bar, beat, measure] = Array.from({ length: 3 }, () => new Float64Array(height));
  for (const { first, last, metres, positionAt } of pieces) {
    let onset = NaN, position: ReturnType<typeof positionAt>, barLength = NaN;
    for (let row = first; row < last; row++) {
      // Notes of a chord stand in one place.
      if (startTick[row] !== onset) {
        onset = startTick[row];
        position = positionAt(onset);
        const metre = lastUpTo(metres, onset, ({ tick }) => tick);
        barLength = metre ? barQuarters(metre) : NaN;
      }
      bar[row] = position?.bar ?? NaN;
      beat[row] = position?.beat ?? NaN;
      measure[row] = barLength;
    }
  }
  return Object.entries({ bar, beat, measure }).map(([name, values]) => {
    const column = pl.col(name), known = pl.when(column.isNan()).then(pl.lit(null)).otherwise(column).alias(name);
    const series = pl.DataFrame({ [name]: seriesOf(name, values, pl.Float64) }).select(known).getColumn(name);
    return name === "bar" ? series.cast(pl.Int32) : series;
  });
}

function check(pitch: number, velocity: number, start: number, end: number, part: number): void {
  if (!Number.isInteger(pitch) || pitch < 0 || pitch > 127) {
    throw new RangeError(`Cannot make a table: pitch ${pitch} in part ${part} is not an integer from 0 to 127`);
  }
  if (!Number.isFinite(start) || !Number.isFinite(end) || end < start) {
    throw new RangeError(`Cannot make a table: a note of part ${part} sounds from ${start} to ${end} seconds`);
  }
  if (!Number.isInteger(velocity) || velocity < 1 || velocity > 127) {
    throw new RangeError(`Cannot make a table: velocity ${velocity} in part ${part} is not an integer from 1 to 127`);
  }
}
