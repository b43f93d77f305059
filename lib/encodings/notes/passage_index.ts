import { crc32 } from "node:zlib";
import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { EventPiece } from "../encoding.ts";
import type { NoteEvent } from "../note_events.ts";
import { NotePast } from "./note_past.ts";

/** What passages are found by: intervals, and which notes begin together; or steps and durations. */
export type PassageKind = "melody" | "rhythm";

/** As many of the last notes are compared. */
const DEPTH = 32;
/** Times are relative to the last step that was not 0; before there is one, to a fifth of a second. */
const USUAL = stepClasses.of(0.2);
/** What stands for a step of 0 among relative ones: far from all others. */
export const TOGETHER = -500;
/** The token of a piece's first note. */
const FIRST = -1;
/** Numbers from -OFFSET to OFFSET make room for each other in a token. */
const OFFSET = 128;

/**
 * Notes in a row, in numbers that are the same in every key and at every tempo: intervals, and times relative to how
 * notes have moved.
 */
export class RelativeNotes {
  /** How many there are. */
  length = 0;
  /** What passages are sorted by; -1 of a piece's first note. */
  tokens: Int32Array = new Int32Array(256);
  /** Semitones from the note before. */
  intervals: Int16Array = new Int16Array(256);
  /** Classes of steps from the last one that was not 0; far below all others where notes begin together. */
  steps: Int16Array = new Int16Array(256);
  /** The same of durations: from the note's own step, if that is not 0. */
  durations: Int16Array = new Int16Array(256);
  /** Class of the last step that was not 0, the note's own among them. */
  motions: Int16Array = new Int16Array(256);

  constructor(readonly kind: PassageKind) {}

  /** Adds the last note of a past. */
  add(past: NotePast): void {
    const at = past.length - 1, step = past.steps[at], row = this.length++;
    if (row === this.tokens.length) this.#resize(2 * row);
    this.motions[row] = past.motion || USUAL;
    this.intervals[row] = at > 0 ? past.pitches[at] - past.pitches[at - 1] : 0;
    this.steps[row] = step > 0 ? step - (past.motionBefore || USUAL) : TOGETHER;
    this.durations[row] = inSteps(past.durations[at]) - this.motions[row];
    this.tokens[row] = at === 0 ? FIRST : this.#token(row);
  }

  #token(row: number): number {
    const { kind, intervals, steps, durations } = this, together = steps[row] === TOGETHER;
    return kind === "melody"
      ? 2 * (intervals[row] + OFFSET) + Number(together)
      : 2 * OFFSET * (together ? 0 : steps[row] + OFFSET) + durations[row] + OFFSET;
  }

  #resize(size: number): void {
    const resized = <Numbers extends Int16Array | Int32Array>(numbers: Numbers): Numbers => {
      const copy = new (numbers.constructor as new (size: number) => Numbers)(size);
      copy.set(numbers);
      return copy;
    };
    this.tokens = resized(this.tokens);
    for (const name of ["intervals", "steps", "durations", "motions"] as const) this[name] = resized(this[name]);
  }

  /** The same notes once more, to go on another way. */
  fork(): RelativeNotes {
    const copy = new RelativeNotes(this.kind);
    Object.assign(copy, this);
    copy.#resize(this.tokens.length);
    return copy;
  }
}

/** The class of steps of a time that is given as a class of durations. */
export function inSteps(duration: number): number {
  return duration + stepClasses.count - durationClasses.count;
}

/** Passages that {@linkcode PassageIndex.find} has found: the last note of each, those that are the same longest first. */
export interface FoundPassages {
  /** How many. */
  count: number;
  /** Their last notes. */
  notes: Int32Array;
}

/**
 * The passages of many pieces, sorted by their last note, then by the one before it, and so on: a suffix array, from the
 * other end. Passages that end alike stand beside each other, and are found by bisection.
 *
 * U. Manber and G. Myers, "Suffix arrays: a new method for on-line string searches" (1993).
 */
