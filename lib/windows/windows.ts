import type { DataFrame } from "nodejs-polars";
import {
  type Encoded,
  encodeWhole,
  type Encoding,
  type EventPiece,
  type NoteEvent,
  notePieces,
  paperEncoding,
  type PaperEncodingOptions,
} from "../encodings/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import { type Prng, seeded, shuffle } from "../random/mod.ts";
import { SETTING_NAMES, type Supervision } from "../settings/mod.ts";
import { type Batch, gatherBatch } from "./batch.ts";

/** Options of {@linkcode windowsOf}. */
export interface WindowsOptions {
  /** Events that go in; the event after them is the target. */
  length: number;
  /**
   * Events between the beginnings of two windows.
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
   * How examples are changed when they are shuffled to be learned from, anew for each.
   *
   * @default {{}}
   */
  augmentation?: Augmentation;
}

/** How examples are changed, each by a draw of its own. */
export interface Augmentation {
  /**
   * Lowest and highest interval in semitones, both possible, by which a window is moved: `[-6, 5]` are all keys. Of these,
   * all that keep its pitches in the range of their columns are equally likely.
   *
   * @default no window is moved
   */
  transpose?: readonly [lowest: number, highest: number];
}

/** What each option must be. */
const WINDOWS: Kinds<WindowsOptions> = {
  length: kinds.positiveInteger,
  shift: optional(kinds.positiveInteger),
  acrossPieces: optional(kinds.boolean),
  augmentation: optional(kinds.entries<Augmentation>({
    transpose: optional({
      words: "two whole numbers of semitones, the lowest first",
      hasType: Array.isArray,
      isMeant: ([lowest, highest, ...others]) =>
        Number.isInteger(lowest) && Number.isInteger(highest) && lowest <= highest && others.length === 0,
    }),
  })),
};

/** Options of {@linkcode windows}. */
export interface NoteWindowsOptions extends WindowsOptions, PaperEncodingOptions {
  /**
   * What is heard and said of each note.
   *
   * @default {paperEncoding}
   */
  encoding?: Encoding<NoteEvent>;
}

/** Options for {@linkcode Windows.batches}. */
export interface BatchesOptions {
  /** Windows in a batch. */
  size: number;
  /**
   * Shuffles the windows, and draws what their augmentation is to be; without it they come as they are, in order.
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
  /**
   * Which events are to be named: the one after each window, or the one after each event of it.
   *
   * @default {"last"}
   */
  supervision?: Supervision;
}

/** One training example in plain numbers. */
export interface Window extends Omit<Batch, "size"> {
  /** The piece that the event after the window is in. */
  piece: string;
}

/**
 * Training examples, made when asked for: memory grows with the events, not
 * with events times length.
 */
