import { assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { byPart, meanInterval, pitchRange, stepShare } from "../../lib/metrics/mod.ts";
import { corpusTable } from "../../lib/notes/mod.ts";
import { part, score } from "../notes/scores.ts";
import { silence, tableOf } from "./music.ts";

Deno.test("byPart() measures each voice alone, in the order of first notes", () => {
  const table = tableOf([[[72, 1, 1], [74, 2, 1]], [[48, 0, 1], [60, 1, 1]], [[55, 2, 1]]]);
  assertEquals<unknown>(byPart(table, meanInterval).rows(), [["", 1, 12], ["", 0, 2], ["", 2, null]]);
});

Deno.test("byPart() keeps the parts of several pieces apart", () => {
  const pieces = ["a", "b"].map((path, i) => ({ path, score: score([part([[60, 0, 1], [62 + i, 1, 1]])]) }));
  assertEquals(byPart(corpusTable(pieces), stepShare).rows(), [["a", 0, 1], ["b", 0, 0]]);
});

Deno.test("byPart() of no notes has no rows, and needs pieces and parts", () => {
  assertEquals([byPart(silence(), pitchRange).height, byPart(silence(), pitchRange).columns.length], [0, 3]);
  assertThrows(() => byPart(pl.DataFrame({ pitch: [60] }), pitchRange), TypeError, 'no column "piece"');
});
