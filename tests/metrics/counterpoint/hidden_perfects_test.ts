import { assertEquals } from "@std/assert";
import { hiddenPerfects } from "../../../lib/metrics/mod.ts";

const found = (before: number[], after: number[]) =>
  hiddenPerfects([before, after]).map(({ upper, lower, interval, exposed }) =>
    `${upper}${lower} ${exposed ? "exposed" : "hidden"} ${interval}`
  );

Deno.test("hiddenPerfects() finds fifths and octaves that both voices reach in the same direction", () => {
  // C over A leaps to G over C; E over C steps to D over D.
  assertEquals(found([60, 57], [67, 60]), ["01 exposed fifth"]);
  assertEquals(found([64, 60], [62, 50]), ["01 hidden octave"]);
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
  assertEquals(found([71, 55], [72, 60]), ["01 hidden octave"], "the upper voice steps");
  assertEquals(found([69, 55], [72, 60]), ["01 exposed octave"], "the upper voice leaps a minor third");
});

Deno.test("hiddenPerfects() exposes the outer voices alone", () => {
  assertEquals(found([60, 57, 48], [67, 60, 52]), ["01 hidden fifth"]);
  assertEquals(found([76, 62, 55], [79, 64, 60]), ["02 exposed fifth"]);
});

Deno.test("hiddenPerfects() leaves parallels, and other motions, out", () => {
  assertEquals(found([67, 60], [69, 62]), [], "a parallel");
  assertEquals(found([64, 60], [67, 60]), [], "oblique motion");
  assertEquals(found([64, 62], [67, 60]), [], "contrary motion");
  assertEquals(found([64, 60], [65, 62]), [], "no perfect interval");
  assertEquals(found([60, 60], [67, 60]), []);
  assertEquals(found([72, 60], [79, 72]), ["01 exposed fifth"], "an octave to a fifth");
});

Deno.test("hiddenPerfects() of nothing, and of rests, finds nothing", () => {
  assertEquals(hiddenPerfects([]), []);
  assertEquals(found([-1, 57], [67, 60]), []);
});
