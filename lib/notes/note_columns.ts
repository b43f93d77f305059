import pl, { type DataFrame } from "nodejs-polars";
import {
  barPositions,
  barQuarters,
  type ColumnScore,
  type FlatNote,
  lastUpTo,
  type Note,
  type Score,
} from "../score/mod.ts";

/** Rows that there is room for at first; it doubles where that is not enough. */
const FIRST_ROOM = 1024;
const WHOLE = ["part", "pitch", "velocity", "program", "drum", "rank"] as const;
const REAL = ["start", "end", "step", "duration", "quarter", "quarters", "bar", "beat", "measure"] as const;
/** Null in the table, and NaN here, where no time signature holds. */
const METRIC: readonly string[] = ["bar", "beat", "measure"];

/** Which columns {@linkcode NoteColumns.table} has besides those that every table of notes has. */
export interface NoteColumnsOptions {
  /** Whether a drum plays the note: `drum`. @default {false} */
  drums?: boolean;
  /** Which of the notes of its part that begin with it the note is, from 0, in the order of the source: `rank`. @default {false} */
  ranks?: boolean;
}

/**
 * The columns of a table of notes while it is made, piece after piece, in typed arrays. What they say stands at
 * `toNoteTable`.
 */
export class NoteColumns {
  readonly #options: NoteColumnsOptions;
  readonly #pieces: { piece: string; notes: number }[] = [];
  readonly #whole = arrays(WHOLE, () => new Int32Array(FIRST_ROOM));
  readonly #real = arrays(REAL, () => new Float64Array(FIRST_ROOM));
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
    this.#makeRoom(this.#height + notes.length);
    const { part, pitch, velocity, rank } = this.#whole, { start, end } = this.#real;
    const startTick = new Float64Array(notes.length), endTick = new Float64Array(notes.length);
    for (const [i, { note, part: index }] of notes.entries()) {
      const row = this.#height + i;
      part[row] = index;
      pitch[row] = note.pitch;
      velocity[row] = note.velocity;
      start[row] = note.start;
      end[row] = note.end;
      rank[row] = ranks?.get(note) ?? 0;
      startTick[i] = note.startTick;
      endTick[i] = note.endTick;
    }
    this.#finish(piece, score, startTick, endTick);
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
    this.#makeRoom(this.#height + rows.length);
    const { part, pitch, velocity, rank } = this.#whole, { start, end } = this.#real;
    const startTick = new Float64Array(rows.length), endTick = new Float64Array(rows.length);
    const ranks = this.#options.ranks ? ranksOfRows(notes.startTick, rows, partOf) : undefined;
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i], row = this.#height + i;
      part[row] = partOf[from];
      pitch[row] = notes.pitch[from];
      velocity[row] = notes.velocity[from];
      start[row] = notes.start[from];
      end[row] = notes.end[from];
      rank[row] = ranks ? ranks[from] : 0;
      startTick[i] = notes.startTick[from];
      endTick[i] = notes.endTick[from];
    }
    this.#finish(piece, score, startTick, endTick);
  }

  /** Fills in what follows from onsets, releases and the score, and counts the piece. */
  #finish(
    piece: string,
    score: Omit<Score, "parts"> & { parts: readonly Omit<Score["parts"][number], "notes">[] },
    startTick: Float64Array,
    endTick: Float64Array,
  ): void {
    const { parts, metres, ticksPerQuarter } = score, positionAt = barPositions(score);
    const { part, program, drum } = this.#whole;
    const { start, end, step, duration, quarter, quarters, bar, beat, measure } = this.#real;
    const programs = parts.map(({ program }) => program), drums = parts.map(({ drum }) => drum ? 1 : 0);
    let previous = start[this.#height], onset = NaN, position: ReturnType<typeof positionAt>, barLength = NaN;
    for (let i = 0; i < startTick.length; i++) {
      const row = this.#height + i, tick = startTick[i];
      // Notes of a chord stand in one place.
      if (tick !== onset) {
        onset = tick;
        position = positionAt(tick);
        const metre = lastUpTo(metres, tick, (earlier) => earlier.tick);
        barLength = metre ? barQuarters(metre) : NaN;
      }
      step[row] = start[row] - previous;
      duration[row] = end[row] - start[row];
      program[row] = programs[part[row]];
      drum[row] = drums[part[row]];
      quarter[row] = tick / ticksPerQuarter;
      quarters[row] = (endTick[i] - tick) / ticksPerQuarter;
      bar[row] = position?.bar ?? NaN;
      beat[row] = position?.beat ?? NaN;
      measure[row] = barLength;
      previous = start[row];
    }
    this.#height += startTick.length;
    this.#pieces.push({ piece, notes: startTick.length });
  }

  /** The table of all that was added. */
  table(): DataFrame {
    const { drums = false, ranks = false } = this.#options, height = this.#height;
    // One name per piece, not per note: as a category it takes four bytes of a row.
    const piece = pl.DataFrame({
      piece: pl.Series("piece", this.#pieces.map(({ piece }) => piece), pl.Utf8),
      notes: pl.Series("notes", Int32Array.from(this.#pieces, ({ notes }) => notes), pl.Int32),
    }).filter(pl.col("notes").gt(0))
      .select(pl.col("piece").cast(pl.Categorical).repeatBy(pl.col("notes")).explode().alias("piece"));
    const whole = (name: typeof WHOLE[number]) => pl.Series(name, this.#whole[name].subarray(0, height), pl.Int32);
    const real = (name: typeof REAL[number]) => pl.Series(name, this.#real[name].subarray(0, height), pl.Float64);
    const known = (name: string) =>
      pl.when(pl.col(name).isNan()).then(pl.lit(null)).otherwise(pl.col(name)).alias(name);
    return pl.DataFrame({
      piece: height > 0 ? piece.getColumn("piece") : pl.Series("piece", [], pl.Utf8).cast(pl.Categorical),
      part: whole("part"),
      pitch: whole("pitch"),
      start: real("start"),
      end: real("end"),
      step: real("step"),
      duration: real("duration"),
      velocity: whole("velocity"),
      program: whole("program"),
      quarter: real("quarter"),
      quarters: real("quarters"),
      bar: real("bar"),
      beat: real("beat"),
      measure: real("measure"),
      ...drums && { drum: whole("drum").cast(pl.Bool) },
      ...ranks && { rank: whole("rank") },
    }).withColumns(...METRIC.map(known)).withColumns(pl.col("bar").cast(pl.Int32));
  }

  #makeRoom(rows: number): void {
    let room = this.#whole.part.length;
    if (rows <= room) return;
    while (room < rows) room *= 2;
    const larger = <A extends Int32Array | Float64Array>(array: A, empty: A): A => {
      empty.set(array.subarray(0, this.#height));
      return empty;
    };
    for (const name of WHOLE) this.#whole[name] = larger(this.#whole[name], new Int32Array(room));
    for (const name of REAL) this.#real[name] = larger(this.#real[name], new Float64Array(room));
  }
}

function arrays<Name extends string, A>(names: readonly Name[], make: () => A): Record<Name, A> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, A>;
}

/** Of the notes of one part that begin together, which each is in the source; those that are the first are left out. */
function ranksOf(notes: readonly FlatNote[], parts: Score["parts"]): Map<Note, number> {
  const ranks = new Map<Note, number>(), counts = new Map<number, number>();
  const played = new Set(notes.map(({ part }) => part));
  for (const part of played) {
    counts.clear();
    for (const note of parts[part].notes) {
      const earlier = counts.get(note.startTick) ?? 0;
      if (earlier > 0) ranks.set(note, earlier);
      counts.set(note.startTick, earlier + 1);
    }
  }
  return ranks;
}

/** What {@linkcode ranksOf} says, by row of a score in columns. */
function ranksOfRows(startTick: Uint32Array, rows: Uint32Array, partOf: Int32Array): Uint32Array {
  const ranks = new Uint32Array(startTick.length);
  for (let first = 0, last = 0; first < rows.length; first = last) {
    while (last < rows.length && startTick[rows[last]] === startTick[rows[first]]) last++;
    if (last === first + 1) continue;
    // In the order of the source, in which the rows of a part follow one another.
    const chord = rows.slice(first, last).sort();
    for (let k = 1; k < chord.length; k++) {
      if (partOf[chord[k]] === partOf[chord[k - 1]]) ranks[chord[k]] = ranks[chord[k - 1]] + 1;
    }
  }
  return ranks;
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
