import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { soundingSlices } from "../../../lib/metrics/tonality/timeline.ts";
import { tonalTension } from "../../../lib/metrics/mod.ts";
import { toNoteTable } from "../../../lib/notes/mod.ts";
import { part, score } from "../../notes/scores.ts";

const COMMON = { metres: [{ tick: 0, numerator: 4, denominator: 4 }] };

/** A bar of C major, and a beat of G major. */
const cadence = () =>
  score([part([[60, 0, 4], [64, 0, 4], [67, 0, 4]]), part([[67, 4, 1], [71, 4, 1], [74, 4, 1]])], COMMON);

Deno.test("tonalTension() gives a row per bar, with its place", () => {
  const { key, curve, mean } = tonalTension(cadence());
  assertEquals(key, { tonic: 0, mode: "major" });
  assertEquals(curve.getColumns().map((column) => `${column.name} ${column.dtype.variant}`), [
    "start Float64",
    "quarter Float64",
    "bar Int32",
    "beat Float64",
    "diameter Float64",
    "momentum Float64",
    "strain Float64",
  ]);
  assertEquals(curve.select("start", "quarter", "bar", "beat").rows(), [[0, 0, 1, 1], [2, 4, 2, 1]]);
  const [first, second] = curve.select("diameter", "momentum", "strain").rows();
  // C, E, G, as in the tests of cloudDiameter() and tensileStrain().
  const strain = Math.hypot(1 / 3 - 0.207848, 2 / 3 - 0.36612, 2 / 3 - 0.4472);
  [Math.sqrt(3.44), 0, strain].forEach((value, i) => assertAlmostEquals(first[i], value, 1e-12));
  // G (1, 0, 0.4), B (1, 0, 2), D (0, -1, 0.8): the centre is (2/3, -1/3, 3.2/3).
  assertAlmostEquals(second[0], Math.sqrt(3.44), 1e-12);
  assertAlmostEquals(second[1], Math.hypot(1 / 3, 1, 0.4), 1e-12);
  assertAlmostEquals(mean.momentum, Math.hypot(1 / 3, 1, 0.4) / 2, 1e-12);
  assertAlmostEquals(mean.strain, (first[2] + second[2]) / 2, 1e-12);
});

Deno.test("tonalTension() gives a row per beat, the same for a table as for its score", () => {
  const { curve } = tonalTension(cadence(), { window: "beat" });
  assertEquals(curve.getColumn("beat").toArray(), [1, 2, 3, 4, 1]);
  assertEquals(tonalTension(toNoteTable(cadence()), { window: "beat" }).curve.rows(), curve.rows());
  assertEquals(curve.getColumn("momentum").toArray().filter((momentum) => momentum !== 0).length, 1);
});

Deno.test("tonalTension() measures strain from the key that it is told", () => {
  const strains = (tonic: number) =>
    tonalTension(cadence(), { key: { tonic, mode: "major" } }).curve.getColumn("strain").toArray() as number[];
  const [inC, inFSharp] = [strains(0), strains(6)];
  assert(inFSharp[0] > inC[0] + 0.5, `${inFSharp[0]} against ${inC[0]}`);
});

Deno.test("tonalTension() finds a dominant chord in minor as wide as in major, in chromatic spelling alone", () => {
  const dominant = score([part([[64, 0, 4], [68, 0, 4], [71, 0, 4]])]);
  const width = (mode: "major" | "minor", spelling: "midi-miner" | "chromatic") =>
    tonalTension(dominant, { key: { tonic: 9, mode }, spelling }).mean.diameter;
  // G sharp to B is √3.44 like any minor third; A flat to B, nine fifths apart, is √(1 + 1 + 3.6²).
  assertAlmostEquals(width("major", "midi-miner"), Math.sqrt(3.44), 1e-12);
  assertAlmostEquals(width("minor", "midi-miner"), Math.sqrt(14.96), 1e-12);
  assertAlmostEquals(width("minor", "chromatic"), Math.sqrt(3.44), 1e-12);
});

Deno.test("tonalTension() takes a table without metre at 120 quarter notes a minute, in bars of four, and leaves bar and beat empty", () => {
  const table = pl.DataFrame({ pitch: [60, 62], start: [0, 2], end: [1, 3.2] });
  const { curve } = tonalTension(table);
  assertEquals(curve.getColumn("start").toArray(), [0, 2]);
  assertEquals([curve.getColumn("bar").nullCount(), curve.getColumn("beat").nullCount()], [2, 2]);
});

Deno.test("tonalTension() does not hear drums", () => {
  const music = cadence();
  const drummed = { ...music, parts: [part([[38, 0, 6], [42, 1, 8]], { drum: true, channel: 9 }), ...music.parts] };
  assertEquals(tonalTension(drummed).curve.rows(), tonalTension(music).curve.rows());
});

Deno.test("tonalTension() of silence has no windows and no mean, and a silent bar no tension", () => {
  for (const silent of [score([]), toNoteTable(score([]))]) {
    const { curve, mean } = tonalTension(silent);
    assertEquals([curve.height, mean.diameter, mean.momentum, mean.strain], [0, NaN, NaN, NaN]);
    assertEquals(curve.columns.length, 7);
  }
  const rest = tonalTension(score([part([[60, 0, 4], [67, 0, 4], [60, 8, 4]])], COMMON)).curve;
  assertEquals([rest.getColumn("diameter").get(1), rest.getColumn("strain").get(1)], [0, 0]);
});

Deno.test("tonalTension() refuses another window", () => {
  // deno-lint-ignore no-explicit-any
  assertThrows(() => tonalTension(cadence(), { window: "phrase" as any }), TypeError, 'current value is "phrase"');
});

Deno.test("soundingSlices() hears a pitch in every slice that it has a frame in, once", () => {
  const note = (pitch: number, start: number, end: number) => ({ pitch, start, end });
  const edges = [0, 0.25, 0.5, 0.75];
  assertEquals(soundingSlices([note(67, 0, 0.5), note(60, 0.3, 0.6), note(67, 0.1, 0.2)], edges), [
    [67],
    [60, 67],
    [60],
  ]);
  // 0.255 s is less than a frame late, 0.265 s is not; a note within one frame is not heard.
  assertEquals(soundingSlices([note(60, 0, 0.259)], [0, 0.26, 0.5]), [[60], []]);
  assertEquals(soundingSlices([note(60, 0, 0.275)], [0, 0.26, 0.5]), [[60], [60]]);
  assertEquals(soundingSlices([note(60, 0.121, 0.129)], edges), [[], [], []]);
  assertEquals(soundingSlices([], edges), [[], [], []]);
  assertEquals(soundingSlices([note(60, 0, 1)], []), []);
});

Deno.test("soundingSlices() rounds edges to the nearest frame, halves to the even one", () => {
  // 0.125 s is frame 12, and 0.135 s frame 14 (0.135 · 100 is 13.5 exactly): a note in frame 13 is before it.
  assertEquals(soundingSlices([{ pitch: 60, start: 0.12, end: 0.13 }], [0, 0.125, 1]), [[], [60]]);
  assertEquals(soundingSlices([{ pitch: 60, start: 0.13, end: 0.14 }], [0, 0.135, 1]), [[60], []]);
});

Deno.test("soundingSlices() gives slices shorter than a frame one frame each", () => {
  assertEquals(soundingSlices([{ pitch: 60, start: 0.1, end: 0.11 }], [0.1, 0.101, 0.102, 0.2]), [[60], [60], [60]]);
});
