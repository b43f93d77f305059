import { assertEquals, assertThrows } from "@std/assert";
import { drumInPatternRate, drumPatternConsistency } from "../../../lib/metrics/mod.ts";
import { melodyOf, silence, tableOf } from "../music.ts";

Deno.test("drumInPatternRate() looks for quarters and thirds of the beat", () => {
  const table = tableOf([[[60, 0.1, 1]]], {}, [[36, 0, 1], [38, 1.25, 0.5], [42, 2.5, 0.1], [42, 7 / 3, 0.1], [
    42,
    3.1,
    1,
  ]]);
  assertEquals(drumInPatternRate(table, "duple"), 3 / 5);
  assertEquals(drumInPatternRate(table, "triple"), 2 / 5);
  assertEquals(drumPatternConsistency(table), 3 / 5);
});

Deno.test("drumInPatternRate() is NaN without drums", () => {
  for (const table of [silence(), melodyOf([60])]) {
    assertEquals([drumInPatternRate(table, "duple"), drumPatternConsistency(table)], [NaN, NaN]);
  }
});

Deno.test("drumInPatternRate() refuses other metres, and tables without a grid", () => {
  // deno-lint-ignore no-explicit-any
  assertThrows(() => drumInPatternRate(silence(), "swing" as any), TypeError, 'current value is "swing"');
  assertThrows(() => drumPatternConsistency(melodyOf([60]).drop("quarter")), TypeError, "layOnTempo");
});
