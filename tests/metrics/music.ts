/** Small pieces for the tests of the metrics. */

import type { DataFrame } from "nodejs-polars";
import type { Score } from "../../lib/score/mod.ts";
import { toNoteTable } from "../../lib/notes/mod.ts";
import { part, score, type Written } from "../notes/scores.ts";

/** A table of parts, notes in quarter notes at 120 a minute; drums of `drums`. */
export function tableOf(parts: Written[][], changes: Partial<Score> = {}, drums: Written[] = []): DataFrame {
  const played = parts.map((notes) => part(notes));
  if (drums.length > 0) played.push(part(drums, { drum: true }));
  return toNoteTable(score(played, changes), { drums: drums.length > 0 });
}

/** One voice, one pitch after the other, a quarter note each. */
export function melodyOf(pitches: number[], changes: Partial<Score> = {}): DataFrame {
  return tableOf([pitches.map((pitch, i): Written => [pitch, i, 1])], changes);
}

/** The time signature from the beginning on. */
export function inMetre(numerator: number, denominator: number): Partial<Score> {
  return { metres: [{ tick: 0, numerator, denominator }] };
}

/** A table without notes. */
export const silence = (): DataFrame => tableOf([]);
