import { checkOptions, kinds, optional } from "../options/mod.ts";
import { flatten, FLATTENING, type Flattening, type Score } from "../score/mod.ts";
import { groups } from "./doubles.ts";
import type { Piece } from "./piece.ts";

/** A piece of which a part stands in another. */
export interface NearDouble {
  /** The piece. */
  path: string;
  /** The other piece. */
  inside: string;
  /** Share of the piece's passages that stand in the other, above 0, up to 1: `shared / passages`. */
  share: number;
  /** Different passages that both have. */
  shared: number;
  /** Different passages of the piece. */
  passages: number;
}

/** Options for {@linkcode findNearDoubles} and {@linkcode nearDoubleGroups}. */
export interface NearDoubleOptions {
  /**
   * How the parts become one sequence ({@linkcode flatten}). Take that of the run: voices that are copied one by one
   * are not in one row when others sound between them.
   *
   * @default "all"
   */
  flattening?: Flattening;
  /**
   * Length of a passage in intervals, one less than its notes.
   *
   * @default 20
   */
  intervals?: number;
  /**
   * Smallest share that counts, above 0, up to 1.
   *
   * @default 0.05 for the list, 0.2 for the groups
   */
  share?: number;
}

/**
 * Finds the pairs of pieces that share passages, whatever their places, their
 * rhythm, and their keys: shingling (Broder, "On the resemblance and
 * containment of documents", 1997) on sequences of intervals. What
 * {@linkcode findDoubles} finds, the whole of a piece inside another, has the share 1 here, or nearly.
 *
 * A passage is 20 intervals in a row; a piece's passages are counted once each, however often they come, and each pair
 * is listed in both directions where both shares are large enough. Scales, trills and pedal points count as any passage
 * does, so that a short piece made of them may share a tenth with another without being taken from it. Passages are
 * compared whole: their names are made pairwise from the names of their halves (Karp, Miller and Rosenberg, "Rapid
 * identification of repeated patterns", 1972), without hashes. Needs time in proportion to the notes, and to the pairs;
 * needs no permission.
 *
 * @param pieces The pieces, in any order.
 * @param options Flattening, length of a passage, and smallest share.
 * @returns The largest share first, then by path.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If `intervals` is not a positive integer, or `share` not above 0 and at most 1.
 */
export function findNearDoubles(pieces: readonly Piece[], options: NearDoubleOptions = {}): NearDouble[] {
  const { flattening = "all", intervals = 20, share: least = 0.05 } = checkOptions("look for near doubles", options, {
    flattening: optional(FLATTENING),
    intervals: optional(kinds.positiveInteger),
    share: optional(kinds.number({ above: 0, to: 1 })),
  });
  const passages = shingles(pieces.map(({ score }) => intervalSequence(score, flattening)), intervals);
  const owners = new Map<number, number[]>();
  passages.forEach((set, piece) => {
    for (const passage of set) {
      const known = owners.get(passage);
      if (known) known.push(piece);
      else owners.set(passage, [piece]);
    }
  });
  const shared = new Map<number, number>();
  for (const pair of owners.values()) {
    for (const a of pair) {
      for (const b of pair) {
        if (a !== b) shared.set(a * pieces.length + b, (shared.get(a * pieces.length + b) ?? 0) + 1);
      }
    }
  }
  const found = [...shared].map(([pair, count]): NearDouble => {
    const [a, b] = [Math.floor(pair / pieces.length), pair % pieces.length];
    const { size } = passages[a];
    return { path: pieces[a].path, inside: pieces[b].path, share: count / size, shared: count, passages: size };
  });
  const order = (a: NearDouble, b: NearDouble) =>
    b.share - a.share || (`${a.path}\n${a.inside}` < `${b.path}\n${b.inside}` ? -1 : 1);
  return found.filter(({ share }) => share >= least).sort(order);
}

/**
 * The groups of pieces that a strict split keeps on one side, for
 * `splitByPiece`'s `together`: pieces are joined of which one has a fifth of
 * its passages or more in the other ({@linkcode findNearDoubles}).
 *
 * A fifth, because in the 228 nothing lies between the pairs that share material, where the larger share is a quarter
 * or more, and those that have a scale or a trill in common, where it is below a tenth.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { nearDoubleGroups, openCorpus, splitByPiece } from "./mod.ts";
 *
 * const { pieces } = await openCorpus("sample");
 * const { train } = splitByPiece(pieces, { together: nearDoubleGroups(pieces) });
 * assert(train.length > 0);
 * ```
 *
 * @param pieces The pieces, in any order.
 * @param options Flattening, length of a passage, and smallest share.
 * @returns Each group of two or more paths, sorted; the groups by their first path.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If `intervals` is not a positive integer, or `share` not above 0 and at most 1.
 */
export function nearDoubleGroups(pieces: readonly Piece[], options: NearDoubleOptions = {}): string[][] {
  const { share = 0.2 } = options;
  const links = findNearDoubles(pieces, { ...options, share }).map(({ path, inside }) => [path, inside]);
  return [...groups(pieces.map(({ path }) => path), links).values()].filter(({ length }) => length > 1);
}

function intervalSequence(score: Score, flattening: Flattening): number[] {
  const notes = flatten(score, flattening);
  return notes.slice(1).map(({ note }, i) => note.pitch - notes[i].note.pitch);
}

/** The different passages of each sequence by name: the same passage has the same name in all of them. */
function shingles(sequences: readonly (readonly number[])[], length: number): Set<number>[] {
  // A name for each interval, then for passages of 2, 4, 8 … intervals; what is left over to `length` overlaps.
  let named = naming(sequences, (sequence, i) => sequence[i], 1);
  for (let known = 1; known < length;) {
    const ahead = Math.min(known, length - known);
    named = naming(named, (names, i) => names[i] * NAMES + names[i + ahead], ahead + 1);
    known += ahead;
  }
  return named.map((names) => new Set(names));
}

/** More than there are notes; two names make one exact integer. */
const NAMES = 2 ** 26;

/** Numbers whatever `keyOf` tells apart, in all sequences alike; it looks at `width` elements from `i` on. */
function naming(
  sequences: readonly (readonly number[])[],
  keyOf: (sequence: readonly number[], i: number) => number,
  width: number,
): number[][] {
  const names = new Map<number, number>();
  return sequences.map((sequence) => {
    const named: number[] = [];
    for (let i = 0; i + width <= sequence.length; i++) {
      const key = keyOf(sequence, i);
      const name = names.get(key) ?? names.size;
      names.set(key, name);
      named.push(name);
    }
    return named;
  });
}
