import { assertEquals, assertThrows } from "@std/assert";
import { KernError, readKern } from "../../../lib/formats/mod.ts";
import { kern, notesOf, voice } from "./kern_text.ts";

/** Message of the error that a text raises. */
function errorOf(text: string): string {
  return assertThrows(() => readKern(text, { repair: false }), KernError).message;
}

Deno.test("readKern() reads octaves and accidentals", () => {
  const pitches: Record<string, number> = {
    c: 60,
    cc: 72,
    b: 71,
    C: 48,
    B: 59,
    CC: 36,
    "f#": 66,
    "BB-": 46,
    "F##": 55,
    "e--": 62,
    "dn": 62,
    "c-": 59,
    "b#": 72,
    CCCCC: 0,
    gggggg: 127,
  };
  const score = readKern(voice(...Object.keys(pitches).map((pitch) => `4${pitch}`)));
  assertEquals(score.parts[0].notes.map((note) => note.pitch), Object.values(pitches));
});

Deno.test("readKern() reads durations", () => {
  const quarters: Record<string, number> = {
    "1": 4,
    "2": 2,
    "4": 1,
    "8": 0.5,
    "64": 1 / 16,
    "0": 8,
    "00": 16,
    "000": 32,
    "2.": 3,
    "4..": 1.75,
    "0.": 12,
    "12": 1 / 3,
    "6": 2 / 3,
    "20": 0.2,
    "3%2": 8 / 3,
    "1%3": 12,
    "2%3.": 9,
  };
  for (const [written, expected] of Object.entries(quarters)) {
    const score = readKern(voice(`${written}c`, "4d"));
    assertEquals(score.parts[0].notes[0].endTick, Math.round(expected * score.ticksPerQuarter), written);
    assertEquals(score.endTick, score.parts[0].notes[1].endTick);
  }
});

Deno.test("readKern() chooses ticks in which every duration is whole", () => {
  assertEquals(readKern(voice("4c")).ticksPerQuarter, 480);
  assertEquals(readKern(voice("12c", "12d", "12e", "128f", "20g")).ticksPerQuarter, 480);
  assertEquals(readKern(voice("28c")).ticksPerQuarter, 3360);
  assertEquals(readKern(voice("28c")).parts[0].notes[0].endTick, 480);
  // 480 x 7 x 11 would be more than MIDI can state; 7 x 11 is enough.
  assertEquals(readKern(voice("28c", "44c")).ticksPerQuarter, 77);
  const { startTick, endTick } = readKern(voice("28c", "44c")).parts[0].notes[1];
  assertEquals([startTick, endTick], [11, 18]);
});

Deno.test("readKern() refuses durations that MIDI cannot state, at the one too many", () => {
  const error = assertThrows(
    () => readKern(voice("28c", "44c", "52c", "68c", "76c"), { repair: false }),
    KernError,
  );
  assertEquals([error.line, error.spine], [6, 1]);
});

Deno.test("readKern() passes over marks that change neither pitch nor time", () => {
  const text = voice("(8.cc#XL/", "{16dd'J\\", "4ee-T<)", "8ff;:~^", "8ggyy", "4aam}");
  assertEquals(notesOf(readKern(text)), [
    [0, 0.75, 73],
    [0.75, 0.25, 74],
    [1, 1, 75],
    [2, 0.5, 77],
    [2.5, 0.5, 79],
    [3, 1, 81],
  ]);
});

Deno.test("readKern() reads chords, the later notes with or without duration", () => {
  assertEquals(notesOf(readKern(voice("2g 2e 2c", "2f a"))), [[0, 2, 60], [0, 2, 64], [0, 2, 67], [2, 2, 65], [
    2,
    2,
    69,
  ]]);
});

Deno.test("readKern() reads rests, also with a place on the staff", () => {
  const score = readKern(voice("4r", "4c", "2ryy", "1rGG;"));
  assertEquals(notesOf(score), [[1, 1, 60]]);
  assertEquals(score.endTick, 8 * 480);
});

Deno.test("readKern() leaves grace notes out and gives them no time", () => {
  const text = kern(`
    **kern **kern
    4C     4c
    .      8qd
    8D     16qqe
    8E     .
    4F     4f
    *-     *-`);
  // The grace note beside 8D stands in the slot of the melody's next note, which is missing.
  assertEquals(errorOf(text).startsWith("Line 5, spine 2: This spine is silent"), true);
  const sound = text.replace("8D\t16qqe\n8E\t.", ".\tqe 16qqg\n4D\t4d\n4E\t4e");
  assertEquals(notesOf(readKern(sound)), [[0, 1, 60], [1, 1, 62], [2, 1, 64], [3, 1, 65]]);
});

Deno.test("readKern() marks fermatas, on every note of a chord and on a tied note", () => {
  const fermatas = readKern(voice("4c", "2c; 2e", "[2g", "4g;]", "4a")).parts[0].notes.map((note) => note.fermata);
  assertEquals(fermatas, [undefined, true, true, true, undefined]);
});

Deno.test("readKern() says which token it cannot read, and why", () => {
  const cases: Record<string, string> = {
    "c": '"c" has no duration: write one first, such as 4 for a quarter',
    "4": '"4" has no pitch (a to g, or r for a rest); the notes of a chord stand apart by one space',
    "4cd": '"4cd" has more than one pitch; the notes of a chord stand apart by one space',
    "4cC": '"4cC" has more than one pitch; the notes of a chord stand apart by one space',
    "4c8": '"4c8" has more than one duration: a number has at most four digits and stands before its dots',
    "12345c": '"12345c" has more than one duration: a number has at most four digits and stands before its dots',
    "4c.": 'Cannot read "4c.": what is "."?',
    "4c4#": 'Cannot read "4c4#": what is "#"?',
    "4c#-": '"4c#-" has the accidental "#-": write #, ##, -, -- or n',
    "4c###": '"4c###" has the accidental "###": write #, ##, -, -- or n',
    "4c=": 'Cannot read "4c=": what is "="?',
    "4ç": 'Cannot read "4ç": what is "ç"?',
    "4rr": 'Cannot read "4rr": what is "r"?',
    "[4r": 'The rest "[4r" is tied: take the tie away',
    "4c  4e": '"4c  4e" has a space too many',
    "4c 8e": 'The notes of the chord "4c 8e" last differently: split the spine with *^',
    "0%2c": '"0%2c" has no length: write 0 for a breve, 00 for a long, 3%2 for two thirds',
    "4%0c": '"4%0c" has no length: write 0 for a breve, 00 for a long, 3%2 for two thirds',
    "0000c": '"0000c" has no length: write 0 for a breve, 00 for a long, 3%2 for two thirds',
    "4CCCCC-": '"4CCCCC-" is MIDI number -1: allowed is 0 (CCCCC) to 127 (gggggg)',
    "4gggggg#": '"4gggggg#" is MIDI number 128: allowed is 0 (CCCCC) to 127 (gggggg)',
  };
  for (const [token, message] of Object.entries(cases)) {
    assertEquals(errorOf(voice("4c", token)), `Line 3, spine 1: ${message}`);
  }
});
