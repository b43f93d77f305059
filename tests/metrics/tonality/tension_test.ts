import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { cloudDiameter, cloudMomentum, tensileStrain, windowTension } from "../../../lib/metrics/mod.ts";

const C_MAJOR = { tonic: 0, mode: "major" } as const;
/** From the centre of C, E, G, (1/3, 2/3, 2/3), to that of C major, (0.207848, 0.36612, 0.4472). */
const TRIAD_STRAIN = Math.hypot(1 / 3 - 0.207848, 2 / 3 - 0.36612, 2 / 3 - 0.4472);

Deno.test("cloudDiameter() is the largest distance in a cloud", () => {
  // C (0, 1, 0), G (1, 0, 0.4), E (0, 1, 1.6): C to G √2.16, C to E 1.6, G to E √(1 + 1 + 1.2²) = √3.44.
  assertAlmostEquals(cloudDiameter([0, 1, 4]), Math.sqrt(3.44), 1e-12);
  assertAlmostEquals(cloudDiameter([4, 0, 1, 0, 4]), Math.sqrt(3.44), 1e-12);
  // C to G flat, half a turn and six fifths: √(0 + 2² + 2.4²).
  assertAlmostEquals(cloudDiameter([0, -6]), Math.sqrt(9.76), 1e-12);
});

Deno.test("cloudDiameter() of fewer than two pitches is 0", () => {
  assertEquals(cloudDiameter([]), 0);
  assertEquals(cloudDiameter([3]), 0);
  assertEquals(cloudDiameter([3, 3]), 0);
  assertThrows(() => cloudDiameter([0.5]), RangeError, "current value is 0.5");
});

Deno.test("cloudMomentum() is the way from centre to centre", () => {
  // C, E, G has (1/3, 2/3, 2/3); F (-1, 0, -0.4), A (-1, 0, 1.2), C (0, 1, 0) has (-2/3, 1/3, 0.8/3).
  assertAlmostEquals(cloudMomentum([0, 4, 1], [-1, 3, 0]), Math.hypot(1, 1 / 3, 0.4), 1e-12);
  assertEquals(cloudMomentum([0, 4, 1], [1, 0, 4]), 0);
  assertEquals(cloudMomentum([], []), 0);
  assertAlmostEquals(cloudMomentum([], [0]), 1, 1e-12);
});

Deno.test("tensileStrain() is the way from the centre to the key", () => {
  assertAlmostEquals(tensileStrain([0, 4, 1], 0, "major"), TRIAD_STRAIN, 1e-12);
  assertAlmostEquals(tensileStrain([2, 6, 3], 2, "major"), TRIAD_STRAIN, 1e-12, "the same in D major");
  assertEquals(tensileStrain([], 0, "major"), 0);
});

Deno.test("windowTension() averages the slices of a window", () => {
  const [first, second] = windowTension([[60, 64, 67], [60, 64, 67], [60, 64, 67], [72]], [0, 2, 4], C_MAJOR);
  assertAlmostEquals(first.diameter, Math.sqrt(3.44), 1e-12);
  assertAlmostEquals(first.strain, TRIAD_STRAIN, 1e-12);
  assertEquals(first.momentum, 0);
  assertAlmostEquals(second.diameter, Math.sqrt(3.44) / 2, 1e-12);
  // From (1/3, 2/3, 2/3) to the middle of it and C, (0, 1, 0).
  assertAlmostEquals(second.momentum, Math.hypot(1 / 6, 1 / 6, 1 / 3), 1e-12);
});

Deno.test("windowTension() spells in the key: a piece and its transposition are equally tense", () => {
  const slices = [[60, 64, 67], [62, 65, 69, 71], [], [66, 70]];
  const higher = slices.map((pitches) => pitches.map((pitch) => pitch + 5));
  assertEquals(
    windowTension(higher, [0, 1, 2, 3, 4], { tonic: 5, mode: "major" }),
    windowTension(slices, [0, 1, 2, 3, 4], C_MAJOR),
  );
  const minor = windowTension([[57, 60, 64]], [0, 1], { tonic: 9, mode: "minor" });
  assertEquals(windowTension([[60, 63, 67]], [0, 1], { tonic: 0, mode: "minor" }), minor);
});

Deno.test("windowTension() counts octaves apart, and silence as 0", () => {
  const doubled = windowTension([[60, 72, 67]], [0, 1], C_MAJOR)[0].strain;
  // Twice C and once G: (1/3, 2/3, 0.4/3).
  assertAlmostEquals(doubled, Math.hypot(1 / 3 - 0.207848, 2 / 3 - 0.36612, 0.4 / 3 - 0.4472), 1e-12);
  const silence = windowTension([[60], []], [0, 1, 2], C_MAJOR)[1];
  assertEquals([silence.diameter, silence.strain], [0, 0]);
  assertAlmostEquals(silence.momentum, 1, 1e-12);
  assertEquals(windowTension([], [], C_MAJOR), []);
  assertEquals(windowTension([[60]], [0], C_MAJOR), []);
});

Deno.test("windowTension() takes a centre close to the origin for silence, as midi-miner does", () => {
  // D flat, five fifths below C at (-1, 0, -2), and B, five above at (1, 0, 2), cancel each other out.
  const [{ diameter, strain }] = windowTension([[61, 71]], [0, 1], C_MAJOR);
  assertEquals([diameter, strain], [0, 0]);
});

Deno.test("windowTension() refuses edges that do not ascend within the slices", () => {
  const slices = [[60], [62]];
  for (const edges of [[0, 3], [1, 1], [1, 0], [-1, 1], [0, 0.5]]) {
    assertThrows(() => windowTension(slices, edges, C_MAJOR), RangeError, "Cannot measure tension: edge");
  }
  assertThrows(() => windowTension([[60.5]], [0, 1], C_MAJOR), RangeError, "60.5");
});
