import { findVoices, type VoicedNote } from "./find_voices.ts";

/** Two onsets this near to each other are one, in seconds. */
const TOGETHER = 1e-3;
/** As long as this a line's notes may sound into the next, in seconds, for what was played legato. */
const LEGATO = 0.1;

/** A note of a part, as far as that is known. */
export interface PartNote extends VoicedNote {
  /** Index of its part. */
  part?: number;
}

/**
 * The voices of a piece: its parts, as far as they are lines. A part is a line if none of its notes begin together, nor does
 * one last more than a tenth of a second into the next. The notes of any other part, such as a keyboard's, are separated
 * by {@linkcode findVoices}, part by part; those that say no part are one.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { voicesInParts } from "./mod.ts";
 *
 * const keyboard = [[48, 0], [60, 0], [64, 0]].map(([pitch, start]) => ({ pitch, start, end: start + 1, part: 0 }));
 * assertEquals(voicesInParts([...keyboard, { pitch: 72, start: 0, end: 1, part: 1 }]), [3, 2, 1, 0]);
 * ```
 *
 * @param notes By onset.
 * @returns The number of each note's voice, from 0, the highest on average, downwards.
 * @throws {RangeError} If the notes are not sorted by onset.
 */
export function voicesInParts(notes: readonly PartNote[]): number[] {
  const lines = [...Map.groupBy(notes.keys(), (i) => notes[i].part).values()].flatMap((part) => {
    const isLine = part.every((i, k) => {
      const { start } = notes[i], before = notes[part[k - 1]];
      return k === 0 || start > before.start + TOGETHER && before.end <= start + LEGATO;
    });
    if (isLine) return [part];
    const found = findVoices(part.map((i) => notes[i]));
    return [...Map.groupBy(part, (_, k) => found[k]).values()];
  });
  const height = (line: readonly number[]) => line.reduce((sum, i) => sum + notes[i].pitch, 0) / line.length;
  const voices: number[] = new Array(notes.length);
  lines.map((line) => ({ line, height: height(line) })).sort((a, b) => b.height - a.height)
    .forEach(({ line }, voice) => line.forEach((i) => voices[i] = voice));
  return voices;
}
