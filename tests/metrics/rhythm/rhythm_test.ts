import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import {
  durationSd,
  interOnsetMean,
  interOnsets,
  interOnsetSd,
  lengthInQuarters,
  lengthInSeconds,
  longestDuration,
  meanDuration,
  noteDensity,
  notesPerQuarter,
  shortestDuration,
  timeBetweenAttacks,
  timeBetweenAttacksSd,
} from "../../../lib/metrics/mod.ts";
import { corpusTable } from "../../../lib/notes/mod.ts";
import { part, score } from "../../notes/scores.ts";
import { melodyOf, silence, tableOf } from "../music.ts";

/** Onsets at 0, 1, 1.5 and 3 quarter notes, of two parts; a chord at 1. */
const duet = () => tableOf([[[60, 0, 1], [62, 1, 2], [64, 3, 1]], [[48, 1, 1], [50, 1.5, 3]]]);

Deno.test("interOnsets() has one onset for all notes that begin at once, in seconds or quarter notes", () => {
  assertEquals([...interOnsets(duet())], [0.5, 0.25, 0.75]);
  assertEquals([...interOnsets(duet(), { unit: "quarters" })], [1, 0.5, 1.5]);
});

Deno.test("interOnsets() crosses from no piece to the next", () => {
  const pieces = ["a", "b"].map((path) => ({ path, score: score([part([[60, 0, 1], [62, 4, 1]])]) }));
  assertEquals([...interOnsets(corpusTable(pieces))], [2, 2]);
});

Deno.test("interOnsetMean() and interOnsetSd() are mean and sample standard deviation", () => {
  assertEquals(interOnsetMean(duet()), 0.5);
  assertEquals(interOnsetSd(duet()), 0.25);
  assertEquals(interOnsetMean(duet(), { unit: "quarters" }), 1);
  assertEquals(interOnsetSd(duet(), { unit: "quarters" }), 0.5);
  assertEquals(interOnsetSd(melodyOf([60, 60, 60, 60])), 0);
});

Deno.test("quarter notes leave the tempo out of the inter-onset intervals", () => {
  const fast = tableOf([[[60, 0, 1], [62, 1, 2], [64, 3, 1]]]).withColumns(pl.col("start").div(pl.lit(2)));
  assertEquals([interOnsetMean(fast), interOnsetMean(fast, { unit: "quarters" })], [0.375, 1.5]);
});

Deno.test("timeBetweenAttacks() is a tick less than the inter-onset interval, as in jSymbolic", () => {
  const tick = 0.5 / 480;
  assertAlmostEquals(timeBetweenAttacks(duet(), { ticksPerQuarter: 480 }), 0.5 - tick, 1e-15);
  assertAlmostEquals(timeBetweenAttacksSd(duet(), { ticksPerQuarter: 480 }), 0.25, 1e-15);
  assertThrows(() => timeBetweenAttacks(duet(), { ticksPerQuarter: 0 }), RangeError, "current value is 0");
});

Deno.test("lengthInSeconds() and lengthInQuarters() reach from the beginning to the last release", () => {
  assertEquals([lengthInSeconds(duet()), lengthInQuarters(duet())], [2.25, 4.5]);
  assertEquals([lengthInSeconds(tableOf([[[60, 4, 1]]])), lengthInQuarters(tableOf([[[60, 4, 1]]]))], [2.5, 5]);
  assertEquals([lengthInSeconds(silence()), lengthInQuarters(silence())], [0, 0]);
});

Deno.test("noteDensity() cuts the length to whole seconds, as jSymbolic does", () => {
  assertEquals(noteDensity(duet()), 5 / 2);
  assertEquals(noteDensity(melodyOf([60])), NaN);
});

Deno.test("notesPerQuarter() cuts nothing", () => {
  assertEquals(notesPerQuarter(duet()), 5 / 4.5);
});

Deno.test("metrics of durations are in seconds", () => {
  assertEquals(meanDuration(duet()), (0.5 + 1 + 0.5 + 0.5 + 1.5) / 5);
  assertAlmostEquals(durationSd(duet()), Math.sqrt(0.2), 1e-15);
  assertEquals([longestDuration(duet()), shortestDuration(duet())], [1.5, 0.5]);
});

Deno.test("metrics of rhythm count drums, where the table has them", () => {
  const table = tableOf([[[60, 0, 2]]], {}, [[36, 1, 1], [36, 3, 1]]);
  assertEquals([...interOnsets(table)], [0.5, 1]);
  assertEquals([lengthInSeconds(table), noteDensity(table), meanDuration(table)], [2, 3 / 2, 2 / 3]);
});

Deno.test("metrics of rhythm are NaN where they have nothing to measure", () => {
  for (const table of [silence(), melodyOf([60])]) {
    assertEquals([...interOnsets(table)], []);
    assertEquals([interOnsetMean(table), interOnsetSd(table), durationSd(table)], [NaN, NaN, NaN]);
    assertEquals(timeBetweenAttacks(table, { ticksPerQuarter: 480 }), NaN);
    assertEquals(timeBetweenAttacksSd(table, { ticksPerQuarter: 480 }), NaN);
  }
  const none = silence();
  assertEquals([noteDensity(none), notesPerQuarter(none), meanDuration(none)], [NaN, NaN, NaN]);
  assertEquals([longestDuration(none), shortestDuration(none)], [NaN, NaN]);
  assertEquals(interOnsetSd(melodyOf([60, 62])), NaN);
});

Deno.test("metrics on the grid say what to do with a table that knows seconds alone", () => {
  const seconds = duet().drop("quarter", "quarters");
  const advice = "layOnTempo(table, { tempo })";
  assertThrows(() => interOnsetMean(seconds, { unit: "quarters" }), TypeError, advice);
  assertThrows(() => lengthInQuarters(seconds), TypeError, advice);
  assertThrows(() => timeBetweenAttacks(seconds, { ticksPerQuarter: 480 }), TypeError, advice);
  assertEquals(interOnsetMean(seconds), 0.5);
  // deno-lint-ignore no-explicit-any
  assertThrows(() => interOnsets(seconds, { unit: "beats" as any }), TypeError, 'current value is "beats"');
});

Deno.test("metrics of a length refuse several pieces, whose clocks all begin at 0", () => {
  const pieces = ["a", "b"].map((path) => ({ path, score: score([part([[60, 0, 1]])]) }));
  const table = corpusTable(pieces);
  for (const metric of [lengthInSeconds, lengthInQuarters, noteDensity, notesPerQuarter]) {
    assertThrows(() => metric(table), RangeError, "must hold one piece, this one holds 2");
  }
  assertEquals(meanDuration(table), 0.5);
});
