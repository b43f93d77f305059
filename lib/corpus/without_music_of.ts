import { findDoubles } from "./doubles.ts";
import type { LeftOut } from "./left_out.ts";
import { findNearDoubles } from "./near_doubles.ts";
import type { Piece } from "./piece.ts";

/** Share of a piece's passages that another may have before the two are taken for the same music. */
const SHARE = 0.05;

/** Pieces that share nothing with some others, and those that do. */
export interface ApartPieces {
  /** The pieces without music of the others, in order. */
  pieces: Piece[];
  /** The rest, and what each shares with which of the others. */
  leftOut: LeftOut[];
}

/**
 * Leaves out of some pieces what has music of others in it: what is learned from
 * must not hold, under another name, in another key or by another hand, what a
 * model is measured on.
 *
 * Left out are copies, whatever contains one of the others as a whole or is a part of it (`findDoubles`), and pieces of
 * which a twentieth of the passages of 20 intervals stands in one of the others, or the other way round
 * (`findNearDoubles`), in all parts together or in the first of each. All of that is compared by intervals, so that
 * another key hides nothing. Rhythm, ornaments in the corpus's file and another division into parts do not hide the
 * movements of the sample that are in the 228: of those, 42 % of the passages or more are found. A melody shorter than
 * 21 notes is not. Needs no permission.
 *
 * @param pieces Pieces of one corpus.
 * @param others Pieces of the same or of another. A path may be in both.
 */
export function withoutMusicOf(pieces: readonly Piece[], others: readonly Piece[]): ApartPieces {
  const named = (side: string, pieces: readonly Piece[]) =>
    pieces.map((piece, i): [string, Piece] => [`${side} ${i}`, { ...piece, path: `${side} ${i}` }]);
  const [ours, theirs] = [named("this", pieces), named("other", others)].map((entries) => new Map(entries));
  const all = [...ours.values(), ...theirs.values()];
  const found = [
    ...findDoubles(all).map(({ path, inside }) => ({ path, inside, share: 1 })),
    ...(["all", "first"] as const).flatMap((flattening) => findNearDoubles(all, { flattening, share: SHARE })),
  ];
  const most = new Map<string, { share: number; other: string }>();
  for (const { path, inside, share } of found) {
    const [own, other] = ours.has(path) ? [path, inside] : [inside, path];
    if (ours.has(own) && theirs.has(other) && share > (most.get(own)?.share ?? 0)) most.set(own, { share, other });
  }
  const apart: ApartPieces = { pieces: [], leftOut: [] };
  for (const [i, piece] of pieces.entries()) {
    const match = most.get(`this ${i}`);
    if (!match) {
      apart.pieces.push(piece);
      continue;
    }
    const { path } = others[Number(match.other.split(" ")[1])];
    const percent = (100 * match.share).toFixed(0);
    apart.leftOut.push({ path: piece.path, reason: `up to ${percent} % of it is also in ${path}, or of that in it` });
  }
  return apart;
}
