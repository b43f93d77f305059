import { assertEquals, assertThrows } from "@std/assert";
import { diatonicRate, pitchInScaleRate, scaleConsistency } from "../../../lib/metrics/mod.ts";
import { melodyOf, silence, tableOf } from "../music.ts";

const C_MAJOR = [60, 62, 64, 65, 67, 69, 71, 72];
const HARMONIC_A_MINOR = [57, 59, 60, 62, 64, 65, 68, 69];

Deno.test("pitchInScaleRate() is 1 in the scale, and less out of it", () => {
  const scale = melodyOf(C_MAJOR);
  assertEquals(pitchInScaleRate(scale, { tonic: 0, mode: "major" }), 1);
  assertEquals(pitchInScaleRate(scale, { tonic: 9, mode: "minor" }), 1);
  assertEquals(pitchInScaleRate(scale, { tonic: 7, mode: "major" }), 7 / 8);
  assertEquals(pitchInScaleRate(scale, { tonic: 6, mode: "major" }), 2 / 8);
});

Deno.test("pitchInScaleRate() has the leading tone outside the minor scale", () => {
  assertEquals(pitchInScaleRate(melodyOf(HARMONIC_A_MINOR), { tonic: 9, mode: "minor" }), 7 / 8);
});

Deno.test("scaleConsistency() is that of the best scale, with a floor of 7 in 12", () => {
  assertEquals(scaleConsistency(melodyOf(C_MAJOR.map((pitch) => pitch + 3))), 1);
  assertEquals(scaleConsistency(melodyOf([60, 61, 62, 63])), 3 / 4);
  assertEquals(scaleConsistency(melodyOf(Array.from({ length: 12 }, (_, i) => 60 + i))), 7 / 12);
});

Deno.test("diatonicRate() looks into the scale of the key that findKey finds", () => {
  assertEquals(diatonicRate(melodyOf([...C_MAJOR, 66])), 8 / 9);
  assertEquals(diatonicRate(melodyOf(HARMONIC_A_MINOR)), 7 / 8);
});

Deno.test("metrics of scales leave drums out, and are NaN without notes", () => {
  const table = tableOf([[[60, 0, 1], [64, 1, 1], [67, 2, 1]]], {}, [[61, 0, 9], [63, 1, 9]]);
  assertEquals([scaleConsistency(table), diatonicRate(table)], [1, 1]);
  assertEquals(pitchInScaleRate(silence(), { tonic: 0, mode: "major" }), NaN);
  assertEquals([scaleConsistency(silence()), diatonicRate(silence())], [NaN, NaN]);
});

Deno.test("pitchInScaleRate() refuses other modes and tonics", () => {
  const scale = melodyOf(C_MAJOR);
  const mode = "dorian" as "minor";
  assertThrows(() => pitchInScaleRate(scale, { tonic: 0, mode }), TypeError, 'current value is "dorian"');
  assertThrows(
    () => pitchInScaleRate(scale, { tonic: 12, mode: "major" }),
    RangeError,
    "tonic must be an integer from 0 to 11, current value is 12",
  );
  assertThrows(
    () => pitchInScaleRate(scale, { tonic: 0.5, mode: "major" }),
    RangeError,
    "tonic must be an integer from 0 to 11, current value is 0.5",
  );
});
