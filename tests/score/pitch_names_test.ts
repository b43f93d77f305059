import { assertEquals } from "@std/assert";
import { PITCH_CLASSES, pitchName } from "../../lib/score/mod.ts";

Deno.test("pitchName() counts octaves from the Cs, with middle C in the fourth", () => {
  assertEquals([0, 59, 60, 61, 70, 127].map(pitchName), ["C-1", "B3", "C4", "C♯4", "B♭4", "G9"]);
  assertEquals(PITCH_CLASSES.length, 12);
});
