import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { findKey, KEY_PROFILES, type KeyProfileName, pitchClassHistogram, toNoteTable } from "../../lib/notes/mod.ts";
import { part, score } from "./scores.ts";

const PROFILES = Object.keys(KEY_PROFILES) as KeyProfileName[];

Deno.test("pitchClassHistogram() adds seconds, leaves drums out, and reads a table alike", () => {
  const music = score([
    part([[60, 0, 1], [72, 1, 2], [67, 0, 4]]),
    part([[38, 0, 8]], { drum: true }),
    part([[71, 0, 1]]),
  ]);
  const expected = Float64Array.of(1.5, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0.5);
  assertEquals(pitchClassHistogram(music), expected);
  assertEquals(pitchClassHistogram(toNoteTable(music)), expected);
});

Deno.test("findKey() finds each profile's own key, with correlation 1", () => {
  for (const profile of PROFILES) {
    for (const mode of ["major", "minor"] as const) {
      for (let tonic = 0; tonic < 12; tonic++) {
        const weights = KEY_PROFILES[profile][mode];
        const key = findKey(weights.map((_, i) => weights[(i - tonic + 12) % 12]), { profile });
        assertEquals([key.tonic, key.mode], [tonic, mode]);
        assertAlmostEquals(key.correlation, 1, 1e-12);
        assertEquals(key.all[mode][tonic], key.correlation);
      }
    }
  }
});

Deno.test("findKey() reads scores and tables", () => {
  const music = score([part([[62, 0, 2], [65, 2, 1], [69, 3, 2], [61, 5, 0.5], [62, 6, 2]])]);
  assertEquals(findKey(music).name, "D minor");
  assertEquals(findKey(toNoteTable(music)), findKey(music));
  assertEquals(findKey(Float32Array.of(0, 0, 2, 0, 0, 1, 0, 0, 0, 2, 0, 0)).name, "D minor");
});

Deno.test("findKey() of a histogram without variance correlates with nothing", () => {
  for (const level of [0, 0.1, 7]) {
    const key = findKey(Array(12).fill(level));
    assertEquals(key.correlation, 0);
    assert([...key.all.major, ...key.all.minor].every((correlation) => correlation === 0));
  }
  assertEquals(findKey(score([])).correlation, 0);
});

Deno.test("findKey() breaks ties by the lower tonic, whatever rounding says", () => {
  const diminished = [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0];
  for (const profile of PROFILES) {
    for (const scale of [1, 0.1, 1 / 3, 12345.678]) {
      const key = findKey(diminished.map((weight) => weight * scale), { profile });
      assert(key.tonic < 3, `${profile} at ${scale}: ${key.name}`);
    }
  }
});

Deno.test("findKey() refuses senseless histograms and unknown profiles", () => {
  assertThrows(() => findKey([1, 2, 3]), RangeError, "12 pitch classes, got 3");
  assertThrows(() => findKey([NaN, ...Array(11).fill(1)]), RangeError, "pitch class 0");
  assertThrows(() => findKey([...Array(11).fill(1), -1]), RangeError, "pitch class 11 must weigh 0 or more, got -1");
  const profile = "toString" as KeyProfileName;
  assertThrows(() => findKey(Array(12).fill(1), { profile }), TypeError, 'current value is "toString"');
});

Deno.test("pitchClassHistogram() of a table leaves drums out, as that of its score", () => {
  const music = score([part([[60, 0, 2], [64, 0, 1]]), part([[61, 0, 8]], { drum: true })]);
  assertEquals(pitchClassHistogram(toNoteTable(music, { drums: true })), pitchClassHistogram(music));
});
