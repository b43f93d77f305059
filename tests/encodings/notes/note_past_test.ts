import { assertAlmostEquals, assertEquals } from "@std/assert";
import { NotePast } from "../../../lib/encodings/mod.ts";
import { stepClasses } from "../../../lib/notes/mod.ts";

function pastOf(notes: readonly [pitch: number, step: number, duration: number][]): NotePast {
  const past = new NotePast();
  for (const [pitch, step, duration] of notes) past.hear({ pitch, step, duration });
  return past;
}

Deno.test("NotePast tells chords and steps apart", () => {
  const past = pastOf([[60, 0, 1], [64, 0, 1], [67, 0.5, 0.5], [72, 0, 0.25]]);
  assertEquals(past.chord, [2, 3]);
  assertEquals(past.chordBefore, [0, 1]);
  assertEquals(past.motion, stepClasses.of(0.5));
  assertEquals(past.motionBefore, 0);
  assertEquals(past.now, 0.5);
});

Deno.test("NotePast does not take the rest before the first note for a step", () => {
  const past = pastOf([[60, 7, 1]]);
  assertEquals(past.steps, [0]);
  assertEquals(past.now, 0);
  assertEquals(past.motion, 0);
});

Deno.test("NotePast.sounding() puts the note first that ends first", () => {
  assertEquals(pastOf([[40, 0, 4], [60, 0, 1], [64, 0.5, 2]]).sounding(), [1, 2, 0]);
});

Deno.test("NotePast.meet() finds the note that ends where the next one begins", () => {
  // A bass of one second under a melody of half seconds.
  const past = pastOf([[48, 0, 1], [72, 0, 0.5], [74, 0.5, 0.5]]);
  const meeting = past.meet(stepClasses.of(0.5));
  assertEquals(meeting.ended, [2, 0]);
  assertEquals(meeting.sounding, []);
  assertEquals(past.meet(stepClasses.of(0.25)).sounding, [2, 0]);
});

Deno.test("NotePast.meet() gives a note of a chord its place in the chord before", () => {
  const past = pastOf([[48, 0, 1], [55, 0, 1], [64, 0, 1], [50, 1, 1]]);
  const meeting = past.meet(0);
  assertEquals(meeting.place, 1);
  assertEquals(meeting.ended, [2, 1, 0]);
});

Deno.test("NotePast.meet() says what is left of the notes that sound on", () => {
  const past = pastOf([[48, 0, 3], [72, 0, 1], [60, 0, 0.5]]);
  const { left } = past.meet(stepClasses.of(0.5));
  assertEquals(left.length, 2);
  assertAlmostEquals(stepClasses.seconds(left[0]), 0.5, 0.05);
  assertAlmostEquals(stepClasses.seconds(left[1]), 2.5, 0.25);
});

Deno.test("NotePast.fork() goes on another way", () => {
  const past = pastOf([[60, 0, 1], [62, 0.5, 1]]);
  const fork = past.fork();
  fork.hear({ pitch: 65, step: 0, duration: 1 });
  past.hear({ pitch: 64, step: 0.25, duration: 1 });
  assertEquals([past.pitches, fork.pitches], [[60, 62, 64], [60, 62, 65]]);
  assertEquals([past.chord, fork.chord], [[2], [1, 2]]);
});

Deno.test("NotePast.follows is the nearest note that ended, each taken once", () => {
  const past = new NotePast();
  // Two voices move by step, and a third goes on from the lower one, which is left.
  const chords = [[48, 60], [50, 59], [62]];
  for (const [i, chord] of chords.entries()) {
    chord.forEach((pitch, k) => past.hear({ pitch, step: i > 0 && k === 0 ? 0.25 : 0, duration: 0.25 }));
  }
  assertEquals(past.follows, [-1, -1, 0, 1, 3]);
  assertEquals(past.meet(0).open, [2]);
});
