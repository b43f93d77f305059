import { assertAlmostEquals, assertEquals } from "@std/assert";
import { measureMusic, noteLists, noteTable, pooled, stretches } from "../../lib/evaluation/report/music.ts";
import { sampleFigures } from "../../lib/evaluation/report/sample_figures.ts";
import {
  interOnsetMean,
  interOnsetSd,
  jensenShannonDivergence,
  pitchClassEntropy,
  quotationIndex,
  stepLeapRatio,
} from "../../lib/metrics/mod.ts";
import { corpusTable } from "../../lib/notes/mod.ts";
import { madeUpPiece, melody } from "../corpus/made_up.ts";

const notes = { pitch: [60, 62, 64, 60, 72], step: [9, 0.5, 0, 0.25, 0.5], duration: [0.5, 0.5, 0.25, 0.5, 1] };
const music = (seed: number) => ({ ...notes, pitch: melody(seed, 5) });

Deno.test("noteTable() begins with the first note, whatever its step", () => {
  const table = noteTable(notes, "tune");
  assertEquals([...table.getColumn("start").toArray()], [0, 0.5, 0.5, 0.75, 1.25]);
  assertEquals([...table.getColumn("end").toArray()], [0.5, 1, 0.75, 1.25, 2.25]);
  assertEquals(noteLists(table), notes);
});

Deno.test("noteLists() rounds seconds to the microsecond", () => {
  assertEquals(noteLists(noteTable({ pitch: [60], step: [0], duration: [1 / 3] }, "tune")).duration, [0.333333]);
});

Deno.test("stretches() cuts pieces from the beginning, a few of each, none of what is too short", () => {
  const table = corpusTable([
    madeUpPiece("long", melody(1, 29)),
    madeUpPiece("short", melody(2, 4)),
    madeUpPiece("exact", melody(3, 5)),
  ]);
  const cut = stretches(table, 5, 2);
  assertEquals(cut.map(({ piece }) => piece), ["long", "long", "exact"]);
  assertEquals(cut[1].notes.pitch, melody(1, 29).slice(5, 10));
});

Deno.test("measureMusic() measures by lib/metrics, in one stream of seconds", () => {
  const { metrics, histograms, grade, quotation } = measureMusic("tune", notes);
  const table = noteTable(notes, "tune");
  assertEquals(metrics.pitch_class_entropy, pitchClassEntropy(table));
  assertEquals(metrics.stream_step_leap_ratio, stepLeapRatio(table, { line: "stream" }));
  assertEquals(metrics.inter_onset_mean, interOnsetMean(table));
  assertEquals(metrics.inter_onset_sd, interOnsetSd(table));
  assertEquals(metrics.Average_Note_Duration, 0.55);
  assertEquals([metrics.pitch_range, metrics.stream_repeats, metrics.stream_steps], [12, 0, 0.5]);
  assertEquals(histograms.pitch_class, [3, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  assertEquals(histograms.interval.flatMap((count, i) => count ? [[i - 13, count]] : []), [[-4, 1], [2, 2], [12, 1]]);
  // Four steps: the first note's own leads to it from outside.
  assertEquals([histograms.step[0], histograms.step.reduce((a, b) => a + b)], [1, 4]);
  assertEquals(histograms.duration.reduce((a, b) => a + b), 5);
  assertEquals([grade, quotation], [null, null]);
});

Deno.test("measureMusic() says null where a metric is undefined", () => {
  const { metrics } = measureMusic("one", { pitch: [60], step: [0], duration: [0] });
  assertEquals([metrics.stream_step_leap_ratio, metrics.inter_onset_mean, metrics.inter_onset_sd], [null, null, null]);
});

Deno.test("measureMusic() grades against the pooled music, and finds what is quoted", () => {
  const reference = pooled([measureMusic("tune", notes)]);
  const training = noteTable(
    { ...notes, pitch: [67, 60, 62, 64, 50], step: [0, 0.25, 0.5, 0.25, 0.5] },
    "training",
  );
  const { grade, quotation } = measureMusic("tune", notes, { reference, index: quotationIndex(training) });
  assertEquals(grade, 0);
  assertEquals([quotation!.intervals!.notes, quotation!.times!.notes], [3, 2]);
});

Deno.test("sampleFigures() pools histograms, and takes the mean over seeds", () => {
  const [first, second] = [[1, 2, 3], [4, 5, 6]].map((seeds) => seeds.map((seed) => measureMusic("s", music(seed))));
  const reference = [7, 8, 9].map((seed) => measureMusic("r", music(seed)));
  const theirs = pooled(reference).pitch_class;
  const [a, b] = [first, second].map((run) => jensenShannonDivergence(pooled(run).pitch_class, theirs));
  const { divergence, metrics } = sampleFigures([first, second], reference, 42);
  assertAlmostEquals(divergence.pitch_class.value!, (a + b) / 2, 1e-12);
  assertAlmostEquals(divergence.pitch_class.spread!, Math.abs(a - b) / Math.SQRT2, 1e-12);
  const entropies = [...first, ...second].map((each) => each.metrics.pitch_class_entropy!);
  assertAlmostEquals(metrics.pitch_class_entropy.mean.value!, entropies.reduce((x, y) => x + y) / 6, 1e-12);
  assertEquals(metrics.Average_Note_Duration.overlap, null);
});

Deno.test("sampleFigures() finds music like itself", () => {
  const [same] = [[1, 2, 3, 4].map((seed) => measureMusic("s", music(seed)))];
  const { divergence, metrics } = sampleFigures([same], same, 42);
  assertEquals(divergence.interval.value, 0);
  const far = same.map((each) => ({
    ...each,
    metrics: { ...each.metrics, pitch_range: each.metrics.pitch_range! + 99 },
  }));
  assertEquals(sampleFigures([far], same, 42).metrics.pitch_range.overlap! < 0.01, true);
  assertEquals(metrics.pitch_range.overlap! > 0.5, true);
});
