import { assertEquals, assertThrows } from "@std/assert";
import { REST, voiceFrames, voicesOf } from "../../lib/score/mod.ts";
import { part, score, type Written } from "../notes/scores.ts";

Deno.test("voiceFrames() samples the voices on sixteenths, with rests", () => {
  const music = score([
    part([[72, 0, 0.5], [74, 0.5, 0.25], [76, 1, 0.25]], { name: "soprano" }),
    part([[48, 0, 1]], { name: "bass" }),
  ]);
  const { frames, names, missed } = voiceFrames(music);
  assertEquals(frames, [[72, 48], [72, 48], [74, 48], [REST, 48], [76, REST]]);
  assertEquals([names, missed], [["soprano", "bass"], 0]);
});

Deno.test("voiceFrames() says where each frame is, upbeat included", () => {
  const metres = [{ tick: 0, numerator: 3, denominator: 4 }];
  const { places } = voiceFrames(score([part([[60, 0, 2]])], { metres, upbeatTicks: 240 }), { perQuarter: 2 });
  assertEquals(places, [
    { start: 0, quarter: 0, bar: 0, beat: 3.5 },
    { start: 0.25, quarter: 0.5, bar: 1, beat: 1 },
    { start: 0.5, quarter: 1, bar: 1, beat: 1.5 },
    { start: 0.75, quarter: 1.5, bar: 1, beat: 2 },
  ]);
  assertEquals(voiceFrames(score([part([[60, 0, 1]])])).places[0], { start: 0, quarter: 0, bar: null, beat: null });
});

Deno.test("voiceFrames() takes the note that began last, of a chord the highest", () => {
  const overlap = voiceFrames(score([part([[64, 0.25, 0.5], [60, 0, 0.5]])]));
  assertEquals(overlap.frames.flat(), [60, 64, 64]);
  assertEquals(voiceFrames(score([part([[60, 0, 0.5], [67, 0, 0.25]])])).frames.flat(), [67, 60]);
});

Deno.test("voiceFrames() counts the notes that stand in no frame", () => {
  const triplets = part([0, 1, 2, 3, 4, 5].map((i) => [60 + i, i / 6, 1 / 6]));
  assertEquals(voiceFrames(score([triplets])).missed, 2);
  assertEquals(voiceFrames(score([triplets]), { perQuarter: 6 }).missed, 0);
});

Deno.test("voiceFrames() leaves out drums and parts without notes; of silence there is no frame", () => {
  const music = score([part([]), part([[60, 0, 0.25]]), part([[38, 0, 4]], { drum: true })]);
  assertEquals(voiceFrames(music).frames, [[60]]);
  assertEquals(voiceFrames(score([])), { frames: [], places: [], names: [], missed: 0 });
});

Deno.test("voiceFrames() refuses a grid that is none, or without end", () => {
  const music = score([part([[60, 0, 10_000]])]);
  assertThrows(
    () => voiceFrames(music, { perQuarter: 0 }),
    RangeError,
    "perQuarter must be a positive integer, current value is 0",
  );
  assertThrows(
    () => voiceFrames(music, { perQuarter: 0.5 }),
    RangeError,
    "perQuarter must be a positive integer, current value is 0.5",
  );
  assertThrows(() => voiceFrames(music, { perQuarter: 48 }), RangeError, "480000 frames are more than 250000");
});

const UPPER: Written[] = [[72, 0, 1], [74, 1, 1]];
const LOWER: Written[] = [[60, 0, 1], [62, 1, 1]];
const voices = (...parts: Written[][]) => voicesOf(score(parts.map((notes) => part(notes))));

Deno.test("voicesOf() takes two to eight parts of one note at a time, drums and silent parts aside", () => {
  assertEquals(voices(UPPER), undefined);
  assertEquals(voices(), undefined);
  assertEquals(voices(UPPER, LOWER)!.length, 8);
  assertEquals(voices(...Array(8).fill(LOWER))![0].length, 8);
  assertEquals(voices(...Array(9).fill(LOWER)), undefined);
  const drums = part([[36, 0, 1], [38, 0, 1]], { drum: true });
  assertEquals(voicesOf(score([part(UPPER), drums, part([]), part(LOWER)]))![0], [72, 60]);
});

Deno.test("voicesOf() takes no chords, and no note that lasts more than a thirty-second into the next", () => {
  assertEquals(voices(UPPER, [[60, 0, 1], [64, 0, 1]]), undefined);
  assertEquals(voices(UPPER, [[60, 0, 0.1], [64, 0, 0.1]]), undefined);
  assertEquals(voices(UPPER, [[60, 0, 1.125], [62, 1, 1]])?.length, 8);
  assertEquals(voices(UPPER, [[60, 0, 1.25], [62, 1, 1]]), undefined);
  // The first note is still held under the third.
  assertEquals(voices(UPPER, [[60, 0, 4], [62, 3.9, 0.05], [64, 3.95, 1]])?.length, 20);
  assertEquals(voices(UPPER, [[60, 0, 4], [62, 3.8, 0.1], [64, 3.9, 1]]), undefined);
});

Deno.test("voicesOf() goes from the top down, whatever the order of the parts", () => {
  assertEquals(voices(LOWER, UPPER), voices(UPPER, LOWER));
  assertEquals(voices(LOWER, UPPER)![0], [72, 60]);
});
