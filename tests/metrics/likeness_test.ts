import { assertAlmostEquals, assertEquals } from "@std/assert";
import { histogramLikeness, HISTOGRAMS, measurePiece, metricLikeness } from "../../lib/metrics/mod.ts";
import { melodyOf, silence } from "./music.ts";

const measured = (...melodies: number[][]) =>
  melodies.map((pitches) => measurePiece(melodyOf(pitches), { ticksPerQuarter: 480 }));
const [pitchClass, interval] = HISTOGRAMS;

Deno.test("metricLikeness() of the same pieces is complete", () => {
  const pieces = measured([60, 62], [60, 64], [60, 69]);
  const { distance, overlap, divergence } = metricLikeness("pitch_range", pieces, pieces);
  assertEquals(distance, 0);
  // Differences among them: 2, 7, 5; between the sets these twice, and three times 0.
  assertEquals([overlap > 0.5 && overlap < 1, divergence > 0], [true, true]);
});

Deno.test("metricLikeness() has the distance in the unit of the metric", () => {
  const [samples, reference] = [measured([60, 62], [60, 63]), measured([60, 72], [60, 73])];
  assertAlmostEquals(metricLikeness("pitch_range", samples, reference).distance, 10, 1e-12);
});

Deno.test("metricLikeness() leaves out pieces in which the metric is undefined", () => {
  const samples = measured([60], [60, 62]);
  assertEquals(metricLikeness("Mean_Melodic_Interval", samples, measured([60, 65])).distance, 3);
  const none = metricLikeness("Mean_Melodic_Interval", measured([60]), measured([60, 65]));
  assertEquals(none, { distance: NaN, overlap: NaN, divergence: NaN });
});

Deno.test("histogramLikeness() sums over the pieces, and knows that B lies beside C", () => {
  const likeness = histogramLikeness(pitchClass, measured([60, 60], [64, 64]), measured([71, 63]));
  assertEquals(likeness, { jensenShannon: 1, earthMovers: 1, cosine: 0 });
  const same = histogramLikeness(interval, measured([60, 62, 64]), measured([70, 72]));
  assertEquals([same.jensenShannon, same.earthMovers], [0, 0]);
  assertAlmostEquals(same.cosine, 1, 1e-12);
});

Deno.test("histogramLikeness() is NaN where a set has nothing to count", () => {
  const nothing = [measurePiece(silence(), { ticksPerQuarter: 480 })];
  assertEquals(histogramLikeness(pitchClass, nothing, measured([60])), {
    jensenShannon: NaN,
    earthMovers: NaN,
    cosine: NaN,
  });
});
