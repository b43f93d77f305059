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
