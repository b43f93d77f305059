import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { polyphony, polyphonyRate } from "../../../lib/metrics/mod.ts";
import { corpusTable } from "../../../lib/notes/mod.ts";
import { part, score } from "../../notes/scores.ts";
import { melodyOf, silence, tableOf } from "../music.ts";

Deno.test("polyphony() is the mean number of pitches while any sounds", () => {
  assertEquals(polyphony(melodyOf([60, 62])), 1);
  assertEquals(polyphony(tableOf([[[60, 0, 4], [64, 0, 2], [67, 0, 1], [72, 7, 1]]])), (3 + 2 + 1 + 1 + 1) / 5);
});

Deno.test("polyphony() takes a unison for one pitch, however its notes overlap", () => {
  assertEquals(polyphony(tableOf([[[60, 0, 2]], [[60, 1, 2]]])), 1);
  assertEquals(polyphony(tableOf([[[60, 0, 4], [64, 2, 1]], [[60, 1, 1], [60, 2, 1]]])), 5 / 4);
});

Deno.test("polyphony() and polyphonyRate() pass a note without length over", () => {
  const table = tableOf([[[60, 0, 1], [64, 0.5, 0], [67, 1, 1]]]);
  assertEquals([polyphony(table), polyphonyRate(table, { threshold: 1 })], [1, 0]);
  assertEquals(polyphony(tableOf([[[60, 0, 0]]])), NaN);
});

Deno.test("polyphonyRate() is the share of the whole length with more pitches than the threshold", () => {
  const table = tableOf([[[60, 0, 4], [64, 0, 2], [67, 0, 1], [72, 7, 1]]]);
  assertEquals(polyphonyRate(table), 1 / 8);
  assertEquals(polyphonyRate(table, { threshold: 1 }), 2 / 8);
  assertEquals(polyphonyRate(table, { threshold: 0 }), 5 / 8);
  assertThrows(() => polyphonyRate(table, { threshold: -1 }), RangeError, "current value is -1");
});

Deno.test("polyphony() leaves drums out, which count for the length alone", () => {
  const table = tableOf([[[60, 0, 1], [64, 0, 1], [67, 0, 1]]], {}, [[36, 0, 1], [36, 3, 1]]);
  assertEquals([polyphony(table), polyphonyRate(table)], [3, 1 / 4]);
  const drums = tableOf([], {}, [[36, 0, 1]]);
  assertEquals([polyphony(drums), polyphonyRate(drums)], [NaN, 0]);
});

Deno.test("polyphony() of thirds is exact to rounding", () => {
  const triplets = Array.from({ length: 9 }, (_, i) => [60 + i, i / 3, 1 / 3] as [number, number, number]);
  assertAlmostEquals(polyphony(tableOf([triplets])), 1, 1e-12);
  assertAlmostEquals(polyphonyRate(tableOf([triplets]), { threshold: 1 }), 0, 1e-12);
});

Deno.test("polyphony() is NaN without notes, and refuses several pieces and tables without a grid", () => {
  assertEquals([polyphony(silence()), polyphonyRate(silence())], [NaN, NaN]);
  const pieces = ["a", "b"].map((path) => ({ path, score: score([part([[60, 0, 1]])]) }));
  assertThrows(
    () => polyphony(corpusTable(pieces)),
    RangeError,
    "Cannot measure polyphony: the table must hold one piece",
  );
  assertThrows(() => polyphony(melodyOf([60]).drop("quarters")), TypeError, "layOnTempo");
});
