import { assertEquals } from "@std/assert";
import { crossings, wideSpacings } from "../../../lib/metrics/mod.ts";

Deno.test("crossings() finds the upper of two neighbours below the lower one", () => {
  assertEquals(crossings([[72, 67, 60, 48], [72, 60, 62, 48], [72, 60, 60, 64]]), [
    { frame: 1, upper: 1, lower: 2, pitches: [60, 62] },
    { frame: 2, upper: 2, lower: 3, pitches: [60, 64] },
  ]);
});

Deno.test("crossings() takes neither a unison, nor a rest, nor voices that are no neighbours", () => {
  assertEquals(crossings([[60, 60]]), []);
  assertEquals(crossings([[60, -1, 64], [-1, 60, 48], [60, 64, -1]]), [
    { frame: 2, upper: 0, lower: 1, pitches: [60, 64] },
  ]);
  assertEquals(crossings([]), []);
});

Deno.test("wideSpacings() finds more than an octave, but for the lowest pair", () => {
  assertEquals(wideSpacings([[72, 60, 48, 30], [73, 60, 47, 30], [60, 73, 60, 47]]), [
    { frame: 1, upper: 0, lower: 1, pitches: [73, 60] },
    { frame: 1, upper: 1, lower: 2, pitches: [60, 47] },
    { frame: 2, upper: 1, lower: 2, pitches: [73, 60] },
  ]);
  assertEquals(wideSpacings([[90, 40]]), [], "two voices have no pair above the lowest");
  assertEquals(wideSpacings([[90, -1, 40]]), []);
  assertEquals(wideSpacings([]), []);
});
