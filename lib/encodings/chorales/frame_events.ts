import { type Chorale, CHORALE_VOICES, type Frame } from "../../score/mod.ts";
import type { EventPiece } from "../encoding.ts";
import { START } from "../grid_cells.ts";

/** A moment of a chorale as a model hears it. */
export interface FrameEvent {
  /** What soprano, alto, tenor and bass have: MIDI numbers, `REST`; in {@linkcode START_FRAME} alone `START`. */
  readonly pitches: Frame;
}

/** What stands before the first frame of a piece, so that a model has heard something when it names that. */
export const START_FRAME: FrameEvent = { pitches: CHORALE_VOICES.map(() => START) };

/** Chorales frame by frame, after {@linkcode START_FRAME}. */
export function framePieces(chorales: readonly Chorale[]): EventPiece<FrameEvent>[] {
  return chorales.map(({ name, frames }) => ({
    piece: name,
    events: [START_FRAME, ...frames.map((pitches) => ({ pitches }))],
  }));
}
