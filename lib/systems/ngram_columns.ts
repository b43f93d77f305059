import type { Column } from "../encodings/mod.ts";
import { checkOptions, type Kinds, kinds, optional } from "../options/mod.ts";
import type { ColumnListener, ColumnModel, SaidPieces } from "./column_model.ts";
import { NgramCounts } from "./ngram_counts.ts";

/** What an n-gram's smoothing is chosen from. */
export const SMOOTHINGS: readonly number[] = [1, 3, 10, 30, 100, 300, 1000];
/** Intervals from -127 to 127 semitones, as symbols from 0. */
const INTERVALS = 255, UNISON = 127;

/** Options of {@linkcode ngramColumn} and {@linkcode intervalColumn}. */
export interface NgramOptions {
  /** Length of the n-gram, from 1 to 6. A 1-gram knows how often each class occurs. */
  order: number;
  /**
   * What the shorter context counts against the longer one: a number above 0, or held-out pieces, of which the best of
   * {@linkcode SMOOTHINGS} is chosen. A 1-gram needs none.
   */
  smoothing?: number | SaidPieces;
}

const KINDS: Kinds<NgramOptions> = {
  order: kinds.integer({ from: 1, to: 6 }),
  smoothing: optional({
    words: "a positive number, or held-out pieces to choose it by",
    hasType: (value) => typeof value === "number" || Array.isArray(value),
    isMeant: (value) => typeof value !== "number" || (value > 0 && value < Infinity),
  }),
};

/** A column model that counts n-grams. */
export interface NgramColumn extends ColumnModel {
  /** The smoothing given, or chosen. */
  readonly smoothing: number;
}

/**
 * An n-gram of the classes of a column, with interpolated back-off:
 * {@linkcode NgramCounts} has the formula and the source.
 *
 * @param column What it counts and names: a column of at most 256 classes.
 * @param train Pieces to learn from.
 * @throws {RangeError} If an option is out of range, or there are no held-out events to choose by.
 */
export function ngramColumn({ name, size }: Column, train: SaidPieces, options: NgramOptions): NgramColumn {
  const { order, smoothing } = checkOptions("count n-grams", options, KINDS), classes = size!;
  const sequences = (pieces: SaidPieces) => pieces.map((events) => Uint8Array.from(events, (said) => said[name]));
  const counts = new NgramCounts(sequences(train), classes, order);
  const m = chooseSmoothing(counts, smoothing, sequences, 1);
  const probabilities = new Float64Array(classes);
  const listenerOf = (context: number[]): ColumnListener => ({
    hear(said) {
      context.push(said[name]);
      if (context.length >= order) context.shift();
    },
    next: () => counts.probabilities(context, m, probabilities),
    fork: () => listenerOf([...context]),
  });
  return { column: name, classes, parameters: counts.size, smoothing: m, listen: () => listenerOf([]) };
}

/**
 * An n-gram of the intervals between neighbouring pitches, with interpolated
 * back-off: the pitch is the last one and the interval. It knows melodies in every
 * key, and no key.
 *
 * What it gives to intervals that lead beyond the MIDI numbers is lost: its
 * probabilities sum to a little less than 1. Before it has heard a note, all
 * pitches are alike to it.
 *
 * D. Conklin and I. H. Witten, "Multiple viewpoint systems for music prediction"
 * (1995), has the interval as such a viewpoint.
 *
 * @param column The pitches: MIDI numbers.
 * @param train Pieces to learn from.
 * @param options Order, in intervals: one of order 6 looks at five intervals, so at six notes.
 * @throws {RangeError} If an option is out of range, or there are no held-out notes to choose by.
 */
export function intervalColumn({ name, size }: Column, train: SaidPieces, options: NgramOptions): NgramColumn {
  const { order, smoothing } = checkOptions("count n-grams", options, KINDS), classes = size!;
  const sequences = (pieces: SaidPieces) =>
    pieces.map((events) => Uint8Array.from(events.slice(1), (said, i) => said[name] - events[i][name] + UNISON));
  const counts = new NgramCounts(sequences(train), INTERVALS, order);
  const m = chooseSmoothing(counts, smoothing, sequences, 0);
  const ofIntervals = new Float64Array(INTERVALS);
  const listenerOf = (context: number[], before?: number): ColumnListener => {
    let last = before;
    return {
      hear({ [name]: pitch }) {
        if (last !== undefined) context.push(pitch - last + UNISON);
        if (context.length >= order) context.shift();
        last = pitch;
      },
      next() {
        if (last === undefined) return new Float64Array(classes).fill(1 / classes);
        return counts.probabilities(context, m, ofIntervals).subarray(UNISON - last, UNISON - last + classes);
      },
      fork: () => listenerOf([...context], last),
    };
  };
  return { column: name, classes, parameters: counts.size, smoothing: m, listen: () => listenerOf([]) };
}

/**
 * The smoothing of an n-gram: as given, or the one of {@linkcode SMOOTHINGS}
 * under which held-out events are likeliest, those of them that have one before
 * them. `first` is the index of the symbol that says what the second event of a piece is.
 */
function chooseSmoothing(
  counts: NgramCounts,
  smoothing: number | SaidPieces | undefined,
  sequences: (pieces: SaidPieces) => readonly ArrayLike<number>[],
  first: 0 | 1,
): number {
  if (counts.order === 1) return 1;
  if (typeof smoothing === "number") return smoothing;
  if (!smoothing) {
    throw new RangeError(
      "Cannot smooth an n-gram: give a positive number, or held-out pieces to choose it by, got undefined",
    );
  }
  const heldOut = sequences(smoothing);
  if (heldOut.every(({ length }) => length <= first)) {
    throw new RangeError("Cannot smooth an n-gram: the held-out pieces have no event that follows another");
  }
  const nats = SMOOTHINGS.map((m) => {
    let sum = 0;
    for (const sequence of heldOut) {
      const context: number[] = [];
      for (let i = 0; i < sequence.length; i++) {
        if (i >= first) sum -= Math.log(counts.probability(context, sequence[i], m));
        context.push(sequence[i]);
        if (context.length >= counts.order) context.shift();
      }
    }
    return sum;
  });
  return SMOOTHINGS[nats.indexOf(Math.min(...nats))];
}
