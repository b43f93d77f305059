import { type GridPiece, VOICES } from "../../formats/mod.ts";
import { mean } from "../../metrics/mod.ts";
import type { CellScores } from "../../systems/mod.ts";

/** Some cells of a grid and their mean cost. */
export interface CellMean {
  /** How many cells. */
  cells: number;
  /** Nats per cell; NaN if there are none. */
  nats: number;
}

/** What some cells cost together. */
export interface CellSum {
  /** How many cells. */
  cells: number;
  /** Nats of all of them. */
  nats: number;
}

/** What the cells of a piece cost together. */
export interface PieceCells {
  /** Those of soprano, alto, tenor and bass. */
  voices: CellSum[];
  /** Those that differ from what their voice had in the frame before. */
  changed: CellSum;
  /** Those that do not. */
  held: CellSum;
}

/** Figures on the scored cells of a grid; nats by the natural logarithm. */
export interface GridFigures {
  /** Pieces. */
  pieces: number;
  /** Cells, four a frame. */
  cells: number;
  /** Nats per cell, mean over all cells. */
  micro: number;
  /** Nats per cell, mean over the pieces' means. */
  macro: number;
  /** Nats per frame: four times `micro`. */
  frame: number;
  /** Bits per cell: `micro / ln 2`. */
  bits: number;
  /** Nats per cell of soprano, alto, tenor and bass. */
  voices: number[];
  /** Nats per cell of each piece. */
  perPiece: number[];
  /** What the cells of each piece cost, some of them by themselves: what intervals over pieces are drawn from. */
  pieceCells: PieceCells[];
  /** Cells that differ from what their voice had in the frame before, to and from rests too. */
  changed: CellMean;
  /** The same and the cells of first frames. */
  changedOrFirst: CellMean;
  /** Cells that have what their voice had in the frame before. */
  held: CellMean;
  /** Share of all nats that lies in those. */
  heldShare: number;
  /** Share of cells whose likeliest class came. */
  accuracy: number;
  /** The same without first frames. */
  later: LaterAccuracy;
}

/** How often the likeliest class came, in all frames that have one before them. */
export interface LaterAccuracy {
  /** How many such frames. */
  frames: number;
  /** Share of hits of soprano, alto, tenor and bass. */
  voices: number[];
  /** Mean of the four. */
  mean: number;
  /** Share of frames in which all four voices were hit. */
  wholeFrame: number;
  /** Share of hits, mean over the pieces' shares. */
  macro: number;
}

/**
 * The figures that grids are compared by: the protocol under which every cell
 * is scored, a rest too, conditioned on everything earlier, with no end of the piece to guess.
 *
 * Three quarters of the cells of a chorale in sixteenths only go on, so that
 * the changed ones tell more.
 *
 * @param scores What each cell cost: the head `cell` of what `scoreModel` gives, or the cells of a `ChoraleSystem`.
 * @param pieces The pieces that were scored.
 * @throws {RangeError} If those are other pieces.
 */
export function gridFigures({ nats, hit }: CellScores, pieces: readonly GridPiece[]): GridFigures {
  const all = pieces.flat();
  if (nats.length !== VOICES * all.length || nats.length === 0) {
    throw new RangeError(
      `Cannot compute the figures: ${nats.length} cells were scored, the pieces have ${VOICES * all.length}`,
    );
  }
  const first = new Set<number>();
  pieces.reduce((frame, { length }) => (first.add(frame), frame + length), 0);
  const piece = pieces.flatMap(({ length }, i) => Array<number>(VOICES * length).fill(i));
  const isFirst = (i: number) => first.has(Math.floor(i / VOICES));
  const isHeld = (i: number) => {
    const frame = Math.floor(i / VOICES), voice = i % VOICES;
    return !first.has(frame) && all[frame][voice] === all[frame - 1][voice];
  };
  const cells = Array.from(nats.keys());
  const meanOf = (indices: readonly number[], values: ArrayLike<number> = nats) =>
    indices.reduce((sum, i) => sum + values[i], 0) / indices.length;
  const cellSum = (indices: readonly number[]) => ({
    cells: indices.length,
    nats: indices.reduce((sum, i) => sum + nats[i], 0),
  });
  const cellMean = (indices: readonly number[]) => ({ cells: indices.length, nats: meanOf(indices) });
  const byVoice = (indices: readonly number[]) =>
    Array.from({ length: VOICES }, (_, voice) => indices.filter((i) => i % VOICES === voice));
  const byPiece = (indices: readonly number[]) => {
    const groups: number[][] = pieces.map(() => []);
    for (const i of indices) groups[piece[i]].push(i);
    return groups;
  };
  const held = cells.filter(isHeld), later = cells.filter((i) => !isFirst(i));
  const changed = later.filter((i) => !isHeld(i));
  const [changedByPiece, heldByPiece] = [byPiece(changed), byPiece(held)];
  const micro = meanOf(cells), perPiece = byPiece(cells).map((indices) => meanOf(indices));
  const voices = byVoice(later).map((indices) => meanOf(indices, hit));
  const wholeFrames = byVoice(later)[0].filter((i) => [0, 1, 2, 3].every((voice) => hit[i + voice] === 1));
  return {
    pieces: pieces.length,
    cells: cells.length,
    micro,
    macro: mean(perPiece),
    frame: VOICES * micro,
    bits: micro / Math.LN2,
    voices: byVoice(cells).map((indices) => meanOf(indices)),
    perPiece,
    pieceCells: byPiece(cells).map((indices, i) => ({
      voices: byVoice(indices).map(cellSum),
      changed: cellSum(changedByPiece[i]),
      held: cellSum(heldByPiece[i]),
    })),
    changed: cellMean(changed),
    changedOrFirst: cellMean(cells.filter((i) => !isHeld(i))),
    held: cellMean(held),
    heldShare: held.length * meanOf(held) / (cells.length * micro) || 0,
    accuracy: meanOf(cells, hit),
    later: {
      frames: later.length / VOICES,
      voices,
      mean: mean(voices),
      wholeFrame: wholeFrames.length / (later.length / VOICES),
      macro: mean(byPiece(later).filter(({ length }) => length > 0).map((indices) => meanOf(indices, hit))),
    },
  };
}
