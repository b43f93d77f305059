import pl, { type DataFrame } from "nodejs-polars";
import { barPositions, barQuarters, type FlatNote, lastUpTo, type Note, type Score } from "../score/mod.ts";

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
    const { parts, metres, ticksPerQuarter } = score, positionAt = barPositions(score);
    for (const { note, part } of notes) check(note, part);
    this.#makeRoom(this.#height + notes.length);
    const { part, pitch, velocity, program, drum, rank } = this.#whole;
    const { start, end, step, duration, quarter, quarters, bar, beat, measure } = this.#real;
    const ranks = this.#options.ranks ? ranksOf(notes, parts) : undefined;
    let row = this.#height, previous = notes[0]?.note.start;
    let tick = NaN, position: ReturnType<typeof positionAt>, barLength = NaN;
    for (const { note, part: index } of notes) {
      // Notes of a chord stand in one place.
      if (note.startTick !== tick) {
        tick = note.startTick;
        position = positionAt(tick);
        const metre = lastUpTo(metres, tick, (earlier) => earlier.tick);
        barLength = metre ? barQuarters(metre) : NaN;
      }
      part[row] = index;
      pitch[row] = note.pitch;
      start[row] = note.start;
      end[row] = note.end;
      step[row] = note.start - previous;
      duration[row] = note.end - note.start;
      velocity[row] = note.velocity;
      program[row] = parts[index].program;
      drum[row] = parts[index].drum ? 1 : 0;
      rank[row] = ranks?.get(note) ?? 0;
      quarter[row] = tick / ticksPerQuarter;
      quarters[row] = (note.endTick - tick) / ticksPerQuarter;
      bar[row] = position?.bar ?? NaN;
      beat[row] = position?.beat ?? NaN;
      measure[row] = barLength;
      previous = note.start;
      row++;
    }
    this.#height = row;
    this.#pieces.push({ piece, notes: notes.length });
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

function check({ pitch, start, end, velocity }: Note, part: number): void {
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
