/** Which pieces have counterpoint, and that what is counted there is what `counterpoint` counts. */

import { assert, assertEquals } from "@std/assert";
import { readKern } from "../../../lib/formats/mod.ts";
import {
  counterpoint,
  COUNTERPOINT_KINDS,
  counterpointCount,
  leadingToneResolution,
  leadingTones,
  resolutionRate,
  voiceFrames,
  voicesOf,
} from "../../../lib/metrics/mod.ts";
import type { Score } from "../../../lib/score/mod.ts";
import { findKey, toNoteTable } from "../../../lib/notes/mod.ts";
import { CHORALES } from "../../data/chorales.ts";
import { readShared, sharedTest } from "../../shared.ts";
import { part, score, type Written } from "../../notes/scores.ts";

const UPPER: Written[] = [[72, 0, 1], [74, 1, 1]];
const LOWER: Written[] = [[60, 0, 1], [62, 1, 1]];
const voices = (...parts: Written[][]) => voicesOf(score(parts.map((notes) => part(notes))));

Deno.test("voicesOf() takes two to eight parts of one note at a time, drums and silent parts aside", () => {
  assertEquals(voices(UPPER), undefined);
  assertEquals(voices(), undefined);
  assertEquals(voices(UPPER, LOWER)!.length, 8);
  assertEquals(voices(...Array(8).fill(LOWER))![0].length, 8);
  assertEquals(voices(...Array(9).fill(LOWER)), undefined);
  const drums = part([[36, 0, 1], [38, 0, 1]], { drum: true });
  assertEquals(voicesOf(score([part(UPPER), drums, part([]), part(LOWER)]))![0], [72, 60]);
});

Deno.test("voicesOf() takes no chords, and no note that lasts more than a thirty-second into the next", () => {
  assertEquals(voices(UPPER, [[60, 0, 1], [64, 0, 1]]), undefined);
  assertEquals(voices(UPPER, [[60, 0, 0.1], [64, 0, 0.1]]), undefined);
  assertEquals(voices(UPPER, [[60, 0, 1.125], [62, 1, 1]])?.length, 8);
  assertEquals(voices(UPPER, [[60, 0, 1.25], [62, 1, 1]]), undefined);
  // The first note is still held under the third.
  assertEquals(voices(UPPER, [[60, 0, 4], [62, 3.9, 0.05], [64, 3.95, 1]])?.length, 20);
  assertEquals(voices(UPPER, [[60, 0, 4], [62, 3.8, 0.1], [64, 3.9, 1]]), undefined);
});

Deno.test("voicesOf() goes from the top down, whatever the order of the parts", () => {
  assertEquals(voices(LOWER, UPPER), voices(UPPER, LOWER));
  assertEquals(voices(LOWER, UPPER)![0], [72, 60]);
});

/** What the metrics count, and what the functions behind them find in the voices as the score has them. */
function assertCounts(music: Score, what: string) {
  const { frames } = voiceFrames(music);
  const found = voicesOf(music);
  assertEquals(found, frames, what);
  const kinds = counterpoint(frames).places.getColumn("kind").toArray() as string[];
  for (const kind of COUNTERPOINT_KINDS) {
    assertEquals(counterpointCount(found, kind), [...kinds].filter((each) => each === kind).length, `${kind}, ${what}`);
  }
  const rate = resolutionRate(leadingTones(frames, findKey(music)));
  assertEquals(leadingToneResolution(toNoteTable(music), found), rate, what);
}

Deno.test("counterpointCount() and leadingToneResolution() agree with counterpoint() on the sample's chorales", async () => {
  for (const file of Object.keys(CHORALES)) {
    assertCounts(readKern(await Deno.readTextFile(new URL(`../../../data/sample/${file}`, import.meta.url))), file);
  }
});

sharedTest("counterpointCount() agrees with counterpoint() on every tenth of 370 chorales", () => {
  let crossed = 0;
  for (let number = 1; number <= 370; number += 10) {
    const file = `chor${String(number).padStart(3, "0")}.krn`;
    const music = readKern(new TextDecoder().decode(readShared(`corpus/chorales370/${file}`)));
    assertCounts(music, file);
    crossed += counterpointCount(voicesOf(music), "crossing");
  }
  assert(crossed > 0);
});

Deno.test("counterpointCount() and leadingToneResolution() are NaN without voices", () => {
  assertEquals(counterpointCount(undefined, "crossing"), NaN);
  assertEquals(counterpointCount([], "crossing"), NaN);
  const table = toNoteTable(score([part(UPPER)]));
  assertEquals([leadingToneResolution(table, undefined), leadingToneResolution(table, [])], [NaN, NaN]);
});
