import { assertEquals } from "@std/assert";
import { measurePiece, METRICS } from "../../lib/metrics/mod.ts";
import { voicesOf } from "../../lib/score/mod.ts";
import { toNoteTable } from "../../lib/notes/mod.ts";
import { part, score, type Written } from "../notes/scores.ts";
import { inMetre, melodyOf, silence, tableOf } from "./music.ts";

const CONTEXT = { ticksPerQuarter: 480 };

Deno.test("every metric has a name of its own, and stands beside its family", () => {
  const names = METRICS.flatMap(({ name, alias }) => alias ? [name, alias] : [name]);
  assertEquals(new Set(names).size, names.length);
  assertEquals(names.filter((name) => !/^\w+$/.test(name)), []);
  const families = METRICS.map(({ family }) => family).filter((family, i, all) => family !== all[i - 1]);
  assertEquals(families, [...new Set(families)]);
});

Deno.test("every metric gives a number of any piece, without notes, of one, of chords and drums", () => {
  const pieces = {
    silence: silence(),
    "one note": melodyOf([60]),
    "without length": tableOf([[[60, 0, 0]]], inMetre(4, 4)),
    chords: tableOf([[[60, 0, 1], [64, 0, 1], [67, 0, 1]]], inMetre(4, 4)),
    "drums alone": tableOf([], inMetre(3, 4), [[36, 0, 1], [38, 1, 1]]),
  };
  for (const [what, table] of Object.entries(pieces)) {
    const { metrics, reasons } = measurePiece(table, CONTEXT);
    for (const [name, value] of Object.entries(metrics)) {
      assertEquals(Number.isFinite(value) || Number.isNaN(value), true, `${name} of ${what} is ${value}`);
      assertEquals(name in reasons, Number.isNaN(value), name);
    }
  }
});

Deno.test("measurePiece() has every metric and histogram by name", () => {
  const { metrics, histograms } = measurePiece(melodyOf([60, 62, 64, 60], inMetre(2, 4)), CONTEXT);
  assertEquals(Object.keys(metrics), METRICS.map(({ name }) => name));
  assertEquals([metrics.n_pitches_used, metrics.Stepwise_Motion, metrics.stream_leaps], [3, 2 / 3, 1 / 3]);
  assertEquals([metrics.Duration, metrics.drum_pattern_consistency], [2, NaN]);
  assertEquals(Object.keys(histograms), ["pitch_class", "interval", "duration", "step"]);
  assertEquals([histograms.pitch_class[0], histograms.duration[6], histograms.step[7]], [2, 4, 3]);
});

Deno.test("measurePiece() looks for the groove on the ticks of the file, or on a grid as told", () => {
  const table = tableOf([[[60, 0, 1], [60, 2, 1], [60, 3, 0.5]]], inMetre(2, 4));
  const groove = (resolution?: number) => measurePiece(table, { ...CONTEXT, resolution }).metrics.groove_consistency;
  assertEquals([groove(), groove(2)], [1 - 1 / 960, 1 - 1 / 4]);
});

Deno.test("measurePiece() counts counterpoint where it is given voices, and has NaN where it is not", () => {
  const line = (pitches: number[]) => part(pitches.map((pitch, i): Written => [pitch, i, 1]));
  // Fifths move in parallel twice; then an octave apart, and crossed for a quarter note.
  const music = score([line([67, 69, 71, 72, 60]), line([60, 62, 64, 60, 62])], inMetre(4, 4));
  const table = toNoteTable(music);
  const { metrics } = measurePiece(table, { ...CONTEXT, frames: voicesOf(music) });
  assertEquals([metrics.parallel_fifths, metrics.parallel_octaves, metrics.crossings], [2, 0, 4]);
  // The key is C major, and the upper voice's B goes to C.
  assertEquals([metrics.key_tonic_krumhansl_schmuckler, metrics.key_mode_krumhansl_schmuckler], [0, 0]);
  assertEquals(metrics.leading_tone_resolution, 1);
  // 60 to 72 above, 60 to 64 below.
  assertEquals(metrics.mean_voice_range, 8);
  const without = measurePiece(table, CONTEXT).metrics;
  const counterpoint = METRICS.filter(({ family }) => family === "counterpoint").map(({ name }) => without[name]);
  assertEquals(counterpoint, Array(12).fill(NaN));
});