export interface Windows {
  /** Name and settings of what is heard and said. */
  readonly encoding: Pick<Encoding<never>, "name" | "settings" | "hears" | "knows" | "says">;
  /** The columns that windows look into, over all pieces. */
  readonly columns: Encoded;
  /** Events that go into a window. */
  readonly length: number;
  /** Events between the beginnings of two windows. */
  readonly shift: number;
  /** How shuffled examples are changed. */
  readonly augmentation: Augmentation;
  /** How many windows there are. */
  readonly size: number;
  /** How many events the pieces have. */
  readonly events: number;
  /** The event at which each window begins, one entry a window. */
  readonly starts: Int32Array;
  /** Pieces too short for a window, with their events. They are in no window. */
  readonly skipped: readonly { piece: string; events: number }[];
  /**
   * One window, with the event after it as target.
   *
   * @throws {RangeError} If there is no window `index`.
   */
  at(index: number): Window;
  /**
   * Some windows, in the order of the indices.
   *
   * @param supervision Which events are to be named, `"last"` if nothing else is said.
   * @throws {RangeError} If there are no indices, or there is no window for one of them.
   */
  gather(indices: ArrayLike<number>, supervision?: Supervision): Batch;
  /**
   * All windows in batches, once: an epoch.
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
 * @param options Length and shift of the windows, and what is heard and said.
 * @throws {TypeError} If an option is unknown or of the wrong type, or a column is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range, a value in the table is missing, NaN, infinite or negative, or
 * there are too few notes for a single window.
 */
export function windows(table: DataFrame, options: NoteWindowsOptions): Windows {
  const { encoding, maxSeconds, ...others } = checkOptions("make windows", options, {
    ...WINDOWS,
    encoding: optional(kinds.object("an encoding") as Kind<Encoding<NoteEvent>>),
    maxSeconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  }, SETTING_NAMES);
  return windowsOf(notePieces(table), encoding ?? paperEncoding({ maxSeconds }), others);
}

/**
 * Cuts pieces of any events into windows: `length` events in, the next one out.
 *
 * @param pieces Their names and events.
 * @param encoding What is heard and said of each event.
 * @param options Length and shift of the windows.
 * @throws {RangeError} If an option is out of range, an event cannot be encoded, or there are too few for a single
 * window.
 */
export function windowsOf<Event>(
  pieces: readonly EventPiece<Event>[],
  encoding: Encoding<Event>,
  options: WindowsOptions,
): Windows {
  const { length, shift = 1, acrossPieces = false, augmentation = {} } = //
    checkOptions("make windows", options, WINDOWS, SETTING_NAMES);
  const rows: PieceRows[] = [];
  let events = 0;
  for (const { piece, events: { length: count } } of pieces) {
    rows.push({ piece, first: events, count });
    events += count;
  }
  const stretches = acrossPieces ? [{ first: 0, count: events }] : rows;
  const starts = windowStarts(stretches, length, shift);
  if (starts.length === 0) {
    const longest = Math.max(0, ...stretches.map(({ count }) => count));
    const where = acrossPieces ? "all pieces together have" : "the longest piece has";
    throw new RangeError(
      `Cannot make windows: a window of ${length} events and its target need ${length + 1} events, ${where} ${longest}`,
    );
  }
  const columns = encodeWhole(encoding, pieces.map(({ events }) => events));
  const { name, settings, hears, knows = [], says } = encoding;
  const size = starts.length;
  const startOf = (index: number) => {
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`Cannot take window ${index}: there are ${size}, counted from 0`);
    }
    return starts[index];
  };
  const gather = (indices: ArrayLike<number>, supervision: Supervision = "last", prng?: Prng) => {
    if (indices.length === 0) throw new RangeError("Cannot gather a batch: no windows are asked for");
    return gatherBatch(Int32Array.from(indices, startOf), {
      hears,
      knows,
      says,
      encoded: columns,
      length,
      every: supervision === "every",
      transposition: prng && augmentation.transpose && { range: augmentation.transpose, prng },
    });
  };
  return {
    encoding: { name, settings, hears, knows, says },
    columns,
    length,
    shift,
    augmentation,
    size,
    events,
    starts,
    skipped: acrossPieces ? [] : rows.filter(({ count }) => count <= length)
      .map(({ piece, count }) => ({ piece, events: count })),
    gather: (indices, supervision) => gather(indices, supervision),
    at(index) {
      const target = startOf(index) + length;
      const { inputs, steps, targets } = gather([index]);
      const { piece } = rows.findLast((candidate) => candidate.first <= target)!;
      return { inputs, steps, targets, piece };
    },
    batches(options) {
      const { size: batchSize, prng, dropRemainder = false, supervision } = checkOptions("make batches", options, {
        size: kinds.positiveInteger,
        prng: optional(kinds.prng as Kind<Prng>),
        dropRemainder: optional(kinds.boolean),
        supervision: optional(kinds.oneOf("last", "every")),
      });
      if (dropRemainder && size < batchSize) {
        throw new RangeError(
          `Cannot make batches: ${size} windows do not fill one batch of ${batchSize}, and the remainder is to be dropped`,
        );
      }
      const order = Int32Array.from(starts.keys());
      if (prng) shuffle(order, prng);
      // One draw for the whole epoch, so that whoever draws between two batches does not change the next.
      const own = prng && augmentation.transpose ? seeded(Math.floor(prng() * 2 ** 32)) : undefined;
      const end = dropRemainder ? size - size % batchSize : size;
      return (function* () {
        for (let i = 0; i < end; i += batchSize) {
          yield gather(order.subarray(i, Math.min(i + batchSize, end)), supervision, own);
        }
      })();
    },
  };
}

/** Where a piece stands among the events of all. */
interface PieceRows {
  piece: string;
  first: number;
  count: number;
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
