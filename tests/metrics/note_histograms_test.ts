import { assertEquals, assertThrows } from "@std/assert";
import {
  durationHistogram,
  HISTOGRAMS,
  intervalCounts,
  NOTE_VALUES,
  noteValueCounts,
  stepCounts,
  STREAM_HISTOGRAMS,
} from "../../lib/metrics/mod.ts";
import type { Written } from "../notes/scores.ts";
import { melodyOf, silence, tableOf } from "./music.ts";

Deno.test("noteValueCounts() gives every note value its own class", () => {
  const table = tableOf([NOTE_VALUES.map(({ quarters }, i): Written => [60, 4 * i, quarters])]);
  assertEquals([...noteValueCounts(table)], Array(12).fill(1));
});

Deno.test("noteValueCounts() takes the nearest in ratio, and the outermost for all beyond", () => {
  const lengths = [0, 0.1, 0.99, Math.SQRT2 * 0.999 * 2, 3.4, 3.5, 1000];
  const counts = noteValueCounts(tableOf([lengths.map((length, i): Written => [60, i, length])]));
  const named = NOTE_VALUES.map(({ name }, i) => [name, counts[i]]).filter(([, count]) => count !== 0);
  assertEquals(named, [["sixteenth", 2], ["quarter", 1], ["dotted half", 2], ["whole", 2]]);
});

Deno.test("durationHistogram() has a row for each note value, with counts and shares", () => {
  const table = durationHistogram(tableOf([[[60, 0, 1], [62, 1, 1], [64, 2, 0.5], [65, 3, 4]]]));
  assertEquals([table.height, table.columns], [12, ["value", "quarters", "count", "share"]]);
  assertEquals(table.toRecords().filter(({ count }) => count !== 0), [
    { value: "eighth", quarters: 0.5, count: 1, share: 0.25 },
    { value: "quarter", quarters: 1, count: 2, share: 0.5 },
    { value: "whole", quarters: 4, count: 1, share: 0.25 },
  ]);
  assertEquals(durationHistogram(silence()).getColumn("share").nullCount(), 12);
});

Deno.test("stepCounts() counts notes that begin together apart from the note values", () => {
  const table = tableOf([[[60, 0, 1], [64, 0, 1], [62, 1, 1], [65, 1.02, 1], [64, 3.02, 1]]]);
  const counts = stepCounts(table);
  assertEquals([counts.length, counts[0], counts[7], counts[10]], [13, 2, 1, 1]);
});

Deno.test("intervalCounts() keeps the direction, and puts what is wider than an octave at the ends", () => {
  const counts = intervalCounts(melodyOf([60, 60, 62, 50, 30, 43, 55]));
  assertEquals(counts.length, 27);
  assertEquals([counts[0], counts[1], counts[13], counts[15], counts[25], counts[26]], [1, 1, 1, 1, 1, 1]);
});

Deno.test("every histogram has the bins that it says, all 0 without notes", () => {
  for (const { name, bins, counts } of HISTOGRAMS) {
    assertEquals([...counts(silence())], Array(bins).fill(0), name);
    assertEquals(counts(melodyOf([60, 62])).length, bins, name);
  }
});

Deno.test("histograms of time need the grid", () => {
  const seconds = melodyOf([60, 62]).drop("quarter", "quarters");
  assertThrows(() => noteValueCounts(seconds), TypeError, "layOnTempo");
  assertThrows(() => stepCounts(seconds), TypeError, "layOnTempo");
});

Deno.test("HISTOGRAMS and STREAM_HISTOGRAMS have the same names, and as many counts as they have bins", () => {
  assertEquals(HISTOGRAMS.map(({ name }) => name), STREAM_HISTOGRAMS.map(({ name }) => name));
  const table = tableOf([[[60, 0, 1], [64, 1, 1], [67, 1, 2]]]);
  for (const { name, bins, counts } of [HISTOGRAMS, STREAM_HISTOGRAMS].flat()) {
    assertEquals(counts(table).length, bins, name);
  }
});
