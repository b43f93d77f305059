import { assertEquals, assertThrows } from "@std/assert";
import {
  CLAIMS,
  diatonicShare,
  leadingToneShare,
  noteTable,
  type Spread,
  spreadOf,
  testClaims,
  unevenShare,
  verdictOf,
} from "../../lib/evaluation/mod.ts";

const tune = (pitch: number[], step = pitch.map(() => 0.5)) =>
  noteTable({ pitch, step, duration: pitch.map(() => 0.5) }, "tune");
/** The values again and again, until there are `length` of them. */
const over = <T>(values: T[], length: number) => Array.from({ length }, (_, i) => values[i % values.length]);

const C_MAJOR = [60, 62, 64, 65, 67, 69, 71, 72];

Deno.test("diatonicShare() counts the notes in the scale of the best key", () => {
  assertEquals(diatonicShare(tune(C_MAJOR)), 1);
  assertEquals(diatonicShare(tune([...C_MAJOR, ...C_MAJOR, 61, 66, 68, 70])), 16 / 20);
  // A natural minor: its leading tone, G sharp, is outside.
  assertEquals(diatonicShare(tune([57, 59, 60, 62, 64, 65, 67, 69, 57, 64, 68, 69])), 11 / 12);
});

Deno.test("diatonicShare() knows no key where all pitch classes are equally frequent, or there is no note", () => {
  assertEquals(diatonicShare(tune(Array.from({ length: 24 }, (_, i) => 60 + i))), NaN);
  assertEquals(diatonicShare(tune([])), NaN);
});

Deno.test("leadingToneShare() counts leading tones that go up to the tonic", () => {
  // It comes up to the tonic, and leaves it downwards.
  const cadence = [...C_MAJOR, 71, 67, 64, 60];
  assertEquals(leadingToneShare(tune(over(cadence, 5 * cadence.length))), 0.5);
  assertEquals(leadingToneShare(tune(over(C_MAJOR, 10 * C_MAJOR.length))), 1);
});

Deno.test("leadingToneShare() counts no fewer than ten, and no leading tone that is only repeated", () => {
  assertEquals(leadingToneShare(tune(over(C_MAJOR, 9 * C_MAJOR.length))), NaN);
  const repeated = C_MAJOR.toSpliced(7, 0, 71);
  assertEquals(leadingToneShare(tune(over(repeated, 10 * repeated.length))), 1);
  assertEquals(leadingToneShare(tune([])), NaN);
});

Deno.test("unevenShare() counts neighbouring steps more than 5 % apart", () => {
  const uneven = (...steps: number[]) => unevenShare(tune(steps.map(() => 60), steps));
  assertEquals(uneven(...over([0.5], 12)), 0);
  assertEquals(uneven(9, ...over([0.5, 0.25], 11)), 1);
  assertEquals(uneven(9, ...over([0.5, 0.52], 11)), 0);
  assertEquals(uneven(9, ...over([0.5, 0.53], 11)), 1);
  assertEquals(uneven(9, ...over([0.5, 0.5, 0.25], 11)), 6 / 10);
});

Deno.test("unevenShare() passes over notes struck together, and counts no fewer than ten pairs", () => {
  const uneven = (...steps: number[]) => unevenShare(tune(steps.map(() => 60), steps));
  assertEquals(uneven(9, ...over([0.5, 0, 0.00005], 33)), 0);
  assertEquals(uneven(9, ...over([0.5, 0.25], 10)), NaN);
  assertEquals(uneven(...over([0], 40)), NaN);
});

Deno.test("spreadOf() takes the nearest values, and says how many are unknown", () => {
  const values = Array.from({ length: 21 }, (_, i) => (i * 8) % 21);
  assertEquals(spreadOf([...values, NaN]), { low: 1, middle: 10, high: 19, known: 21, asked: 22 });
  assertEquals(spreadOf([0.3]), { low: 0.3, middle: 0.3, high: 0.3, known: 1, asked: 1 });
  assertEquals(spreadOf([NaN]), { low: NaN, middle: NaN, high: NaN, known: 0, asked: 1 });
});

Deno.test("verdictOf() compares the samples' middle with nine tenths of the music", () => {
  const music: Spread = { low: 0.4, middle: 0.5, high: 0.6, known: 10, asked: 12 };
  const samples = (middle: number, known = 20): Spread => ({ low: 0, middle, high: 1, known, asked: 20 });
  assertEquals([0.39, 0.4, 0.6, 0.61].map((middle) => verdictOf(samples(middle), music)), [
    "refuted",
    "confirmed",
    "confirmed",
    "more than the music",
  ]);
  assertEquals([10, 9].map((known) => verdictOf(samples(0.5, known), music)), ["confirmed", "not measurable"]);
  assertEquals(verdictOf(samples(0.5), { ...music, known: 9 }), "not measurable");
});

Deno.test("verdictOf() confirms nothing of no samples", () => {
  const music: Spread = { low: 0.4, middle: 0.5, high: 0.6, known: 10, asked: 12 };
  assertEquals(verdictOf(spreadOf([]), music), "not measurable");
});

Deno.test("testClaims() tests each claim of the paper", () => {
  const scale = tune([...C_MAJOR, ...C_MAJOR.toReversed()], over([0.5, 0.25], 16));
  const trill = tune(over([60, 66], 16), over([0.5], 16));
  const music = Array.from({ length: 10 }, () => scale);
  assertEquals(testClaims([trill], music).map(({ claim, verdict }) => [claim, verdict]), [
    ["diatonic", "refuted"],
    ["stepwise motion", "refuted"],
    ["leading tones resolve", "not measurable"],
    ["uneven subdivisions", "refuted"],
  ]);
  const [, steps] = testClaims([scale], [...music.slice(1), trill]);
  assertEquals([steps.samples.middle, steps.music.middle, steps.verdict], [14 / 15, 14 / 15, "confirmed"]);
  assertEquals(testClaims([scale], music, CLAIMS.slice(0, 1)).length, 1);
});

Deno.test("testClaims() refuses a table without pitches", () => {
  assertThrows(() => testClaims([tune(C_MAJOR).drop("pitch")], []), TypeError, `no column "pitch"`);
});
