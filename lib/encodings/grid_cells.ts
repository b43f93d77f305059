import { type GridPiece, VOICES } from "../formats/mod.ts";
import { REST } from "../score/mod.ts";
import type { Encoding, EncodingListener, EventPiece, PitchRange } from "./encoding.ts";
import { movingPitches } from "./transposing.ts";

/** One cell of a grid: the MIDI number of a voice in a frame, `REST`, or {@linkcode START}. */
export type Cell = number;

/** What stands before the first cell of a piece, so that a model has heard something when it names that. */
export const START: Cell = -2;

/** Frames of a bar of 4/4. */
const BAR = 16;

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
export function gridCells({ lowest, highest }: PitchRange): Encoding<Cell> {
  const classes = highest - lowest + 2;
  const transposing = movingPitches({ lowest: 1, highest: classes - 1 });
  const classOf = (cell: Cell) => {
    if (cell === REST) return 0;
    if (cell >= lowest && cell <= highest) return cell - lowest + 1;
    throw new RangeError(`Cannot find the class of pitch ${cell}: the range is from ${lowest} to ${highest}`);
  };
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
    settings: { lowest, highest },
    hears: [{ name: "cell", size: classes + 1, transposing }],
    knows: [{ name: "voice", size: VOICES }, { name: "sixteenth", size: BAR }, {
      name: "before",
      size: classes,
      transposing,
    }],
    says: [{ name: "cell", size: classes, transposing }],
    say: (cell) => ({ cell: cell === START ? -1 : classOf(cell) }),
    decode: ({ cell }) => cell === 0 ? REST : cell + lowest - 1,
    listen: () => listen(0, Array(VOICES).fill(-1)),
  };
}
