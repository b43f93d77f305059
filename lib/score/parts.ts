import type { Part, Score } from "./score.ts";

/**
 * The first part that has notes: pretty_midi's `instruments[0]`, which is all
 * that the published run reads of a file. A MIDI file's parts all have notes;
 * a score in `**kern` may have a staff of rests on top.
 *
 * @returns `undefined` where no part has notes.
 */
export function firstInstrument(score: Pick<Score, "parts">): Part | undefined {
  return score.parts.find(({ notes }) => notes.length > 0);
}

/** A MIDI channel for each part in turn: 0 to 15 without 9, which is for drums. */
export function channelOf(part: number): number {
  return [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15][part % 15];
}
