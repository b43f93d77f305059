import { type Encoded, encodeWhole, type Encoding, type EventPiece } from "../encodings/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import { type Prng, seeded, shuffle } from "../random/mod.ts";
import { AUGMENTATION, type Augmentation, SETTING_NAMES, SUPERVISION, type Supervision } from "../settings/mod.ts";
import { type Batch, changesOf, gatherBatch } from "./batch.ts";
import { type Cuts, cutStretches } from "./cut_stretches.ts";

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
   * What is left of a piece behind its last window, and pieces shorter than a window, from two events on, are examples
   * too: shorter ones, padded in batches.
   *
   * @default false
   */
  partial?: boolean;
  /**
   * How examples are changed when they are shuffled to be learned from, anew for each.
   *
   * @default {{}}
   */
  augmentation?: Augmentation;
}

/** What each option must be. */
export const WINDOWS: Kinds<WindowsOptions> = {
  length: kinds.positiveInteger,
  shift: optional(kinds.positiveInteger),
  acrossPieces: optional(kinds.boolean),
  partial: optional(kinds.boolean),
  augmentation: optional(AUGMENTATION),
};

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
  /**
   * Windows in the first batch, where it goes on with the last one of other windows.
   *
   * @default size
   */
  first?: number;
}

/** One training example in plain numbers. */
export interface Window extends Omit<Batch, "size"> {
  /** The piece that the event after the window is in. */
  piece: string;
}

/** What a model is trained with: examples in batches, wherever they come from. */
export interface Examples {
  /** Name and settings of what is heard and said. */
  readonly encoding: Pick<Encoding<never>, "name" | "settings" | "hears" | "knows" | "says">;
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
  /** Pieces too short for a window, with their events. They are in no window. */
  readonly skipped: readonly { piece: string; events: number }[];
  /** A number that differs where the examples do, of those whose columns are not held in memory. */
  readonly content?: number;
  /**
   * All windows in batches, once: an epoch.
   *
   * @throws {RangeError} If the size is not a positive integer, or dropping the remainder would leave nothing.
   */
  batches(options: BatchesOptions): Generator<Batch>;
}

/**
 * Training examples, made when asked for: memory grows with the events, not
 * with events times length.
 */
export interface Windows extends Examples {
  /** The columns that windows look into, over all pieces. */
  readonly columns: Encoded;
  /** The event at which each window begins, one entry per window. */
  readonly starts: Int32Array;
  /** How many events go into each window: `length`, but for the shorter ones of `partial`. */
  readonly counts: Int32Array;
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
}

/**
 * Cuts pieces of any events into windows: `length` events in, the next one out.
 *
 * @param whole Their names and events.
 * @param encoding What is heard and said of each event, and as what it takes the pieces.
 * @param options Length and shift of the windows.
 * @throws {RangeError} If an option is out of range, an event cannot be encoded, or there are too few for a single
 * window.
 */
export function windowsOf<Event>(
  whole: readonly EventPiece<Event>[],
  encoding: Encoding<Event>,
  options: WindowsOptions,
): Windows {
  const { length, shift = 1, acrossPieces = false, partial = false, augmentation = {} } = //
    checkOptions("make windows", options, WINDOWS, SETTING_NAMES);
  const pieces = encoding.pieces?.(whole) ?? whole;
  const rows: PieceRows[] = [];
  let events = 0;
  for (const { piece, events: { length: count } } of pieces) {
    rows.push({ piece, first: events, count });
    events += count;
  }
  const stretches = acrossPieces ? [{ first: 0, count: events }] : rows;
  const cut = { length, shift, partial };
  const { starts, counts } = cutStretches(stretches, cut);
  if (starts.length === 0) {
    const longest = Math.max(0, ...stretches.map(({ count }) => count));
    const where = acrossPieces ? "all pieces together have" : "the longest piece has";
    throw new RangeError(
      `Cannot make windows: a window of ${length} events and its target need ${length + 1} events, ${where} ${longest}`,
    );
  }
  const columns = encodeWhole(encoding, pieces.map(({ events }) => events), pieces.map(({ piece }) => piece));
  const { name, settings, hears, knows = [], says } = encoding;
  const size = starts.length, changes = changesOf(augmentation, encoding);
  const checked = (index: number) => {
    if (Number.isInteger(index) && index >= 0 && index < size) return index;
    throw new RangeError(`Cannot take window ${index}: there are ${size}, counted from 0`);
  };
  const gather = (
    indices: ArrayLike<number>,
    supervision: Supervision = "last",
    from: Cuts = { starts, counts },
    prng?: Prng,
  ) => {
    if (indices.length === 0) throw new RangeError("Cannot gather a batch: no windows are asked for");
    const some = Int32Array.from(indices, checked);
    return gatherBatch(some.map((index) => from.starts[index]), {
      counts: partial ? some.map((index) => from.counts[index]) : undefined,
      hears,
      knows,
      says,
      encoded: columns,
      length,
      every: supervision === "every",
      changes,
      forget: augmentation.forget,
      mask: augmentation.mask,
      prng,
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
    counts,
    skipped: acrossPieces ? [] : rows.filter(({ count }) => count <= (partial ? 1 : length))
      .map(({ piece, count }) => ({ piece, events: count })),
    gather: (indices, supervision) => gather(indices, supervision),
    at(index) {
      const target = starts[checked(index)] + counts[index];
      const { inputs, steps, targets } = gather([index]);
      const { piece } = rows.findLast((candidate) => candidate.first <= target)!;
      return { inputs, steps, targets, piece };
    },
    batches(options) {
      const { size: batchSize, prng, dropRemainder = false, supervision, first = batchSize } = checkBatches(
        options,
        size,
      );
      const order = Int32Array.from(starts.keys());
      if (prng) shuffle(order, prng);
      // One draw for the whole epoch, so that whoever draws between two batches does not change the next.
      const own = prng && (changes.length > 0 || augmentation.jitter || augmentation.forget || augmentation.mask)
        ? seeded(Math.floor(prng() * 2 ** 32))
        : undefined;
      const from = own && augmentation.jitter ? cutStretches(stretches, cut, own) : { starts, counts };
      const end = dropRemainder ? size - size % batchSize : size;
      return (function* () {
        for (let i = 0, to = first; i < end; i = to, to += batchSize) {
          yield gather(order.subarray(i, Math.min(to, end)), supervision, from, own);
        }
      })();
    },
  };
}

/**
 * The options of an epoch's batches, checked.
 *
 * @param size How many windows there are.
 */
export function checkBatches(options: BatchesOptions, size: number): BatchesOptions {
  const checked = checkOptions("make batches", options, {
    size: kinds.positiveInteger,
    prng: optional(kinds.prng as Kind<Prng>),
    dropRemainder: optional(kinds.boolean),
    supervision: optional(SUPERVISION),
    first: optional(kinds.positiveInteger),
  });
  if (checked.dropRemainder && size < checked.size) {
    throw new RangeError(
      `Cannot make batches: ${size} windows do not fill one batch of ${checked.size}, and the remainder is to be dropped`,
    );
  }
  return checked;
}

/** Where a piece stands among the events of all. */
interface PieceRows {
  piece: string;
  first: number;
  count: number;
}
