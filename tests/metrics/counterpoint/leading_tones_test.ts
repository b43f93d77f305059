import { assertEquals, assertThrows } from "@std/assert";
import { leadingTones, resolutionRate } from "../../../lib/metrics/mod.ts";

const C = { tonic: 0 };

Deno.test("leadingTones() follows each leading tone to the next note", () => {
  // V - I in C major: B to C in the soprano; then the alto falls from B to G.
  assertEquals(leadingTones([[71, 67, 62, 55], [71, 67, 62, 55], [72, 67, 64, 48]], C), [
    { frame: 2, voice: 0, from: 71, to: 72, resolved: true, authentic: true },
  ]);
  assertEquals(leadingTones([[74, 71, 67, 55], [72, 67, 64, 48]], C), [
    { frame: 1, voice: 1, from: 71, to: 67, resolved: false, authentic: true },
  ]);
});

Deno.test("leadingTones() calls it authentic where the lowest voice goes from dominant to tonic", () => {
  const authentic = (before: number[], after: number[]) =>
    leadingTones([before, after], C).map((each) => each.authentic);
  assertEquals(authentic([71, 55], [72, 60]), [true]);
  assertEquals(authentic([71, 55], [72, 57]), [false], "deceptive");
  assertEquals(authentic([71, 65], [72, 64]), [false]);
  assertEquals(authentic([71], [72]), [false], "one voice alone");
});

Deno.test("leadingTones() resolves upwards by a semitone alone", () => {
  const to = (pitch: number) => leadingTones([[71], [pitch]], C)[0].resolved;
  assertEquals([72, 60, 69, 84, -1].map(to), [true, false, false, false, false]);
});

Deno.test("leadingTones() takes the raised seventh degree in minor, and any octave", () => {
  const found = leadingTones([[68, 56], [69, 57], [67, 55]], { tonic: 9 });
  assertEquals(found.map(({ from, to }) => [from, to]), [[68, 69], [56, 57]]);
});

Deno.test("leadingTones() finds none that is held to the end, in silence, or without frames", () => {
  assertEquals(leadingTones([[72], [71], [71]], C), []);
  assertEquals(leadingTones([[-1], [-1]], C), []);
  assertEquals(leadingTones([], C), []);
  assertThrows(
    () => leadingTones([], { tonic: 12 }),
    RangeError,
    "tonic must be an integer from 0 to 11, current value is 12",
  );
});

Deno.test("resolutionRate() is the share that resolves; what goes to a rest is not counted", () => {
  const line = [71, 72, 71, 69, 71, 72, 71, -1, 71, 72].map((pitch) => [pitch]);
  assertEquals(leadingTones(line, C).length, 5);
  assertEquals(resolutionRate(leadingTones(line, C)), 3 / 4);
  assertEquals(resolutionRate([]), NaN);
});
