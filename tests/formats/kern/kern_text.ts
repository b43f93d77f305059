import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { KernError, readKern } from "../../../lib/formats/mod.ts";
import type { Score } from "../../../lib/score/mod.ts";

/** A text of one column per spine: rows as people read them, one or more spaces apart. */
export function kern(rows: string): string {
  return rows.trim().split("\n").map((row) => row.trim().split(/ +/).join("\t")).join("\n") + "\n";
}

/** One `**kern` spine of the given tokens (which may be chords). */
export function voice(...tokens: string[]): string {
  return ["**kern", ...tokens, "*-"].join("\n") + "\n";
}

/** The notes of a part: onset, duration (quarter notes), MIDI number. */
export function notesOf(score: Score, part = 0): number[][] {
  const quarters = (ticks: number) => ticks / score.ticksPerQuarter;
  return score.parts[part].notes.map(({ startTick, endTick, pitch }) => [
    quarters(startTick),
    quarters(endTick - startTick),
    pitch,
  ]);
}

/** Asserts that a text is refused at a place, with words in the message. */
export function assertRefused(text: string, line: number, spine: number, words: string): void {
  const error = assertThrows(() => readKern(text, { repair: false }), KernError);
  assertEquals([error.line, error.spine], [line, spine], error.message);
  assertStringIncludes(error.message, words);
}
