import type { Columns, Encoding, EventPiece } from "../encodings/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { seeded, shuffle } from "../random/mod.ts";
import { SETTING_NAMES } from "../settings/mod.ts";
import type { Batch } from "./batch.ts";
import { cutStretches } from "./cut_stretches.ts";
import { checkBatches, type Examples, WINDOWS, windowsOf, type WindowsOptions } from "./windows.ts";

/** Options of {@linkcode windowsByBlocks}. */
export interface BlockWindowsOptions<Event> extends WindowsOptions {
  /** Reads the pieces from one up to, and without, another. */
  read: (from: number, to: number) => EventPiece<Event>[];
  /** A number that differs where the pieces do. */
  content: number;
  /**
   * Events that are held in memory at a time, but for a piece that has more by itself.
   *
   * @default 131_072
   */
  block?: number;
}

/** Some neighbouring pieces that are held in memory together. */
interface Block {
  from: number;
  to: number;
}

/**
 * Windows of pieces that are not held in memory: some neighbouring pieces, a block, are read and encoded at a time, cut
 * as `windowsOf` cuts them, and let go.
 *
 * Shuffled, the blocks come in an order that is drawn, and the windows of each in another, so that two windows that stand
 * far apart in the files are never in one batch, unless all fits into one block; in their order, batches are those of
 * `windowsOf`. Where windows run over the end of a piece into the next, none runs over the end of a block.
 *
 * @param pieces The names of the pieces, and how many events each has.
 * @param encoding What is heard and said of each event.
 * @param options How the windows are cut, and how pieces are read.
 * @throws {RangeError} As `windowsOf`; what is wrong with an event when its block is read.
 */
export function windowsByBlocks<Event>(
  pieces: readonly { piece: string; events: number }[],
  encoding: Encoding<Event>,
  options: BlockWindowsOptions<Event>,
): Examples {
  const { read, content, block = 2 ** 17, ...cut } = checkOptions("make windows", options, {
    ...WINDOWS,
    read: kinds.callback as Kind<BlockWindowsOptions<Event>["read"]>,
    content: kinds.integer(),
    block: optional(kinds.positiveInteger),
  }, SETTING_NAMES);
  const { length, shift = 1, acrossPieces = false, partial = false, augmentation = {} } = cut;
  const windowsIn = ({ from, to }: Block) => {
    // Parts of pieces, voices say, are known only once the piece is read.
    if (encoding.pieces) return windowsOf(read(from, to), encoding, cut).size;
    const counts = pieces.slice(from, to).map(({ events }) => ({ first: 0, count: events }));
    const whole = [{ first: 0, count: counts.reduce((sum, { count }) => sum + count, 0) }];
    return cutStretches(acrossPieces ? whole : counts, { length, shift, partial }).starts.length;
  };
  const blocks = blocksOf(pieces, block).map((block) => ({ ...block, size: windowsIn(block) }))
    .filter(({ size }) => size > 0);
  const size = blocks.reduce((sum, { size }) => sum + size, 0);
  if (size === 0) {
    throw new RangeError(
      `Cannot make windows: a window of ${length} events and its target need ${length + 1} events, which no piece has`,
    );
  }
  const { name, settings, hears, knows = [], says } = encoding;
  return {
    encoding: { name, settings, hears, knows, says },
    length,
    shift,
    augmentation,
    size,
    events: pieces.reduce((sum, { events }) => sum + events, 0),
    skipped: acrossPieces ? [] : pieces.filter(({ events }) => events <= (partial ? 1 : length)),
    content,
    batches(options) {
      const { size: batchSize, prng, dropRemainder = false, supervision } = checkBatches(options, size);
      // One draw for the whole epoch, so that whoever draws between two batches does not change the next.
      const own = prng && seeded(Math.floor(prng() * 2 ** 32));
      const order = own ? shuffle([...blocks], own) : blocks;
      return (function* () {
        let begun: Batch | undefined;
        for (const { from, to } of order) {
          const first = batchSize - (begun?.size ?? 0);
          const some = windowsOf(read(from, to), encoding, cut);
          for (const batch of some.batches({ size: batchSize, first, prng: own, supervision })) {
            const joined: Batch = begun ? join(begun, batch) : batch;
            begun = joined.size < batchSize ? joined : undefined;
            if (!begun) yield joined;
          }
        }
        if (begun && !dropRemainder) yield begun;
      })();
    },
  };
}

/** Neighbouring pieces with so many events in all, at most, or one piece that has more. */
function blocksOf(pieces: readonly { events: number }[], most: number): Block[] {
  const blocks: Block[] = [];
  let events = Infinity;
  for (const [i, piece] of pieces.entries()) {
    events += piece.events;
    if (events > most) {
      blocks.push({ from: i, to: i + 1 });
      events = piece.events;
    } else {
      blocks.at(-1)!.to = i + 1;
    }
  }
  return blocks;
}

/** One batch of the windows of two. */
function join(a: Batch, b: Batch): Batch {
  const both = (before: Columns, after: Columns): Columns =>
    Object.fromEntries(Object.keys(before).map((name) => [name, joined(before[name], after[name])]));
  return {
    size: a.size + b.size,
    inputs: both(a.inputs, b.inputs),
    steps: a.steps,
    targets: both(a.targets, b.targets),
    ...a.lengths && { lengths: joined(a.lengths, b.lengths!) },
  };
}

function joined<A extends Int32Array | Float32Array>(a: A, b: A): A {
  const all =
    (a instanceof Int32Array ? new Int32Array(a.length + b.length) : new Float32Array(a.length + b.length)) as A;
  all.set(a);
  all.set(b, a.length);
  return all;
}
