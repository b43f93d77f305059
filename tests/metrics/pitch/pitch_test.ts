import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import {
  meanPitch,
  mostCommonPitch,
  mostCommonPitchClass,
  mostCommonPitchClassShare,
  mostCommonPitchShare,
  pitchClassCounts,
  pitchClassEntropy,
  pitchClassesUsed,
  pitchCounts,
  pitchEntropy,
  pitchesUsed,
  pitchRange,
  truncatedMeanPitch,
} from "../../../lib/metrics/mod.ts";
import { melodyOf, silence, tableOf } from "../music.ts";

const octaves = () => melodyOf([60, 72, 64, 60]);
const withDrums = () => tableOf([[[60, 0, 1], [64, 1, 1]]], {}, [[36, 0, 1], [38, 1, 1]]);

Deno.test("pitchCounts() and pitchClassCounts() count notes, not seconds", () => {
  const table = tableOf([[[60, 0, 4], [72, 4, 1], [64, 5, 1]]]);
  const pitches = pitchCounts(table);
  assertEquals([pitches.length, pitches[60], pitches[64], pitches[72]], [128, 1, 1, 1]);
  assertEquals([...pitchClassCounts(table)], [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("pitchesUsed(), pitchClassesUsed() and pitchRange() see what is there", () => {
  assertEquals([pitchesUsed(octaves()), pitchClassesUsed(octaves()), pitchRange(octaves())], [3, 2, 12]);
  assertEquals(pitchRange(melodyOf([0, 127])), 127);
});

Deno.test("pitchEntropy() and pitchClassEntropy() are in bits", () => {
  assertEquals(pitchEntropy(octaves()), 1.5);
  assertAlmostEquals(pitchClassEntropy(octaves()), 2 - 0.75 * Math.log2(3), 1e-15);
  assertEquals(pitchEntropy(melodyOf([60, 61, 62, 63])), 2);
});

Deno.test("meanPitch() is exact, truncatedMeanPitch() cuts the mean of each part", () => {
  const table = tableOf([[[60, 0, 1], [61, 1, 1]], [[50, 0, 1], [50, 1, 1], [52, 2, 1]]]);
  assertEquals(meanPitch(table), 273 / 5);
  assertEquals(truncatedMeanPitch(table), (60 * 2 + 50 * 3) / 5);
});

Deno.test("the most common pitch and class are the lowest on a tie", () => {
  assertEquals([mostCommonPitch(octaves()), mostCommonPitchShare(octaves())], [60, 0.5]);
  assertEquals([mostCommonPitchClass(octaves()), mostCommonPitchClassShare(octaves())], [0, 0.75]);
  const tie = melodyOf([71, 64, 71, 64]);
  assertEquals([mostCommonPitch(tie), mostCommonPitchClass(tie), mostCommonPitchShare(tie)], [64, 4, 0.5]);
});

Deno.test("metrics of pitch leave drums out", () => {
  assertEquals([pitchesUsed(withDrums()), pitchRange(withDrums()), meanPitch(withDrums())], [2, 4, 62]);
  assertEquals([truncatedMeanPitch(withDrums()), pitchEntropy(withDrums())], [62, 1]);
  const drumsAlone = tableOf([], {}, [[36, 0, 1]]);
  assertEquals([pitchesUsed(drumsAlone), pitchRange(drumsAlone), meanPitch(drumsAlone)], [0, 0, NaN]);
});

Deno.test("metrics of pitch of one note, and of none", () => {
  const one = melodyOf([67]);
  assertEquals([pitchesUsed(one), pitchClassesUsed(one), pitchRange(one)], [1, 1, 0]);
  assertEquals([pitchEntropy(one), pitchClassEntropy(one), mostCommonPitchShare(one)], [0, 0, 1]);
  assertEquals([pitchesUsed(silence()), pitchClassesUsed(silence()), pitchRange(silence())], [0, 0, 0]);
  for (const metric of [pitchEntropy, pitchClassEntropy, meanPitch, truncatedMeanPitch, mostCommonPitch]) {
    assertEquals(metric(silence()), NaN, metric.name);
  }
  for (const metric of [mostCommonPitchShare, mostCommonPitchClass, mostCommonPitchClassShare]) {
    assertEquals(metric(silence()), NaN, metric.name);
  }
});

Deno.test("metrics of pitch take several pieces, and tables that hold pitches alone", () => {
  const two = pl.DataFrame({ piece: ["a", "b"], pitch: [60, 67] });
  assertEquals([pitchRange(two), pitchEntropy(two), truncatedMeanPitch(two)], [7, 1, 63.5]);
  assertEquals(pitchRange(pl.DataFrame({ pitch: [60, 62] })), 2);
  assertThrows(() => pitchRange(pl.DataFrame({ start: [1] })), TypeError, 'no column "pitch"');
  assertThrows(() => pitchEntropy(pl.DataFrame({ pitch: [128] })), RangeError, "got 128");
});
