import { assertAlmostEquals, assertEquals } from "@std/assert";
import pl from "nodejs-polars";
import {
  keyCorrelation,
  keyCurve,
  keyFit,
  keyMode,
  keyTonic,
  meanTension,
  tonalTension,
} from "../../../lib/metrics/mod.ts";
import { timelineOf } from "../../../lib/metrics/tonality/timeline.ts";
import { findKey, KEY_PROFILES, type KeyProfileName } from "../../../lib/notes/mod.ts";
import { inMetre, melodyOf, silence, tableOf } from "../music.ts";

const A_MINOR = [57, 59, 60, 62, 64, 65, 68, 69, 64, 60, 57];

Deno.test("keyTonic(), keyMode() and keyCorrelation() are the key of each profile as numbers", () => {
  for (const profile of Object.keys(KEY_PROFILES) as KeyProfileName[]) {
    for (const up of [0, 5]) {
      const table = melodyOf(A_MINOR.map((pitch) => pitch + up), inMetre(4, 4));
      assertEquals([keyTonic(table, profile), keyMode(table, profile)], [(9 + up) % 12, 1], profile);
      assertEquals(keyCorrelation(table, profile), findKey(table, { profile }).correlation);
    }
    assertEquals(keyMode(melodyOf([60, 64, 67, 72, 71, 72]), profile), 0);
    assertEquals([keyTonic, keyMode, keyCorrelation].map((of) => of(silence(), profile)), [NaN, NaN, NaN]);
  }
});

Deno.test("keyFit() is the mean correlation of the windows that have a key", () => {
  const table = melodyOf([...A_MINOR, ...A_MINOR.map((pitch) => pitch + 1)], inMetre(2, 4));
  const correlations = keyCurve(table).curve.getColumn("correlation").toArray() as number[];
  assertAlmostEquals(keyFit(table), [...correlations].reduce((sum, fit) => sum + fit, 0) / correlations.length, 1e-12);
  // Twelve silent bars between two notes: windows within them have no key, and do not count.
  const sparse = tableOf([[[60, 0, 1], [60, 56, 1]]], inMetre(4, 4));
  assertAlmostEquals(keyFit(sparse), findKey([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).correlation, 1e-12);
  assertEquals(keyFit(silence()), NaN);
});

Deno.test("meanTension() is that of beats in chromatic spelling, and does not hear drums", () => {
  const chords: [number, number, number][] = [[57, 0, 2], [60, 0, 2], [64, 0, 2], [56, 2, 2], [59, 2, 2], [64, 2, 2]];
  const table = tableOf([chords], inMetre(4, 4));
  assertEquals(meanTension(table), tonalTension(table, { window: "beat", spelling: "chromatic" }).mean);
  assertEquals(meanTension(tableOf([chords], inMetre(4, 4), [[36, 0, 1], [38, 1, 1]])), meanTension(table));
  assertEquals(meanTension(silence()), { diameter: NaN, momentum: NaN, strain: NaN });
});

Deno.test("timelineOf() takes windows that begin within a beat, or before their first note", () => {
  const window = (quarter: number[], start: number[]) =>
    timelineOf(pl.DataFrame({ pitch: [60, 62], start, end: start.map((each) => each + 0.1), quarter }));
  const within = window([0.5, 1.5], [0, 0.5]);
  assertEquals([within.secondsAt(1), within.secondsAt(0)], [0.25, -0.25]);
  assertEquals(window([0, 1], [0.3, 0.8]).secondsAt(2), 1.3);
});
