import { assertEquals } from "@std/assert";
import { firstInstrument, PITCH_CLASSES, pitchName } from "../../lib/score/mod.ts";

Deno.test("pitchName() counts octaves from the Cs, with middle C in the fourth", () => {
  assertEquals([0, 59, 60, 61, 70, 127].map(pitchName), ["C-1", "B3", "C4", "C♯4", "B♭4", "G9"]);
  assertEquals(PITCH_CLASSES.length, 12);
});

Deno.test("firstInstrument() passes over parts without notes", () => {
  const part = { name: "", program: 0, drum: false, channel: 0, track: 0, notes: [] };
  const note = { pitch: 60, velocity: 64, startTick: 0, endTick: 1, start: 0, end: 1 };
  const sounding = { ...part, name: "second", notes: [note] };
  assertEquals(firstInstrument({ parts: [part, sounding, { ...sounding, name: "third" }] }), sounding);
  assertEquals(firstInstrument({ parts: [part] }), undefined);
});
