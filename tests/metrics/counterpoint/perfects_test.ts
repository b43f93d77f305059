import { assertEquals, assertThrows } from "@std/assert";
import { hiddenPerfects, pairMotions, parallels } from "../../../lib/metrics/mod.ts";

/** Which intervals two voices make in parallel or antiparallel motion. */
function parallelsFound(upper: number[], lower: number[]): string[] {
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
  assertEquals(parallelsFound([72, 71], [60, 59]), ["1 par octave"]);
  assertEquals(parallelsFound([60, 62], [60, 62]), ["1 par octave"], "unisons");
});

Deno.test("parallels() counts compound intervals, and crossed voices, as the simple ones", () => {
  assertEquals(parallelsFound([67, 81], [60, 62]), ["1 par fifth"], "a fifth to a twelfth");
  assertEquals(parallelsFound([60, 74], [60, 62]), ["1 par octave"], "a unison to an octave");
  assertEquals(parallelsFound([60, 62], [67, 69]), ["1 par fifth"], "the upper voice below");
});

Deno.test("parallels() marks opposite directions", () => {
  assertEquals(parallelsFound([67, 74], [60, 55]), ["1 anti fifth"], "a fifth to a nineteenth");
  assertEquals(parallelsFound([72, 64], [60, 64]), ["1 anti octave"], "an octave to a unison");
});

Deno.test("parallels() finds nothing where a voice stays, rests, or the interval changes", () => {
  assertEquals(parallelsFound([67, 67], [60, 60]), []);
  assertEquals(parallelsFound([67, 67], [60, 48]), []);
  assertEquals(parallelsFound([67, -1, 69], [60, 60, 62]), []);
  assertEquals(parallelsFound([67, 69], [-1, 62]), []);
  assertEquals(parallelsFound([67, 69], [60, 65]), [], "a fifth to a third");
  assertEquals(parallelsFound([66, 67], [60, 60]), [], "a tritone to a fifth over a held note");
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

const hiddenFound = (before: number[], after: number[]) =>
  hiddenPerfects([before, after]).map(({ upper, lower, interval, exposed }) =>
    `${upper}${lower} ${exposed ? "exposed" : "hidden"} ${interval}`
  );

Deno.test("hiddenPerfects() finds fifths and octaves that both voices reach in the same direction", () => {
  // C over A leaps to G over C; E over C steps to D over D.
  assertEquals(hiddenFound([60, 57], [67, 60]), ["01 exposed fifth"]);
  assertEquals(hiddenFound([64, 60], [62, 50]), ["01 hidden octave"]);
  assertEquals(hiddenPerfects([[60, 57], [67, 60]])[0], {
    frame: 1,
    upper: 0,
    lower: 1,
    before: [60, 57],
    after: [67, 60],
    interval: "fifth",
    exposed: true,
  });
});

Deno.test("hiddenPerfects() exposes a leap of the upper voice, not of the lower one", () => {
  assertEquals(hiddenFound([71, 55], [72, 60]), ["01 hidden octave"], "the upper voice steps");
  assertEquals(hiddenFound([69, 55], [72, 60]), ["01 exposed octave"], "the upper voice leaps a minor third");
});

Deno.test("hiddenPerfects() exposes the outer voices alone", () => {
  assertEquals(hiddenFound([60, 57, 48], [67, 60, 52]), ["01 hidden fifth"]);
  assertEquals(hiddenFound([76, 62, 55], [79, 64, 60]), ["02 exposed fifth"]);
});

Deno.test("hiddenPerfects() leaves parallels, and other motions, out", () => {
  assertEquals(hiddenFound([67, 60], [69, 62]), [], "a parallel");
  assertEquals(hiddenFound([64, 60], [67, 60]), [], "oblique motion");
  assertEquals(hiddenFound([64, 62], [67, 60]), [], "contrary motion");
  assertEquals(hiddenFound([64, 60], [65, 62]), [], "no perfect interval");
  assertEquals(hiddenFound([60, 60], [67, 60]), []);
  assertEquals(hiddenFound([72, 60], [79, 72]), ["01 exposed fifth"], "an octave to a fifth");
});

Deno.test("hiddenPerfects() of nothing, and of rests, finds nothing", () => {
  assertEquals(hiddenPerfects([]), []);
  assertEquals(hiddenFound([-1, 57], [67, 60]), []);
});
