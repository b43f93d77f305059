import { assertEquals, assertThrows } from "@std/assert";
import { pairMotions, parallels } from "../../../lib/metrics/mod.ts";

/** Which intervals two voices make in parallel or antiparallel motion. */
function found(upper: number[], lower: number[]): string[] {
  const frames = upper.map((pitch, t) => [pitch, lower[t]]);
  return parallels(frames).map(({ frame, interval, antiparallel }) =>
    `${frame} ${antiparallel ? "anti" : "par"} ${interval}`
  );
}

Deno.test("parallels() finds fifths and octaves in the same direction, with the place", () => {
  // G over C goes to A over D.
  assertEquals(parallels([[67, 60], [67, 60], [69, 62]]), [{
    frame: 2,
    upper: 0,
    lower: 1,
    before: [67, 60],
    after: [69, 62],
    interval: "fifth",
    antiparallel: false,
  }]);
  assertEquals(found([72, 71], [60, 59]), ["1 par octave"]);
  assertEquals(found([60, 62], [60, 62]), ["1 par octave"], "unisons");
});

Deno.test("parallels() counts compound intervals, and crossed voices, as the simple ones", () => {
  assertEquals(found([67, 81], [60, 62]), ["1 par fifth"], "a fifth to a twelfth");
  assertEquals(found([60, 74], [60, 62]), ["1 par octave"], "a unison to an octave");
  assertEquals(found([60, 62], [67, 69]), ["1 par fifth"], "the upper voice below");
});

Deno.test("parallels() marks opposite directions", () => {
  assertEquals(found([67, 74], [60, 55]), ["1 anti fifth"], "a fifth to a nineteenth");
  assertEquals(found([72, 64], [60, 64]), ["1 anti octave"], "an octave to a unison");
});

Deno.test("parallels() finds nothing where a voice stays, rests, or the interval changes", () => {
  assertEquals(found([67, 67], [60, 60]), []);
  assertEquals(found([67, 67], [60, 48]), []);
  assertEquals(found([67, -1, 69], [60, 60, 62]), []);
  assertEquals(found([67, 69], [-1, 62]), []);
  assertEquals(found([67, 69], [60, 65]), [], "a fifth to a third");
  assertEquals(found([66, 67], [60, 60]), [], "a tritone to a fifth over a held note");
});

Deno.test("parallels() looks at every pair of voices", () => {
  const pairs = parallels([[72, 67, 64, 48], [74, 69, 65, 50]]).map(({ upper, lower, interval }) =>
    `${upper}${lower} ${interval}`
  );
  assertEquals(pairs, ["03 octave", "13 fifth"]);
});

Deno.test("parallels() of nothing, of one frame and of one voice finds nothing", () => {
  assertEquals(parallels([]), []);
  assertEquals(parallels([[67, 60]]), []);
  assertEquals(parallels([[67], [69]]), []);
  assertEquals(parallels([[], []]), []);
});

Deno.test("parallels() refuses frames that do not fit together", () => {
  assertThrows(() => parallels([[67, 60], [69]]), RangeError, "frame 1 has 1, the first one has 2");
  for (const wrong of [128, -2, 60.5, NaN]) {
    assertThrows(() => parallels([[67, wrong]]), RangeError, `voice 1 of frame 0 must be`);
  }
});

Deno.test("pairMotions() counts pairs that both move, in any direction", () => {
  const motions = pairMotions([[72, 64, 48], [74, 64, 50], [72, 65, -1], [74, 67, 50]]);
  assertEquals(motions.map(({ frame, upper, lower }) => [frame, upper, lower]), [[1, 0, 2], [2, 0, 1], [3, 0, 1]]);
});
