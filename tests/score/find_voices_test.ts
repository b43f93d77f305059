import { assert, assertEquals, assertThrows } from "@std/assert";
import { seeded } from "../../lib/random/mod.ts";
import { findVoices, type VoicedNote, VoiceFinder } from "../../lib/score/mod.ts";
import { sharedTest } from "../shared.ts";
import {
  agreement,
  choraleVoices,
  corpusVoices,
  heardVoices,
  sampleVoices,
  together,
  type VoicedPiece,
} from "./voice_agreement.ts";

const note = (pitch: number, start: number, length: number): VoicedNote => ({ pitch, start, end: start + length });

/** Three voices or so, drawn. */
function drawn(count: number, seed: number, from = 0): VoicedNote[] {
  const prng = seeded(seed);
  let start = from;
  return Array.from({ length: count }, () => {
    start += [0, 0, 0.125, 0.25][Math.floor(4 * prng())];
    return note(45 + Math.floor(35 * prng()), start, [0.1, 0.25, 0.5, 1][Math.floor(4 * prng())]);
  });
}

Deno.test("VoiceFinder follows two voices that move at different speeds", () => {
  const upper = [72, 74, 76, 77].map((pitch, i) => note(pitch, i / 4, 1 / 4));
  const lower = [48, 50].map((pitch, i) => note(pitch, i / 2, 1 / 2));
  const notes = [lower[0], upper[0], upper[1], lower[1], upper[2], upper[3]];
  assertEquals(heardVoices(notes), [0, 1, 1, 0, 1, 1]);
  // From the top.
  assertEquals(findVoices(notes), [1, 0, 0, 1, 0, 0]);
});

Deno.test("VoiceFinder places the notes of an onset together", () => {
  // Alone, 65 is nearest to 64; but that has to go to 67.
  const finder = new VoiceFinder();
  for (const [i, pitch] of [60, 64, 60, 65].entries()) finder.hear(note(pitch, Math.floor(i / 2), 1));
  for (const pitch of [62, 65]) finder.hear(note(pitch, 2, 1));
  assertEquals(finder.placement(), [0, 1, 0, 1, 0, 1]);
  assertEquals(finder.voices.map(({ last, before, pitch }) => [last, before, pitch]), [[4, 2, 62], [5, 3, 65]]);
  finder.hear(note(60, 3, 1));
  assertEquals([finder.latest, finder.placement()[6]], [0, 0]);
});

Deno.test("VoiceFinder lets a voice begin where others sound on or are far", () => {
  assertEquals(heardVoices([note(60, 0, 4), note(60, 1, 1), note(62, 2, 1)]), [0, 1, 1]);
  assertEquals(heardVoices([note(40, 0, 1), note(90, 1, 1)]), [0, 1]);
  assertEquals(heardVoices([note(60, 0, 1), note(64, 1, 1)]), [0, 0]);
  // Played legato.
  assertEquals(heardVoices([note(60, 0, 1.1), note(62, 1, 1)]), [0, 0]);
  assertEquals(findVoices([]), []);
});

Deno.test("VoiceFinder says which voices can go on, and where a note would go", () => {
  const finder = new VoiceFinder();
  for (const each of [note(48, 0, 2), note(72, 0, 1), note(60, 0, 1.1)]) finder.hear(each);
  // One has ended, one is played legato, and the lowest still has half of its note to sound.
  assertEquals(finder.free(1), [1, 2, 0]);
  assertEquals(finder.free(0), []);
  assertEquals([[71, 1], [62, 1], [50, 2], [110, 1]].map(([pitch, start]) => finder.voiceOf({ pitch, start })), [
    1,
    2,
    0,
    3,
  ]);
  assertEquals(finder.placement(), [0, 1, 2]);
});

Deno.test("VoiceFinder settles what was heard: later notes change nothing before the last onset", () => {
  for (const seed of [1, 2, 3]) {
    const finder = new VoiceFinder(), beginning = drawn(60, seed);
    for (const each of beginning) finder.hear(each);
    const settled = beginning.filter(({ start }) => start < beginning[59].start).length;
    const before = finder.placement(), { start } = beginning[59];
    for (const other of [10, 20]) {
      const fork = finder.fork();
      for (const each of drawn(40, seed + other, start)) fork.hear(each);
      assertEquals(fork.placement().slice(0, settled), before.slice(0, settled));
      assertEquals(finder.placement(), before);
    }
  }
});

Deno.test("VoiceFinder places notes alike in any key and at any tempo", () => {
  const notes = drawn(200, 5), placed = heardVoices(notes);
  assertEquals(heardVoices(notes.map((each) => ({ ...each, pitch: each.pitch + 7 }))), placed);
  assertEquals(heardVoices(notes.map(({ pitch, start, end }) => ({ pitch, start: 2 * start, end: 2 * end }))), placed);
});

Deno.test("VoiceFinder gives no voice two notes at an onset, of none at all no voice", () => {
  const notes = drawn(300, 6), placed = heardVoices(notes);
  const onsets = Map.groupBy(placed.keys(), (i) => notes[i].start);
  for (const of of onsets.values()) assertEquals(new Set(of.map((i) => placed[i])).size, of.length);
  const finder = new VoiceFinder();
  assertEquals([finder.voices, finder.latest, finder.placement()], [[], -1, []]);
});

Deno.test("VoiceFinder and findVoices() refuse notes out of order and other options", () => {
  assertThrows(
    () => findVoices([note(60, 1, 1), note(62, 0, 1)]),
    RangeError,
    "Cannot find voices: a note at 0 s comes after one at 1 s",
  );
  assertThrows(() => new VoiceFinder({ lookAhead: -1 }), RangeError, "lookAhead");
  assertThrows(() => findVoices([], { ahead: 1 } as never), TypeError, "ahead");
});

Deno.test("agreement() counts links and the notes in their voice's part", () => {
  assertEquals(agreement([0, 1, 0, 1, 0], [5, 5, 4, 5, 4]), {
    right: 2,
    there: 3,
    found: 3,
    f1: 2 / 3,
    consistency: 4 / 5,
  });
});

/** That so much of the links is found, by the finder that never looks ahead, and by the one that does. */
function assertFound(pieces: readonly VoicedPiece[], heard: number, lookingAhead: number): void {
  const [one, other] = [heardVoices, findVoices].map((find) => together(pieces, find).f1);
  assert(one >= heard, `F1 ${one} of what is heard`);
  assert(other >= lookingAhead, `F1 ${other} looking ahead`);
}

Deno.test("voices are found in the sample's chorales and inventions: F1 of links 0.97 and 0.96", async () => {
  const pieces = await sampleVoices();
  assertEquals(pieces.length, 7);
  assertFound(pieces, 0.965, 0.96);
  for (const { path, notes, parts } of pieces) {
    assert(agreement(parts, heardVoices(notes)).f1 > 0.9, path);
  }
});

sharedTest("voices are found in 369 chorales: F1 of links 0.96", () => {
  const pieces = choraleVoices();
  assertEquals(pieces.length, 369);
  assertFound(pieces, 0.96, 0.96);
});

sharedTest("voices are found in the corpus's fugues, inventions and others: F1 of links 0.95 and 0.96", () => {
  const pieces = corpusVoices();
  assertEquals(pieces.length, 93);
  assertFound(pieces, 0.95, 0.955);
  const fugues = pieces.filter(({ path }) => path.startsWith("wtcbki/fugue"));
  assertEquals(fugues.length, 8);
  assertFound(fugues, 0.95, 0.96);
});
