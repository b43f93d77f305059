import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { emptyBeatRate, emptyMeasureRate, grooveConsistency, onsetPhaseVariance } from "../../../lib/metrics/mod.ts";
import { layOnTempo } from "../../../lib/notes/mod.ts";
import { inMetre, melodyOf, silence, tableOf } from "../music.ts";

Deno.test("emptyBeatRate() counts beats that no note touches, by muspy's rules", () => {
  assertEquals(emptyBeatRate(tableOf([[[60, 0, 0.5], [60, 3, 0.5]]])), 2 / 4);
  // A note that ends on the line of beat 1 touches it, and so does the end of the piece.
  assertEquals(emptyBeatRate(tableOf([[[60, 0, 1], [60, 3, 1]]])), 1 / 5);
  assertEquals(emptyBeatRate(tableOf([[[60, 0, 2.5]], [[48, 0.5, 1]]])), 0);
});

Deno.test("emptyBeatRate() is not led astray by thirds", () => {
  const triplets = Array.from({ length: 9 }, (_, i) => [60, i / 3, 1 / 3] as [number, number, number]);
  assertEquals(emptyBeatRate(tableOf([triplets])), 0);
  const late = tableOf([[[60, 0, 1 / 3], [60, 1 / 3, 2 / 3], [60, 3.5, 0.25]]]);
  assertEquals(emptyBeatRate(late), 1 / 4);
});

Deno.test("emptyMeasureRate() takes the bar from the table, or as told", () => {
  const table = tableOf([[[60, 0, 1], [60, 7, 1]]], inMetre(3, 4));
  assertEquals(emptyMeasureRate(table), 1 / 3);
  assertEquals(emptyMeasureRate(table, { measure: 2 }), 2 / 5);
  assertEquals(emptyMeasureRate(table, { measure: 100 }), 0);
  assertThrows(() => emptyMeasureRate(table, { measure: 0 }), RangeError, "current value is 0");
});

Deno.test("emptyMeasureRate() takes the first time signature, and is NaN where there is none", () => {
  const metres = [{ tick: 0, numerator: 6, denominator: 8 }, { tick: 1440, numerator: 4, denominator: 4 }];
  assertEquals(emptyMeasureRate(tableOf([[[60, 0, 1], [60, 10, 1]]], { metres })), 2 / 4);
  assertEquals(emptyMeasureRate(melodyOf([60, 62])), NaN);
  assertEquals(grooveConsistency(melodyOf([60, 62, 64, 65, 67])), NaN);
});

Deno.test("grooveConsistency() compares the onsets of neighbouring bars", () => {
  // Bars of 2 quarter notes in 4 positions: 1000, 1010, 1000, and an empty one after the end.
  const table = tableOf([[[60, 0, 1], [60, 2, 1], [60, 3, 1], [60, 4, 2]]], inMetre(2, 4));
  assertEquals(grooveConsistency(table, { resolution: 2 }), 1 - 3 / 12);
  assertEquals(grooveConsistency(table), 1 - 3 / (3 * 48));
  const even = tableOf([[[60, 0, 1], [60, 2, 1], [60, 4, 1]]], inMetre(2, 4));
  assertEquals(grooveConsistency(even), 1);
});

Deno.test("grooveConsistency() puts onsets on the nearest position", () => {
  const human = tableOf([[[60, 0.02, 1], [60, 1.99, 1], [62, 3.01, 0.5]]], inMetre(2, 4));
  assertEquals(grooveConsistency(human, { resolution: 4 }), 1 - 1 / 8);
});

Deno.test("grooveConsistency() is NaN of one bar, and where a bar is no whole number of positions", () => {
  assertEquals(grooveConsistency(tableOf([[[60, 0, 1]]], inMetre(2, 4))), NaN);
  assertEquals(grooveConsistency(melodyOf([60, 62, 64], inMetre(3, 8)), { resolution: 1 }), NaN);
  assertThrows(() => grooveConsistency(silence(), { resolution: 0 }), RangeError, "current value is 0");
});

Deno.test("onsetPhaseVariance() is 0 of one phase and 1 of phases that balance", () => {
  assertAlmostEquals(onsetPhaseVariance(melodyOf([60, 62, 64])), 0, 1e-15);
  assertAlmostEquals(onsetPhaseVariance(tableOf([[[60, 0.25, 1], [62, 5.25, 1]]])), 0, 1e-15);
  assertAlmostEquals(onsetPhaseVariance(tableOf([[[60, 0, 0.5], [62, 0.5, 0.5]]])), 1, 1e-15);
  assertAlmostEquals(onsetPhaseVariance(tableOf([[[60, 0, 0.5], [62, 1.25, 0.5]]])), 1 - Math.SQRT1_2, 1e-15);
});

Deno.test("onsetPhaseVariance() takes the phase in any cycle, and a chord for one onset", () => {
  const table = tableOf([[[60, 0, 1], [64, 0, 1], [67, 0, 1], [60, 1, 1]]]);
  assertAlmostEquals(onsetPhaseVariance(table), 0, 1e-15);
  assertAlmostEquals(onsetPhaseVariance(table, { period: 2 }), 1, 1e-15);
  assertThrows(() => onsetPhaseVariance(table, { period: 0 }), RangeError, "current value is 0");
});

Deno.test("metrics on the grid are NaN without notes, and of a piece without length", () => {
  const point = tableOf([[[60, 0, 0]]], inMetre(4, 4));
  for (const table of [silence(), point]) {
    assertEquals([emptyBeatRate(table), emptyMeasureRate(table), grooveConsistency(table)], [NaN, NaN, NaN]);
  }
  assertEquals(onsetPhaseVariance(silence()), NaN);
});

Deno.test("metrics on the grid say what to do with a table that knows seconds alone", () => {
  const seconds = melodyOf([60, 62, 64, 65, 67, 69]).drop("quarter", "quarters", "measure");
  for (const metric of [emptyBeatRate, onsetPhaseVariance]) {
    assertThrows(() => metric(seconds), TypeError, "layOnTempo(table, { tempo })");
  }
  assertThrows(() => grooveConsistency(seconds, { measure: 2 }), TypeError, "layOnTempo(table, { tempo })");
  const laid = layOnTempo(seconds, { tempo: 120 });
  assertThrows(() => emptyMeasureRate(laid), TypeError, "layOnTempo(table, { tempo, metre })");
  assertThrows(() => grooveConsistency(laid), TypeError, "as { measure }");
  assertEquals(grooveConsistency(laid, { measure: 2, resolution: 1 }), 1 - 2 / 6);
  assertEquals(emptyMeasureRate(layOnTempo(seconds, { tempo: 120, metre: [2, 4] })), 0);
});
