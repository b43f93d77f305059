import { assertEquals } from "@std/assert";
import { type PartNote, voicesInParts } from "../../lib/score/mod.ts";

const note = (pitch: number, start: number, length: number, part?: number): PartNote => ({
  pitch,
  start,
  end: start + length,
  part,
});

Deno.test("voicesInParts() takes lines as they are, however far they leap, the highest first", () => {
  const [low, high] = [0, 1];
  const notes = [
    note(40, 0, 1, low),
    note(80, 0, 1, high),
    note(84, 1, 1.05, low),
    note(41, 1, 1, high),
    note(82, 2, 1, high),
  ];
  // Means of 62 and 67.7.
  assertEquals(voicesInParts(notes), [1, 0, 1, 0, 0]);
});

Deno.test("voicesInParts() finds voices in parts that have chords, or notes that last into others", () => {
  const chords = [note(60, 0, 1, 0), note(72, 0, 1, 0), note(62, 1, 1, 0), note(74, 1, 1, 0), note(48, 1, 1, 1)];
  assertEquals(voicesInParts(chords), [1, 0, 1, 0, 2]);
  assertEquals(voicesInParts([note(48, 0, 2), note(72, 1, 1)]), [1, 0]);
  assertEquals(voicesInParts([note(48, 0, 1.05), note(50, 1, 1)]), [0, 0]);
  assertEquals(voicesInParts([]), []);
});
