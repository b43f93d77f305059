import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { centreOfEffect, keyPosition, spellInKey, spiralPosition, triadPosition } from "../../../lib/metrics/mod.ts";

function assertPoint(actual: readonly number[], expected: readonly number[]): void {
  assertEquals(actual.length, 3);
  actual.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-12));
}

Deno.test("spiralPosition() turns a quarter and rises 0.4 with each fifth, both ways", () => {
  assertPoint(spiralPosition(0), [0, 1, 0]);
  assertPoint(spiralPosition(1), [1, 0, 0.4]);
  assertPoint(spiralPosition(2), [0, -1, 0.8]);
  assertPoint(spiralPosition(4), [0, 1, 1.6]);
  assertPoint(spiralPosition(-1), [-1, 0, -0.4]);
  assertPoint(spiralPosition(-6), [0, -1, -2.4]);
  assertThrows(() => spiralPosition(0.5), RangeError, "current value is 0.5");
});

Deno.test("triadPosition() weighs root, fifth and third", () => {
  // C major: 0.536 C + 0.274 G + 0.19 E = 0.536 (0, 1, 0) + 0.274 (1, 0, 0.4) + 0.19 (0, 1, 1.6).
  assertPoint(triadPosition(0, "major"), [0.274, 0.726, 0.4136]);
  // C minor has E flat, (1, 0, -1.2).
  assertPoint(triadPosition(0, "minor"), [0.464, 0.536, -0.1184]);
});

Deno.test("keyPosition() weighs tonic, dominant and subdominant, mixed in minor", () => {
  // 0.536 (C E G) + 0.274 (G B D) + 0.19 (F A C) = 0.536 (0.274, 0.726, 0.4136) + 0.274 (0.726, -0.274, 0.8136) + 0.19 (-0.726, 0.274, 0.0136).
  assertPoint(keyPosition(0, "major"), [0.207848, 0.36612, 0.4472]);
  // x in C minor: 0.536 · 0.464 + 0.274 (0.75 · 0.726 + 0.25 · 0.536) + 0.19 (0.75 · -0.536 + 0.25 · -0.726).
  assertAlmostEquals(keyPosition(0, "minor")[0], 0.323748, 1e-12);
});

Deno.test("spellInKey() spells around the key, with the key moved to C major or A minor", () => {
  const inC = Array.from({ length: 12 }, (_, pitch) => spellInKey(60 + pitch, { tonic: 0, mode: "major" }));
  assertEquals(inC, [0, -5, 2, -3, 4, -1, -6, 1, -4, 3, -2, 5]);
  // F sharp in G major is the leading tone, five fifths above G; so is G sharp in A major.
  assertEquals(spellInKey(66, { tonic: 7, mode: "major" }), 5);
  assertEquals(spellInKey(68, { tonic: 9, mode: "major" }), 5);
  // The tonic of a minor key stands where A does, three fifths above C; its leading tone comes out as A flat.
  assertEquals(spellInKey(60, { tonic: 0, mode: "minor" }), 3);
  assertEquals(spellInKey(59, { tonic: 0, mode: "minor" }), -4);
  assertThrows(() => spellInKey(60.5, { tonic: 0, mode: "major" }), RangeError, "pitch 60.5");
  assertThrows(() => spellInKey(60, { tonic: NaN, mode: "major" }), RangeError, "tonic NaN");
});

Deno.test("spellInKey() writes the chromatic scale around the tonic on request", () => {
  const scale = (tonic: number, mode: "major" | "minor") =>
    Array.from({ length: 12 }, (_, step) => spellInKey(60 + tonic + step, { tonic, mode }, "chromatic"));
  // C, D flat, D, E flat, E, F, F sharp, G, A flat, A, B flat, B.
  assertEquals(scale(0, "major"), [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5]);
  assertEquals(scale(7, "major"), scale(0, "major"));
  // A, B flat, B, C, C sharp, D, D sharp, E, F, F sharp, G, G sharp.
  assertEquals(scale(9, "minor"), [3, -2, 5, 0, 7, 2, 9, 4, -1, 6, 1, 8]);
  assertEquals(scale(0, "minor"), scale(9, "minor"));
  // deno-lint-ignore no-explicit-any
  assertThrows(() => spellInKey(60, { tonic: 0, mode: "major" }, "loud" as any), TypeError, 'current value is "loud"');
});

Deno.test("centreOfEffect() is the mean, doublings included, and the origin without pitches", () => {
  assertPoint(centreOfEffect([0, 1, 4]), [1 / 3, 2 / 3, 2 / 3]);
  assertPoint(centreOfEffect([0, 0, 0, 1]), [0.25, 0.75, 0.1]);
  assertPoint(centreOfEffect([]), [0, 0, 0]);
});
