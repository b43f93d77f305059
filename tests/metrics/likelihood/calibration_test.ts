import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { calibration, type ScoredNotes } from "../../../lib/metrics/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";

const scored = (confidence: number[], hit: number[], piece = confidence.map(() => 0)): ScoredNotes<"pitch"> => ({
  pieces: ["air", "gigue"],
  piece: Int32Array.from(piece),
  heads: {
    pitch: {
      nats: new Float64Array(hit.length),
      hit: Uint8Array.from(hit),
      confidence: Float64Array.from(confidence),
    },
  },
});

Deno.test("calibration() sorts notes into bins, and weighs their gaps", () => {
  const { bins, error } = calibration(scored([0.1, 0.3, 0.55, 0.6, 0.7, 1], [0, 1, 1, 0, 0, 1]), "pitch", { bins: 4 });
  assertEquals(bins.map(({ from, to, count }) => [from, to, count]), [[0, 0.25, 1], [0.25, 0.5, 1], [0.5, 0.75, 3], [
    0.75,
    1,
    1,
  ]]);
  [0.1, 0.3, 1.85 / 3, 1].forEach((mean, i) => assertAlmostEquals(bins[i].confidence, mean, 1e-12));
  [0, 1, 1 / 3, 1].forEach((share, i) => assertAlmostEquals(bins[i].accuracy, share, 1e-12));
  // (|0 - 0.1| + |1 - 0.3| + |1 - 1.85| + |1 - 1|) / 6
  assertAlmostEquals(error, 1.65 / 6, 1e-12);
});

Deno.test("calibration() puts a border into the bin above, and 1 into the last", () => {
  const { bins } = calibration(scored([0, 0.5, 1, 1 + 1e-7], [1, 1, 1, 1]), "pitch", { bins: 2 });
  assertEquals(bins.map(({ count }) => count), [1, 3]);
});

Deno.test("calibration() finds no error in a model that is as often right as it says, and the gap of a boaster", () => {
  const prng = seeded(5);
  const confidence = Array.from({ length: 40_000 }, () => prng());
  const honest = confidence.map((sure) => prng() < sure ? 1 : 0);
  assert(calibration(scored(confidence, honest), "pitch").error < 0.015);
  const boasting = confidence.map((sure) => prng() < sure - 0.2 ? 1 : 0);
  // From 0.2 on the gap is 0.2; below it is the confidence itself: 0.8 * 0.2 + 0.2 * 0.1.
  assertAlmostEquals(calibration(scored(confidence, boasting), "pitch").error, 0.18, 0.01);
});

Deno.test("calibration() takes some notes only; an empty bin has no confidence, and no notes no error", () => {
  const all = scored([0.9, 0.9, 0.2], [1, 0, 1], [0, 0, 1]);
  const { bins, error } = calibration(all, "pitch", { bins: 2, without: ["gigue"], only: [1, 0, 1] });
  assertEquals(bins.map(({ count }) => count), [0, 1]);
  assertEquals([bins[0].confidence, bins[0].accuracy], [NaN, NaN]);
  assertAlmostEquals(error, 0.1, 1e-12);
  assertEquals(calibration(all, "pitch", { only: [0, 0, 0] }).error, NaN);
});

Deno.test("calibration() refuses a senseless number of bins and a confidence that is no probability", () => {
  assertThrows(() => calibration(scored([1], [1]), "pitch", { bins: 0 }), RangeError, "current value is 0");
  assertThrows(() => calibration(scored([1.1], [1]), "pitch"), RangeError, "note 0 must be from 0 to 1, got 1.1");
  assertThrows(() => calibration(scored([NaN], [1]), "pitch"), RangeError, "got NaN");
  assertThrows(() => calibration(scored([1], [1]), "step" as "pitch"), TypeError, 'no head "step" among pitch');
});
