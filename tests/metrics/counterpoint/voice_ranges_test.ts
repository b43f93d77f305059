import { assertEquals, assertThrows } from "@std/assert";
import { outOfRange, voiceRanges } from "../../../lib/metrics/mod.ts";

Deno.test("voiceRanges() gives lowest and highest pitch of each voice, rests apart", () => {
  assertEquals(voiceRanges([[72, -1, -1], [67, 60, -1], [-1, 64, -1]]), [[67, 72], [60, 64], undefined]);
  assertEquals(voiceRanges([]), []);
});

Deno.test("outOfRange() finds voices below or above what choirs sing", () => {
  assertEquals(outOfRange([[79, 55, 67, 40], [80, 54, -1, 38]]), [
    { frame: 1, voice: 0, pitch: 80 },
    { frame: 1, voice: 1, pitch: 54 },
    { frame: 1, voice: 3, pitch: 38 },
  ]);
  assertEquals(outOfRange([[60], [72]], [[48, 70]]), [{ frame: 1, voice: 0, pitch: 72 }]);
  assertEquals(outOfRange([]), []);
});

Deno.test("outOfRange() refuses another number of voices", () => {
  assertThrows(() => outOfRange([[60, 48]]), RangeError, "there are 2 voices, and ranges for 4");
});
