import { assertAlmostEquals, assertEquals } from "@std/assert";
import { encodeWhole, featureEncoding, type NoteEvent, voicesFound } from "../../../lib/encodings/mod.ts";
import { durationClasses, stepClasses } from "../../../lib/notes/mod.ts";

const note = (pitch: number, step: number, duration: number): NoteEvent => ({ pitch, step, duration });

/** A bass of halves under an upper voice of quarters. */
const NOTES = [note(48, 0, 1), note(72, 0, 0.5), note(74, 0.5, 0.5), note(50, 0.5, 1), note(76, 0, 0.5)];

function heardOf(notes: readonly NoteEvent[]) {
  const listener = featureEncoding([voicesFound]).listen();
  for (const each of notes) listener.hear(each);
  return (step: number, pitch?: number) =>
    listener.know!({ step: stepClasses.of(step), ...pitch !== undefined && { pitch } });
}

Deno.test("voicesFound hears the last note's interval in its voice, and which of the voices that is", () => {
  const { heard } = encodeWhole(featureEncoding([voicesFound]), [NOTES]);
  assertEquals([...heard.foundInterval], [51, 51, 25 + 2, 25 + 2, 25 + 2]);
  assertEquals([...heard.voicesBelow], [0, 1, 1, 0, 1]);
  assertEquals([...heard.voicesInAll], [1, 2, 2, 2, 2]);
});

Deno.test("voicesFound knows the voices that can go on, the readiest first, and what they had", () => {
  const know = heardOf(NOTES);
  // Half a second on, the bass still sounds: it is further from going on, but could.
  const soon = know(0.5);
  assertEquals([soon.voice1, soon.voice1Before, soon.voice1Motion, soon.voice1Away], [76, 74, 25 + 2, 25]);
  assertEquals([soon.voice1Rest, soon.voice1Duration], [0, 1 + durationClasses.of(0.5)]);
  assertEquals([soon.voice2, soon.voice3, soon.voice3Away, soon.voice3Duration], [50, -1, 51, 0]);
  // A second on, the upper voice has rested for as long as its note was.
  const late = know(1);
  assertEquals([late.voice1, late.voice2], [50, 76]);
  assertAlmostEquals(Number(late.voice2Rest), stepClasses.of(0.5), 1);
});

Deno.test("voicesFound knows of the same onset the voices that have not begun yet, those above first", () => {
  const know = heardOf([note(48, 0, 1), note(60, 0, 1), note(72, 0, 1), note(62, 1, 1)]);
  const { voice1, voice2, voice3 } = know(0);
  assertEquals([voice1, voice2, voice3], [72, 48, -1]);
});

Deno.test("voicesFound knows the voice of the next note once it is drawn, and that it begins one", () => {
  const know = heardOf(NOTES);
  const upper = know(0.5, 77);
  assertEquals([upper.foundAway, upper.foundMotion], [25 + 1, 25 + 2]);
  assertEquals([upper.foundDuration, upper.foundDurationAnchor], [
    1 + durationClasses.of(0.5),
    durationClasses.of(0.5),
  ]);
  const bass = know(1, 45);
  assertEquals([bass.foundAway, bass.foundDurationAnchor], [25 - 5, durationClasses.of(1)]);
  const other = know(0.05, 30);
  assertEquals([other.foundAway, other.foundDuration, other.foundDurationAnchor], [51, 0, -1]);
  assertEquals(heardOf([])(0, 60).foundAway, 51);
});
