/** What is counted in a piece is what `counterpoint` counts in its voices. */

import { assert, assertEquals } from "@std/assert";
import { readKern } from "../../../lib/formats/mod.ts";
import {
  counterpoint,
  COUNTERPOINT_KINDS,
  counterpointCount,
  leadingToneResolution,
  leadingTones,
  resolutionRate,
} from "../../../lib/metrics/mod.ts";
import { findKey, toNoteTable } from "../../../lib/notes/mod.ts";
import { type Score, voiceFrames, voicesOf } from "../../../lib/score/mod.ts";
import { CHORALES } from "../../data/chorales.ts";
import { part, score } from "../../notes/scores.ts";
import { readShared, sharedTest } from "../../shared.ts";

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
  const table = toNoteTable(score([part([[72, 0, 1], [74, 1, 1]])]));
  assertEquals([leadingToneResolution(table, undefined), leadingToneResolution(table, [])], [NaN, NaN]);
});
