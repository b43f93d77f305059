import { assertEquals, assertThrows } from "@std/assert";
import { type Frame, REST, scoreOfFrames, voiceCount } from "../../lib/score/mod.ts";

const notesOf = (frames: Frame[], perQuarter?: number) =>
  scoreOfFrames(frames, { perQuarter }).parts.map(({ notes }) =>
    notes.map(({ pitch, startTick, endTick }) => [pitch, startTick, endTick])
  );

Deno.test("voiceCount() counts the voices of frames", () => {
  assertEquals(voiceCount([]), 0);
  assertEquals(voiceCount([[60, 55, REST], [62, 127, 0]]), 3);
});

Deno.test("voiceCount() refuses frames of other voices, and what is neither a pitch nor a rest", () => {
  assertThrows(() => voiceCount([[60], [60, 55]]), RangeError, "frame 1 has 2, the first one has 1");
  for (const value of [-2, 128, 60.5, NaN]) {
    assertThrows(() => voiceCount([[60, value]]), RangeError, `voice 1 of frame 0 must be an integer from 0 to 127`);
  }
});

Deno.test("scoreOfFrames() joins a pitch that stays into one note, and leaves rests out", () => {
  assertEquals(notesOf([[67, 60], [67, 60], [69, REST], [67, 60]]), [
    [[67, 0, 240], [69, 240, 360], [67, 360, 480]],
    [[60, 0, 240], [60, 360, 480]],
  ]);
  assertEquals(notesOf([[REST], [REST]]), [[]]);
  assertEquals(scoreOfFrames([]).parts, []);
});

Deno.test("scoreOfFrames() takes any grid, and ends with the last frame", () => {
  assertEquals(notesOf([[60], [62], [62]], 3), [[[60, 0, 160], [62, 160, 480]]]);
  // 480 ticks have no seventh part.
  assertEquals(notesOf([[60], [62]], 7), [[[60, 0, 1], [62, 1, 2]]]);
  const { end, endTick } = scoreOfFrames([[60], [REST]]);
  assertEquals([endTick, end], [240, 0.25]);
  for (const perQuarter of [0, -1, 1.5, NaN]) {
    assertThrows(() => scoreOfFrames([[60]], { perQuarter }), RangeError, "perQuarter must be a positive integer");
  }
});

Deno.test("scoreOfFrames() names voices, and gives the drums' channel to none of them", () => {
  const { parts } = scoreOfFrames([Array(11).fill(60)], { names: ["soprano", "alto"] });
  assertEquals(parts.slice(0, 3).map(({ name }) => name), ["soprano", "alto", ""]);
  assertEquals(parts.map(({ channel }) => channel), [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11]);
});
