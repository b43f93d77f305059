import { assert, assertEquals, assertNotEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  corpusTable,
  findKey,
  randomTranspose,
  semitonesToCommonKey,
  toCommonKey,
  toNoteTable,
  transposeScore,
} from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { part, score } from "./scores.ts";

const triad = (root: number, third = 4) =>
  score([part([[root, 0, 2], [root + third, 0, 1], [root + 7, 0, 1]]), part([[36, 0, 1]], { drum: true })]);
const pitches = (music: ReturnType<typeof score>) => music.parts.map((part) => part.notes.map((note) => note.pitch));

Deno.test("transposeScore() moves pitches and key signatures, and leaves drums and the original alone", () => {
  const original = { ...triad(62), keys: [{ tick: 0, fifths: 2, mode: "major" as const }] };
  const before = structuredClone(original);
  const moved = transposeScore(original, -2);
  assertEquals(pitches(moved), [[60, 64, 67], [36]]);
  assertEquals(moved.keys, [{ tick: 0, fifths: 0, mode: "major" }]);
  assertEquals(original, before);
  assertEquals(transposeScore(moved, 2), before);
});

Deno.test("transposeScore() spells signatures with the fewest accidentals", () => {
  const fifths = (from: number, semitones: number) =>
    transposeScore({ ...score([]), keys: [{ tick: 0, fifths: from }] }, semitones).keys[0].fifths;
  assertEquals([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((semitones) => fifths(0, semitones)), [
    -5,
    2,
    -3,
    4,
    -1,
    6,
    1,
    -4,
    3,
    -2,
    5,
  ]);
  assertEquals(fifths(-1, 7), 0);
  assertEquals(fifths(-5, 5), -6);
});

Deno.test("transposing refuses to leave the MIDI numbers", () => {
  assertThrows(() => transposeScore(triad(119), 2), RangeError, "the pitches 119 to 126 would leave");
  assertEquals(pitches(transposeScore(triad(119), 1))[0], [120, 124, 127]);
  assertThrows(() => transposeScore(triad(3), -4), RangeError, "by -4 semitones");
  assertThrows(() => transposeScore(triad(60), 0.5), RangeError, "semitones must be an integer, current value is 0.5");
  assertEquals(transposeScore(score([]), 500).parts, []);
});

Deno.test("semitonesToCommonKey() goes the shorter way", () => {
  const tonics = Array.from({ length: 12 }, (_, tonic) => tonic);
  assertEquals(tonics.map((tonic) => semitonesToCommonKey({ tonic, mode: "major" })), [
    0,
    -1,
    -2,
    -3,
    -4,
    -5,
    -6,
    5,
    4,
    3,
    2,
    1,
  ]);
  assertEquals(semitonesToCommonKey({ tonic: 9, mode: "minor" }), 0);
  assertEquals(semitonesToCommonKey({ tonic: 3, mode: "minor" }), -6);
  assertEquals(semitonesToCommonKey({ tonic: 4, mode: "minor" }), 5);
});

Deno.test("toCommonKey() brings every piece to C major or A minor", () => {
  for (let root = 55; root < 67; root++) {
    assertEquals(findKey(toCommonKey(triad(root))).name, "C major");
    assertEquals(findKey(toCommonKey(triad(root, 3))).name, "A minor");
  }
});

Deno.test("toCommonKey() goes the other way where the shorter one leaves the MIDI numbers", () => {
  assertEquals(pitches(toCommonKey(triad(2)))[0], [0, 4, 7]);
  const high = score([part([[115, 0, 2], [119, 0, 1], [122, 0, 1], [127, 2, 1]])]);
  assertEquals(findKey(high).name, "G major");
  assertEquals(pitches(toCommonKey(high))[0], [108, 112, 115, 120]);
  const everywhere = score([part([[7, 0, 2], [11, 0, 1], [122, 0, 1], [1, 0, 0.1], [127, 0, 1]])]);
  assertEquals(findKey(everywhere).name, "G major");
  assertThrows(() => toCommonKey(everywhere), RangeError, "the pitches 1 to 127");
});

Deno.test("toCommonKey() leaves a piece without a key as it is", () => {
  const drums = score([part([[38, 0, 1]], { drum: true })]);
  assertStrictEquals(toCommonKey(drums), drums);
});

Deno.test("randomTranspose() draws one interval per piece, the same from the same seed", () => {
  const table = corpusTable(
    Array.from({ length: 40 }, (_, i) => ({ path: `${i}`, score: score([part([[60, 0, 1], [67, 1, 1]])]) })),
  );
  const drawn = (seed: number) =>
    randomTranspose(table, { prng: seeded(seed) }).getColumn("pitch").toArray() as number[];
  const moved = drawn(1);
  assertEquals(drawn(1), moved);
  assertNotEquals(drawn(2), moved);
  const shifts = new Set<number>();
  for (let row = 0; row < moved.length; row += 2) {
    assertEquals(moved[row + 1] - moved[row], 7);
    shifts.add(moved[row] - 60);
  }
  assert([...shifts].every((shift) => shift >= -6 && shift <= 5));
  assert(shifts.size > 6, `only ${shifts.size} of 12 intervals in 40 draws`);
});

Deno.test("randomTranspose() draws only intervals that keep the piece within 0 to 127, both ends included", () => {
  const prng = seeded(3);
  const table = toNoteTable(score([part([[1, 0, 1], [125, 1, 1]])]));
  const lowest = Array.from({ length: 60 }, () => randomTranspose(table, { prng }).getColumn("pitch").toArray()[0]);
  assertEquals([...new Set(lowest as number[])].sort(), [0, 1, 2, 3]);
  assertThrows(
    () => randomTranspose(table, { prng, range: [3, 5] }),
    RangeError,
    "has the pitches 1 to 125, no interval from 3 to 5",
  );
  assertThrows(
    () => randomTranspose(table, { prng, range: [1, 0] }),
    RangeError,
    "range must be in order, current value is [1, 0]",
  );
});

Deno.test("randomTranspose() leaves the drums of a table where they are, and does not mind how low they lie", () => {
  const music = score([part([[60, 0, 1], [64, 1, 1]]), part([[0, 0, 1], [127, 1, 1]], { drum: true })]);
  const table = toNoteTable(music, { drums: true });
  const moved = randomTranspose(table, { prng: seeded(3), range: [-5, -5] });
  assertEquals(table.getColumn("pitch").toArray(), [0, 60, 64, 127]);
  assertEquals(moved.getColumn("pitch").toArray(), [0, 55, 59, 127]);
});
