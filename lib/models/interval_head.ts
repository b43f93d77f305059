import type { DataFrame } from "nodejs-polars";
import { NgramCounts } from "./ngram_counts.ts";
import type { NgramHead, NgramOptions } from "./ngram_head.ts";
import { heardPieces, noteClasses } from "./note_classes.ts";
import type { HeardNote } from "./note_model.ts";
import { chooseSmoothing } from "./smoothing.ts";

/** Intervals from -127 to 127 semitones, as symbols from 0. */
const INTERVALS = 255, UNISON = 127;

/**
 * An n-gram of the intervals between neighbouring notes, with interpolated
 * back-off ({@linkcode NgramCounts} has the formula and the source): the pitch
 * is the last one and the interval. It knows melodies in every key, and no key.
 *
 * What it gives to intervals that lead beyond the MIDI numbers is lost: its
 * probabilities sum to a little less than 1. Before it has heard a note, all
 * pitches are alike to it.
 *
 * D. Conklin and I. H. Witten, "Multiple viewpoint systems for music prediction"
 * (1995), has the interval as such a viewpoint.
 *
 * @param train A table of notes to learn from.
 * @param options Order, in intervals: one of order 6 looks at five intervals, so at six notes.
 * @throws {RangeError} If an option is out of range, or there are no held-out notes to choose by.
 */
export function intervalHead(train: DataFrame, { order, smoothing }: NgramOptions): NgramHead<"pitch"> {
  const sequences = (table: DataFrame) => heardPieces(table).map(({ notes }) => intervals(notes));
  const counts = new NgramCounts(sequences(train), INTERVALS, order);
  const m = chooseSmoothing(counts, smoothing, sequences, 0);
  const { count } = noteClasses.pitch;
  const ofIntervals = new Float64Array(INTERVALS);
  return {
    names: "pitch",
    parameters: counts.size,
    smoothing: m,
    listen() {
      const context: number[] = [];
      let last: number | undefined;
      return {
        hear({ pitch }) {
          if (last !== undefined) context.push(pitch - last + UNISON);
          if (context.length >= order) context.shift();
          last = pitch;
        },
        next() {
          if (last === undefined) return new Float64Array(count).fill(1 / count);
          return counts.probabilities(context, m, ofIntervals).subarray(UNISON - last, UNISON - last + count);
        },
      };
    },
  };
}

function intervals(notes: readonly HeardNote[]): Uint8Array {
  return Uint8Array.from(notes.slice(1), ({ pitch }, i) => pitch - notes[i].pitch + UNISON);
}