export class PassageIndex {
  /** All notes, piece after piece. */
  readonly notes: RelativeNotes;
  /** CRC-32 of the pieces' names and notes. */
  readonly mark: number;
  /** Notes that have another after them in their piece, by what led up to them. */
  readonly #sorted: Int32Array;
  /** As many notes are the same up to each of these, and up to the one before it. */
  readonly #shared: Uint8Array;
  /** The piece of each note, as its name is numbered. */
  readonly #pieces: Int32Array;
  readonly #names: ReadonlyMap<string, number>;

  constructor(pieces: readonly EventPiece<NoteEvent>[], kind: PassageKind) {
    const notes = new RelativeNotes(kind), ends: number[] = [];
    let mark = 0;
    for (const { piece, events } of pieces) {
      const past = new NotePast();
      for (const event of events) {
        past.hear(event);
        notes.add(past);
      }
      ends.push(notes.length);
      mark = crc32(`${piece}\n`, mark);
      for (const numbers of [past.pitches, past.steps, past.durations]) mark = crc32(Uint8Array.from(numbers), mark);
    }
    this.notes = notes;
    this.mark = mark;
    // Pieces of one name are one: where each is learned from several times, all of it is left out.
    const names = new Map([...new Set(pieces.map(({ piece }) => piece))].map((piece, i) => [piece, i]));
    this.#names = names;
    this.#pieces = new Int32Array(notes.length);
    pieces.forEach(({ piece }, i) => this.#pieces.fill(names.get(piece)!, ends[i - 1] ?? 0, ends[i]));
    const { tokens } = notes;
    this.#sorted = Int32Array.from({ length: notes.length }, (_, i) => i)
      .filter((note) => note + 1 < notes.length && tokens[note + 1] !== FIRST)
      .sort((a, b) => compared(tokens, a, tokens, b).order || a - b);
    this.#shared = Uint8Array.from(
      this.#sorted,
      (note, i) => i === 0 ? 0 : compared(tokens, this.#sorted[i - 1], tokens, note).same,
    );
  }

  /**
   * The passages that have most of their last notes in common with another one.
   *
   * @param notes Ends with the passage that is looked for.
   * @param found Where they are written, as many as there is room for.
   * @param without Name of a piece whose passages do not count.
   */
  find({ tokens, length }: RelativeNotes, found: FoundPassages, without?: string): void {
    const sorted = this.#sorted, shared = this.#shared, own = this.notes.tokens, at = length - 1;
    const left = without === undefined ? undefined : this.#names.get(without);
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compared(own, sorted[middle], tokens, at).order < 0) low = middle + 1;
      else high = middle;
    }
    // From there both ways, where more notes are the same first.
    let below = low - 1, above = low;
    const sameAt = (i: number) => i >= 0 && i < sorted.length ? compared(own, sorted[i], tokens, at).same : 0;
    let sameBelow = sameAt(below), sameAbove = sameAt(above);
    found.count = 0;
    while (found.count < found.notes.length && (sameBelow > 0 || sameAbove > 0)) {
      let note: number;
      if (sameAbove >= sameBelow) {
        note = sorted[above++];
        sameAbove = above < sorted.length ? Math.min(sameAbove, shared[above]) : 0;
      } else {
        note = sorted[below];
        sameBelow = below > 0 ? Math.min(sameBelow, shared[below]) : 0;
        below--;
      }
      if (this.#pieces[note] !== left) found.notes[found.count++] = note;
    }
  }
}

/** Which of two passages comes first, from their last notes back, and how many of these are the same. */
function compared(
  a: Int32Array,
  atA: number,
  b: Int32Array,
  atB: number,
): { order: number; same: number } {
  let same = 0;
  for (; same < DEPTH; same++) {
    const first = a[atA - same], second = b[atB - same];
    if (first !== second) return { order: first - second, same };
    // Before that there is another piece, or nothing.
    if (first === FIRST) return { order: 0, same: same + 1 };
  }
  return { order: 0, same };
}
