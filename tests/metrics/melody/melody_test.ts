import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import {
  arpeggioShare,
  intervalShare,
  leapShare,
  meanInterval,
  melodicIntervals,
  mostCommonInterval,
  mostCommonIntervalShare,
  repeatShare,
  risingShare,
  stepLeapRatio,
  stepShare,
  turnShare,
  wideShare,
} from "../../../lib/metrics/mod.ts";
import { corpusTable } from "../../../lib/notes/mod.ts";
import { part, score } from "../../notes/scores.ts";
import { melodyOf, silence, tableOf } from "../music.ts";

/** Up 2, down 1, repeat, up 7, down 12, up 13, down 6, up 3. */
const melody = () => melodyOf([60, 62, 61, 61, 68, 56, 69, 63, 66]);

Deno.test("melodicIntervals() goes by onset in each voice, from the lowest of a chord", () => {
  const table = tableOf([
    [[72, 0, 1], [76, 0, 1], [74, 1, 1], [67, 2, 1]],
    [[48, 0.5, 1], [36, 3, 1]],
  ]);
  assertEquals([...melodicIntervals(table)], [2, -7, -12]);
  assertEquals([...melodicIntervals(table, "stream")], [4, -28, 26, -7, -31]);
});

Deno.test("melodicIntervals() crosses from no piece to the next, though parts have the same number", () => {
  const pieces = [[60, 62], [80, 81]].map(([a, b], i) => ({
    path: `${i}`,
    score: score([part([[a, 0, 1], [b, 1, 1]])]),
  }));
  const table = corpusTable(pieces);
  assertEquals([...melodicIntervals(table)], [2, 1]);
  assertEquals([...melodicIntervals(table, "stream")], [2, 1]);
});

Deno.test("melodicIntervals() leaves drums out, of voices and of the stream", () => {
  const table = tableOf([[[60, 0, 1], [64, 2, 1]]], {}, [[36, 1, 1], [38, 3, 1]]);
  assertEquals([...melodicIntervals(table)], [4]);
  assertEquals([...melodicIntervals(table, "stream")], [4]);
});

Deno.test("melodicIntervals() takes a table without pieces and parts as one voice", () => {
  assertEquals([...melodicIntervals(pl.DataFrame({ pitch: [60, 64, 62], start: [0, 2, 1] }))], [2, 2]);
  assertEquals([...melodicIntervals(pl.DataFrame({ pitch: [60, 64, 62] }), "stream")], [4, -2]);
  assertThrows(() => melodicIntervals(pl.DataFrame({ pitch: [60, 64] })), TypeError, 'no column "start"');
});

Deno.test("stepShare() counts a step in each direction", () => {
  assertEquals(stepShare(melodyOf([60, 62, 61])), 1);
  assertEquals(stepShare(melody()), 2 / 8);
});

Deno.test("repeats, steps and leaps are all there is", () => {
  assertEquals([repeatShare(melody()), leapShare(melody())], [1 / 8, 5 / 8]);
  assertEquals(repeatShare(melody()) + stepShare(melody()) + leapShare(melody()), 1);
});

Deno.test("wideShare() begins at the octave", () => {
  assertEquals(wideShare(melody()), 2 / 8);
  assertEquals(wideShare(melodyOf([60, 71, 59])), 1 / 2);
});

Deno.test("intervalShare() counts from and to, both included, up and down", () => {
  assertEquals(intervalShare(melody(), { from: 6, to: 7 }), 2 / 8);
  assertEquals(intervalShare(melody(), { from: 7 }), 1 / 8);
  assertEquals(intervalShare(melody(), { from: 13, to: Infinity }), 1 / 8);
  assertThrows(
    () => intervalShare(melody(), { from: -2 }),
    RangeError,
    "from must be a number of 0 or more, current value is -2",
  );
  assertThrows(
    () => intervalShare(melody(), { from: 5, to: 3 }),
    RangeError,
    "to must be 5 or more, current value is 3",
  );
  assertThrows(
    () => intervalShare(melody(), { from: NaN }),
    RangeError,
    "from must be a number of 0 or more, current value is NaN",
  );
});

Deno.test("stepLeapRatio() is steps for each leap, and NaN where nothing leaps", () => {
  assertEquals(stepLeapRatio(melody()), 2 / 5);
  assertEquals(stepLeapRatio(melodyOf([60, 62, 64])), NaN);
  assertEquals(stepLeapRatio(melodyOf([60, 67])), 0);
});

Deno.test("meanInterval() is the mean of the sizes", () => {
  assertEquals(meanInterval(melody()), (2 + 1 + 0 + 7 + 12 + 13 + 6 + 3) / 8);
});

Deno.test("the most common interval is the smallest on a tie", () => {
  const table = melodyOf([60, 67, 60, 63, 60]);
  assertEquals([mostCommonInterval(table), mostCommonIntervalShare(table)], [3, 0.5]);
});

Deno.test("arpeggioShare() counts what a broken chord is made of", () => {
  assertEquals(arpeggioShare(melodyOf([60, 64, 67, 72, 60])), 3 / 4);
  assertEquals(arpeggioShare(melody()), 4 / 8);
});

Deno.test("risingShare() passes repeats over", () => {
  assertEquals(risingShare(melody()), 4 / 7);
  assertEquals(risingShare(melodyOf([60, 60])), NaN);
});

Deno.test("turnShare() is 0 of a scale, 1 of a trill, and passes repeats over", () => {
  assertEquals(turnShare(melodyOf([60, 62, 64, 65])), 0);
  assertEquals(turnShare(melodyOf([60, 62, 60, 62])), 1);
  assertEquals(turnShare(melodyOf([60, 62, 62, 60])), 1);
  assertAlmostEquals(turnShare(melodyOf([60, 62, 64, 60, 59])), 1 / 3);
});

Deno.test("turnShare() counts turns within voices, pooled over them", () => {
  const table = tableOf([[[60, 0, 1], [62, 1, 1], [64, 2, 1]], [[40, 0, 1], [41, 1, 1], [40, 2, 1]]]);
  assertEquals(turnShare(table), 1 / 2);
  assertEquals(turnShare(table, { line: "stream" }), 1);
});

Deno.test("metrics of melody go along the stream on request", () => {
  const table = tableOf([[[72, 0, 1], [74, 1, 1]], [[48, 0, 1], [48, 1, 1]]]);
  assertEquals([stepShare(table), repeatShare(table)], [0.5, 0.5]);
  assertEquals([stepShare(table, { line: "stream" }), wideShare(table, { line: "stream" })], [0, 1]);
  assertEquals(meanInterval(table, { line: "stream" }), (24 + 24 + 26) / 3);
});

Deno.test("metrics of melody are NaN where there are no intervals", () => {
  for (const table of [silence(), melodyOf([60]), tableOf([[[60, 0, 1], [64, 0, 1]]])]) {
    for (const metric of [stepShare, leapShare, repeatShare, wideShare, stepLeapRatio, meanInterval, arpeggioShare]) {
      assertEquals(metric(table), NaN, metric.name);
    }
    for (const metric of [risingShare, turnShare, mostCommonInterval, mostCommonIntervalShare]) {
      assertEquals(metric(table), NaN, metric.name);
    }
  }
});
