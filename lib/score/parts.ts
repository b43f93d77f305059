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

/** The parts that play pitches: those of drums, whose numbers are none, and those without notes are left out. */
export function pitchedParts(score: Pick<Score, "parts">): Part[] {
  return score.parts.filter(({ drum, notes }) => !drum && notes.length > 0);
}

/**
 * Why a score has no pitches, in words as they follow "because": `it has only drums`, or `it has no notes`.
 *
 * @returns `undefined` where it has some.
 */
export function whyUnpitched(score: Pick<Score, "parts">): string | undefined {
  if (pitchedParts(score).length > 0) return undefined;
  return firstInstrument(score) ? "it has only drums" : "it has no notes";
}

/** MIDI channel 10, the percussion, counted from 0. */
export const DRUM_CHANNEL = 9;

/** A MIDI channel for each part in turn: 0 to 15 without that of drums. */
export function channelOf(part: number): number {
  const channel = part % 15;
  return channel < DRUM_CHANNEL ? channel : channel + 1;
}
