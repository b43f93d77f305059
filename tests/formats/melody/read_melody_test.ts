import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { FormatError, readMelody, writeMusicXml } from "../../../lib/formats/mod.ts";

/** Onset and length in quarter notes, and pitch. */
function notesOf(text: string): number[][] {
  const { parts: [{ notes }], ticksPerQuarter } = readMelody(text);
  return notes.map(({ startTick, endTick, pitch }) => [
    startTick / ticksPerQuarter,
    (endTick - startTick) / ticksPerQuarter,
    pitch,
  ]);
}

function assertRefused(text: string, words: string): void {
  assertStringIncludes(assertThrows(() => readMelody(text), FormatError).message, words);
}

Deno.test("readMelody() reads pitches, accidentals, lengths and rests", () => {
  assertEquals(notesOf("c4 F#4:2 bb3:1.5 r b3:1/2 e♭5:1/4"), [
    [0, 1, 60],
    [1, 2, 66],
    [3, 1.5, 58],
    [5.5, 0.5, 59],
    [6, 0.25, 75],
  ]);
});

Deno.test("readMelody() reads fermatas, and ends with a rest that is written", () => {
  const { parts: [{ notes }], endTick } = readMelody("g4; a4:2; r:2");
  assertEquals(notes.map(({ fermata }) => fermata), [true, true]);
  assertEquals(endTick, 5 * 480);
});

Deno.test("readMelody() reads key, metre, upbeat and tempo", () => {
  const { keys, metres, upbeatTicks, tempos } = readMelody("key=f# metre=6/8 upbeat=1/2\ntempo=100 c#5:1/2 | f#5:3 |");
  assertEquals(keys, [{ tick: 0, fifths: 3, mode: "minor" }]);
  assertEquals(metres, [{ tick: 0, numerator: 6, denominator: 8 }]);
  assertEquals([upbeatTicks, tempos[0].microsecondsPerQuarter], [240, 600_000]);
});

Deno.test("readMelody() takes an incomplete first bar for an upbeat, and ignores barlines without a metre", () => {
  assertEquals(readMelody("metre=4/4 g4 | c5:4 | c5:4").upbeatTicks, 480);
  assertEquals(readMelody("metre=4/4 | c5:4 | c5:3").upbeatTicks, undefined);
  assertEquals(notesOf("g4|c5:4|d5").length, 3);
});

Deno.test("readMelody() reads kern and MusicXML, too", () => {
  assertEquals(readMelody(`\n${writeMusicXml(readMelody("g4 a4"))}`).parts[0].notes.map(({ pitch }) => pitch), [
    67,
    69,
  ]);
  const { parts } = readMelody("\n**kern\n4g\n4a\n*-\n");
  assertEquals(parts[0].notes.map(({ pitch }) => pitch), [67, 69]);
});

Deno.test("readMelody() says which word is wrong, and what to write", () => {
  assertRefused("c4 d4\ne4 h4", 'line 2, word 2: "h4" is no note: write a note as g4');
  assertRefused("c4:0", "word 1");
  assertRefused("c4:1/0", "word 1");
  assertRefused("c4:1.5.2", "has no length");
  assertRefused("c4:1/7", "has no length");
  assertRefused("g9 g#9", "MIDI number 128");
  assertRefused("key=H c4", "is no key");
  assertRefused("metre=3/5 c4", "is no metre");
  assertRefused("upbeat=1 c4", "needs a metre");
  assertRefused("tempo=0 c4", "is no tempo");
  assertRefused("speed=4 c4", "there are key=, metre=, upbeat= and tempo=");
  assertRefused("c4 key=G", "stands after the first note");
  assertRefused(
    "metre=4/4 c4:4 | d4:3 | e4:4 |",
    "line 1, word 5: this barline stands 3 quarter notes into a bar of 4",
  );
  for (const empty of ["", " \n ", "key=G", "| |", "r r:2"]) assertRefused(empty, "there is no note in it");
  assertThrows(() => readMelody(undefined as unknown as string), TypeError);
});
