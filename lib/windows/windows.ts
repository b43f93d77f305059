import type { DataFrame } from "nodejs-polars";
import { pieceRows, pitchColumn, secondsColumn } from "../notes/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { type Prng, shuffle } from "../random/mod.ts";
import { SETTING_NAMES } from "../settings/mod.ts";
import { type Batch, gatherBatch, type NoteColumns, writeInputs } from "./batch.ts";

/** Options for {@linkcode windows}. */
export interface WindowsOptions {
  /** Notes that go in; the note after them is the target. */
  length: number;
  /**
   * Notes between the beginnings of two windows.
   *
   * @default 1
   */
  shift?: number;
  /**
   * Windows may run over the end of one piece into the next, as in the
   * published run.
   *
   * @default false
   */
  acrossPieces?: boolean;
  /**
   * Longest step and duration in seconds; longer ones are clipped to it.
   * Orchestral parts rest for minutes, and a squared error serves those rests alone.
   *
   * @default Infinity
   */
  maxSeconds?: number;
}

/** Options for {@linkcode Windows.batches}. */
export interface BatchesOptions {
  /** Windows in a batch. */
  size: number;
  /**
   * Shuffles the windows; without it they come in the order of the table.
   *
   * @default undefined
   */
  prng?: Prng;
  /**
   * Leave out the last batch where it is smaller than the others.
   *
   * @default false
   */
  dropRemainder?: boolean;
}

/** One training example in plain numbers. */
export interface Window {
  /** `length` times pitch / 128, step, duration: `length * 3` numbers. */
  inputs: Float32Array;
  /** MIDI number of the target, the note after the window. */
  pitch: number;
  /** Step of the target in seconds. */
  step: number;
  /** Duration of the target in seconds. */
  duration: number;
  /** The piece that the target is in. */
  piece: string;
}

/**
 * Training examples, made when asked for: memory grows with the notes, not
 * with notes times length.
 */
export interface Windows extends Readonly<NoteColumns> {
  /** Notes that go into a window. */
  readonly length: number;
  /** Notes between the beginnings of two windows. */
  readonly shift: number;
  /** How many windows there are. */
  readonly size: number;
  /** How many notes the table has. */
  readonly notes: number;
  /** The row at which each window begins, one entry a window. */
  readonly starts: Int32Array;
  /** Pieces too short for a window, with their notes. They are in no window. */
  readonly skipped: readonly { piece: string; notes: number }[];
  /**
   * One window.
   *
   * @throws {RangeError} If there is no window `index`.
   */
  at(index: number): Window;
  /**
   * Some windows as tensors, in the order of the indices.
   *
   * @throws {RangeError} If there are no indices, or there is no window for one of them.
   */
  gather(indices: ArrayLike<number>): Batch;
  /**
   * All windows in batches, once: an epoch. Each batch is the caller's to
   * dispose of.
   *
   * @throws {RangeError} If the size is not a positive integer, or dropping the remainder would leave nothing.
   */
  batches(options: BatchesOptions): Generator<Batch>;
}

/**
 * Cuts a table of notes into windows: `length` notes in, the next one out.
 *
 * The published run of Kronforst and Mitra (2025), which follows TensorFlow's
 * music-generation tutorial, has length 75, shift 1 and windows across its
 * seven pieces: 5196 notes make 5121 windows, of which 102 batches of 50 are
 * used.
 *
 * @param table A table with the columns `piece`, `pitch`, `step` and `duration`.
 * @param options Length and shift of the windows, and what they may hold.
 * @throws {TypeError} If an option is unknown or of the wrong type, or a column is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range, a value in the table is missing, NaN, infinite or negative, or
 * there are too few notes for a single window.
 */
export function windows(table: DataFrame, options: WindowsOptions): Windows {
  const { length, shift = 1, acrossPieces = false, maxSeconds = Infinity } = checkOptions("make windows", options, {
    length: kinds.positiveInteger,
    shift: optional(kinds.positiveInteger),
    acrossPieces: optional(kinds.boolean),
    maxSeconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  }, SETTING_NAMES);
  const columns: NoteColumns = {
    pitch: Float32Array.from(pitchColumn(table)),
    step: clipped(secondsColumn(table, "step"), maxSeconds),
    duration: clipped(secondsColumn(table, "duration"), maxSeconds),
  };
  const pieces = pieceRows(table);
  const stretches = acrossPieces ? [{ first: 0, count: table.height }] : pieces;
  const skipped = acrossPieces ? [] : pieces.filter(({ count }) => count <= length);
  const starts = windowStarts(stretches, length, shift);
  if (starts.length === 0) {
    const longest = Math.max(0, ...stretches.map(({ count }) => count));
    const where = acrossPieces ? "the table has" : "its longest piece has";
    throw new RangeError(
      `Cannot make windows: a window of ${length} notes and its target need ${length + 1} notes, ${where} ${longest}`,
    );
  }
  const size = starts.length;
  const startOf = (index: number) => {
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`Cannot take window ${index}: there are ${size}, counted from 0`);
    }
    return starts[index];
  };
  const gather = (indices: ArrayLike<number>) => {
    if (indices.length === 0) throw new RangeError("Cannot gather a batch: no windows are asked for");
    return gatherBatch(columns, Int32Array.from(indices, startOf), length);
  };
  return {
    ...columns,
    length,
    shift,
    size,
    notes: table.height,
    starts,
    skipped: skipped.map(({ piece, count }) => ({ piece, notes: count })),
    gather,
    at(index) {
      const first = startOf(index);
      const target = first + length;
      const inputs = new Float32Array(length * 3);
      writeInputs(columns, first, length, inputs, 0);
      const { pitch, step, duration } = columns;
      const { piece } = pieces.findLast((candidate) => candidate.first <= target)!;
      return { inputs, pitch: pitch[target], step: step[target], duration: duration[target], piece };
    },
    batches(options) {
      const { size: batchSize, prng, dropRemainder = false } = checkOptions("make batches", options, {
        size: kinds.positiveInteger,
        prng: optional(kinds.prng),
        dropRemainder: optional(kinds.boolean),
      });
      if (dropRemainder && size < batchSize) {
        throw new RangeError(
          `Cannot make batches: ${size} windows do not fill one batch of ${batchSize}, and the remainder is to be dropped`,
        );
      }
      const order = Int32Array.from(starts.keys());
      if (prng) shuffle(order, prng);
      const end = dropRemainder ? size - size % batchSize : size;
      return (function* () {
        for (let i = 0; i < end; i += batchSize) yield gather(order.subarray(i, Math.min(i + batchSize, end)));
      })();
    },
  };
}

function windowStarts(stretches: { first: number; count: number }[], length: number, shift: number): Int32Array {
  const counts = stretches.map(({ count }) => Math.max(0, Math.ceil((count - length) / shift)));
  const starts = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  let index = 0;
  stretches.forEach(({ first }, i) => {
    for (let k = 0; k < counts[i]; k++) starts[index++] = first + k * shift;
  });
  return starts;
}

function clipped(seconds: Float64Array, maxSeconds: number): Float32Array {
  return Float32Array.from(seconds, (value) => Math.min(value, maxSeconds));
}
