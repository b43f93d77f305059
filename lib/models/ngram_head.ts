import type { DataFrame } from "nodejs-polars";
import { NgramCounts } from "./ngram_counts.ts";
import { heardPieces, noteClasses, type NoteHeadName } from "./note_classes.ts";
import type { NoteHead } from "./note_head.ts";
import { chooseSmoothing } from "./smoothing.ts";

/** Options of {@linkcode ngramHead} and `intervalHead`. */
export interface NgramOptions {
  /** Length of the n-gram, from 1 to 6. A 1-gram knows how often each class occurs. */
  order: number;
  /**
   * What the shorter context counts against the longer one: a number above 0, or held-out pieces, of which the best of
   * `SMOOTHINGS` is chosen. A 1-gram needs none.
   */
  smoothing?: number | DataFrame;
}

/** A head that counts n-grams. */
export interface NgramHead<Name extends NoteHeadName> extends NoteHead<Name> {
  /** The smoothing given, or chosen. */
  readonly smoothing: number;
}

/**
 * An n-gram of pitches, or of classes of steps or durations, with interpolated
 * back-off: {@linkcode NgramCounts} has the formula and the source.
 *
 * @param names What it counts and names.
 * @param train A table of notes to learn from.
 * @throws {RangeError} If an option is out of range, or there are no held-out notes to choose by.
 */
export function ngramHead<Name extends NoteHeadName>(
  names: Name,
  train: DataFrame,
  { order, smoothing }: NgramOptions,
): NgramHead<Name> {
  const { count, of } = noteClasses[names];
  const sequences = (table: DataFrame) => heardPieces(table).map(({ notes }) => Uint8Array.from(notes, of));
  const counts = new NgramCounts(sequences(train), count, order);
  const m = chooseSmoothing(counts, smoothing, sequences, 1);
  const probabilities = new Float64Array(count);
  return {
    names,
    parameters: counts.size,
    smoothing: m,
    listen() {
      const context: number[] = [];
      return {
        hear(note) {
          context.push(of(note));
          if (context.length >= order) context.shift();
        },
        next: () => counts.probabilities(context, m, probabilities),
      };
    },
  };
}
