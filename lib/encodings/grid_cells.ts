import { type GridPiece, VOICES } from "../formats/mod.ts";
import { cellClasses } from "./cell_classes.ts";
import type { Encoding, EncodingListener, EventPiece, PitchRange } from "./encoding.ts";

/** One cell of a grid: the MIDI number of a voice in a frame, `REST`, or {@linkcode START}. */
export type Cell = number;

/** What stands before the first cell of a piece, so that a model has heard something when it names that. */
export const START: Cell = -2;

/** Frames of a bar of 4/4, which stands for all where nothing is known of bars. */
export const BAR = 16;

/** The pieces of a grid cell by cell: soprano, alto, tenor, bass of each frame, after {@linkcode START}. */
export function cellPieces(pieces: readonly GridPiece[]): EventPiece<Cell>[] {
  return pieces.map((frames, i) => ({ piece: String(i), events: [START, ...frames.flat()] }));
}

/**
 * The cells of a grid of four voices: each is heard and said as a class, 0 for
 * a rest, 1 for the lowest pitch of the range, and so on; `START` is one more, heard
 * and never said. Known of the cell to come is which `voice` it is, from 0 for the
 * soprano, the `sixteenth` of a bar of 4/4, and what its voice had in the frame
 * before, as a class (`before`, -1 in the first frame).
 *
 * @param range Lowest and highest MIDI number: a `GridCorpus` has them.
 */
export function gridCells(range: PitchRange): Encoding<Cell> {
  const { count: classes, transposing, of: classOf, cell: cellOf } = cellClasses(range);
  const listen = (heard: number, latest: readonly number[]): EncodingListener<Cell> => {
    const ofVoices = [...latest];
    return {
      hear(cell) {
        if (cell === START) return { cell: classes };
        return { cell: ofVoices[heard++ % VOICES] = classOf(cell) };
      },
      know: () => ({
        voice: heard % VOICES,
        sixteenth: Math.floor(heard / VOICES) % BAR,
        before: ofVoices[heard % VOICES],
      }),
      fork: () => listen(heard, ofVoices),
    };
  };
  return {
    name: "grid cells",
    settings: { lowest: range.lowest, highest: range.highest },
    hears: [{ name: "cell", size: classes + 1, transposing }],
    knows: [{ name: "voice", size: VOICES }, { name: "sixteenth", size: BAR }, {
      name: "before",
      size: classes,
      transposing,
    }],
    says: [{ name: "cell", size: classes, transposing }],
    say: (cell) => ({ cell: cell === START ? -1 : classOf(cell) }),
    decode: ({ cell }) => cellOf(cell),
    listen: () => listen(0, Array(VOICES).fill(-1)),
  };
}
