import { flatten, type Score } from "../score/mod.ts";
import type { Piece } from "./piece.ts";

/** A piece whose music is there a second time. */
export interface Double {
  /** The piece. */
  path: string;
  /** The piece in which all of it is found. */
  inside: string;
  /** `copy`: the same file; `same`: another file with the same notes; `part`: all of it is a part of a longer piece. */
  kind: "copy" | "same" | "part";
  /** Index of the note of `inside`, by onset and pitch, at which it begins. */
  at: number;
  /** Its length in notes. */
  notes: number;
  /** Semitones by which it sounds higher in `inside`. */
  transposition: number;
}

/** A shorter piece is compared by its bytes alone: a scale or a broken chord is found anywhere. */
const SHORTEST = 24;
/** The same goes for a piece that knows fewer intervals than this. */
const FEWEST_INTERVALS = 3;

/**
 * Finds the pieces that are in a corpus more than once: files that are equal
 * byte for byte, and pieces whose notes, as a sequence of intervals, are those
 * of another piece or of a passage in one. So it finds a movement in a file
 * that holds the whole work, and a transposed copy.
 *
 * The sequence of a piece are the pitches of all parts but drums by onset,
 * then pitch; rhythm is not compared. Of two equal pieces, the later by path
 * is the double. Needs time in proportion to the notes (Karp and Rabin's
 * search for many patterns at once); needs no permission.
 */
export function findDoubles(pieces: readonly Piece[]): Double[] {
  const sorted = [...pieces].sort((a, b) => a.path < b.path ? -1 : 1);
  const doubles: Double[] = [];
  const originals: { path: string; pitches: Uint8Array }[] = [];
  const firstOf = new Map<string, { path: string; pitches: Uint8Array }>();
  for (const { path, sha256, score } of sorted) {
    const first = firstOf.get(sha256);
    if (first) {
      const notes = first.pitches.length;
      doubles.push({ path, inside: first.path, kind: "copy", at: 0, notes, transposition: 0 });
    } else {
      const original = { path, pitches: pitchSequence(score) };
      firstOf.set(sha256, original);
      originals.push(original);
    }
  }
  return [...doubles, ...passages(originals)].sort((a, b) =>
    a.path === b.path ? (a.inside === b.inside ? a.at - b.at : a.inside < b.inside ? -1 : 1) : a.path < b.path ? -1 : 1
  );
}

function pitchSequence(score: Score): Uint8Array {
  return Uint8Array.from(flatten(score, "all"), ({ note }) => note.pitch);
}

interface Sequence {
  path: string;
  pitches: Uint8Array;
}

function passages(sequences: readonly Sequence[]): Double[] {
  const byHead = new Map<number, Sequence[]>();
  for (const sequence of sequences) {
    if (!isTelling(sequence.pitches)) continue;
    const head = hashes(sequence.pitches).next().value!;
    byHead.set(head, [...byHead.get(head) ?? [], sequence]);
  }
  const found: Double[] = [];
  for (const whole of sequences) {
    const free = new Map<Sequence, number>();
    let at = -1;
    for (const hash of hashes(whole.pitches)) {
      at++;
      for (const part of byHead.get(hash) ?? []) {
        if (part === whole || at < (free.get(part) ?? 0) || !soundsAt(part.pitches, whole.pitches, at)) continue;
        const notes = part.pitches.length;
        free.set(part, at + notes);
        const same = notes === whole.pitches.length;
        if (same && part.path < whole.path) continue;
        const transposition = whole.pitches[at] - part.pitches[0];
        found.push({ path: part.path, inside: whole.path, kind: same ? "same" : "part", at, notes, transposition });
      }
    }
  }
  return found;
}

function isTelling(pitches: Uint8Array): boolean {
  if (pitches.length < SHORTEST) return false;
  const intervals = new Set<number>();
  for (let i = 1; i < pitches.length; i++) intervals.add(pitches[i] - pitches[i - 1]);
  return intervals.size >= FEWEST_INTERVALS;
}

/** A rolling hash of the intervals between `SHORTEST` notes, for every note that so many begin with. */
function* hashes(pitches: Uint8Array): Generator<number, void> {
  const factor = 0x01000193;
  const width = SHORTEST - 1;
  let leaving = 1;
  for (let i = 0; i < width; i++) leaving = Math.imul(leaving, factor);
  let hash = 0;
  for (let i = 1; i < pitches.length; i++) {
    hash = (Math.imul(hash, factor) + pitches[i] - pitches[i - 1]) | 0;
    const gone = i - width;
    if (gone > 0) hash = (hash - Math.imul(leaving, pitches[gone] - pitches[gone - 1])) | 0;
    if (gone >= 0) yield hash;
  }
}

function soundsAt(part: Uint8Array, whole: Uint8Array, at: number): boolean {
  if (at + part.length > whole.length) return false;
  const shift = whole[at] - part[0];
  for (let i = 0; i < part.length; i++) {
    if (whole[at + i] - part[i] !== shift) return false;
  }
  return true;
}

/** Joins linked paths; each group is sorted, and stands under its first path. */
export function groups(
  paths: readonly string[],
  links: readonly (readonly string[])[],
): Map<string, string[]> {
  const parent = new Map(paths.map((path) => [path, path]));
  const root = (path: string): string => {
    for (let above = parent.get(path)!; above !== path; above = parent.get(path)!) {
      parent.set(path, parent.get(above)!);
      path = above;
    }
    return path;
  };
  for (const [first, ...rest] of links) {
    for (const path of rest) {
      const [low, high] = [root(first), root(path)].sort();
      parent.set(high, low);
    }
  }
  const groups = new Map<string, string[]>();
  for (const path of [...paths].sort()) groups.set(root(path), [...groups.get(root(path)) ?? [], path]);
  return groups;
}
