import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { DataFrame } from "nodejs-polars";
import {
  drumInPatternRate,
  drumPatternConsistency,
  emptyBeatRate,
  emptyMeasureRate,
  grooveConsistency,
  METRICS,
  pitchClassEntropy,
  pitchClassesUsed,
  pitchEntropy,
  pitchesUsed,
  pitchInScaleRate,
  pitchRange,
  polyphony,
  polyphonyRate,
  scaleConsistency,
} from "../../lib/metrics/mod.ts";
import { readMidi } from "../../lib/formats/mod.ts";
import { toNoteTable } from "../../lib/notes/mod.ts";
import { corpusFiles, readSharedJson, sharedTest } from "../shared.ts";
import { part, score } from "../notes/scores.ts";

/** Music as muspy has it: notes as time, pitch, duration in steps. */
interface Music {
  resolution: number;
  length: number;
  tracks: { isDrum: boolean; notes: [time: number, pitch: number, duration: number][] }[];
}

/** What muspy says; null stands for NaN. */
interface Values extends Record<string, unknown> {
  pitch_in_scale_rate: { major: (number | null)[]; minor: (number | null)[] };
}

interface Reading {
  measureResolution: number;
  music: Music;
  metrics: Values;
  metricsMeasure96?: Record<string, number>;
}

interface Reference {
  ownTest: Music & { measureResolution: number; metricsRun: Values; asserted: Record<string, number | null> };
  synthetic: (Music & { name: string; measureResolution: number; metrics: Values })[];
  pieces: { file: string; native: Reading; res24: Reading }[];
}

const reference = () => readSharedJson<Reference>("reference/metrics/muspy.json");

function tableOf({ resolution, tracks }: Music): DataFrame {
  const parts = tracks.map(({ isDrum, notes }) => {
    const written = notes.map(([time, pitch, duration]) => [pitch, time, duration] as [number, number, number]);
    const { notes: played } = part(written);
    const inSteps = written.map(([, time, duration], i) => ({
      ...played[i],
      startTick: time,
      endTick: time + duration,
    }));
    return { ...part([], { drum: isDrum }), notes: inSteps };
  });
  return toNoteTable(score(parts, { ticksPerQuarter: resolution }), { drums: true });
}

/** Our answers under muspy's names. */
function measured(table: DataFrame, resolution: number, measureResolution: number): Values {
  const measure = measureResolution / resolution;
  const scales = (mode: "major" | "minor") =>
    Array.from({ length: 12 }, (_, tonic) => pitchInScaleRate(table, { tonic, mode }));
  return {
    n_pitches_used: pitchesUsed(table),
    n_pitch_classes_used: pitchClassesUsed(table),
    pitch_range: pitchRange(table),
    empty_beat_rate: emptyBeatRate(table),
    empty_measure_rate: emptyMeasureRate(table, { measure }),
    polyphony: polyphony(table),
    polyphony_rate: polyphonyRate(table),
    polyphony_rate_threshold1: polyphonyRate(table, { threshold: 1 }),
    polyphony_rate_threshold3: polyphonyRate(table, { threshold: 3 }),
    pitch_in_scale_rate: { major: scales("major"), minor: scales("minor") },
    scale_consistency: scaleConsistency(table),
    drum_in_pattern_rate_duple: drumInPatternRate(table, "duple"),
    drum_in_pattern_rate_triple: drumInPatternRate(table, "triple"),
    drum_pattern_consistency: drumPatternConsistency(table),
    pitch_entropy: pitchEntropy(table),
    pitch_class_entropy: pitchClassEntropy(table),
    groove_consistency: grooveConsistency(table, { resolution, measure }),
  };
}

function assertSame(actual: Values, expected: Values, where: string): void {
  assertEquals(Object.keys(actual), Object.keys(expected), where);
  for (const [name, value] of Object.entries(expected)) {
    const pairs = name === "pitch_in_scale_rate"
      ? (["major", "minor"] as const).flatMap((mode) =>
        expected.pitch_in_scale_rate[mode].map((rate, i) => [actual.pitch_in_scale_rate[mode][i], rate])
      )
      : [[actual[name], value]];
    for (const [ours, theirs] of pairs as [number, number | null][]) {
      if (theirs === null) assertEquals(ours, NaN, `${name} of ${where}`);
      else assertAlmostEquals(ours, theirs, 1e-9, `${name} of ${where}: ${ours}, muspy says ${theirs}`);
    }
  }
}

sharedTest("metrics agree with muspy on its own test", async () => {
  const { ownTest } = await reference();
  const { resolution, measureResolution, metricsRun } = ownTest;
  assertSame(measured(tableOf(ownTest), resolution, measureResolution), metricsRun, "muspy's own test");
});

sharedTest("metrics agree with muspy on the synthetic cases, but for the range of drums alone", async () => {
  const { synthetic } = await reference();
  assertEquals(synthetic.length, 11);
  for (const { name, metrics, measureResolution, ...music } of synthetic) {
    // muspy documents 0 where no pitch is found, and begins its search at 127 and 0.
    if (name === "drums only") assertEquals(metrics.pitch_range, -127);
    const expected = name === "drums only" ? { ...metrics, pitch_range: 0 } : metrics;
    assertSame(measured(tableOf(music), music.resolution, measureResolution), expected, name);
  }
});

sharedTest("metrics agree with muspy on 15 pieces, at the file's resolution and at 24", async () => {
  const { pieces } = await reference();
  assertEquals(pieces.length, 15);
  for (const { file, native, res24 } of pieces) {
    for (const { music, metrics, measureResolution, metricsMeasure96 } of [native, res24]) {
      const table = tableOf(music);
      const { resolution } = music;
      assertSame(measured(table, resolution, measureResolution), metrics, `${file} at ${resolution}`);
      if (!metricsMeasure96) continue;
      const other = measured(table, resolution, 96);
      for (const [name, value] of Object.entries(metricsMeasure96)) {
        assertAlmostEquals(other[name] as number, value, 1e-9, `${name} of ${file} in bars of 96`);
      }
    }
  }
});

sharedTest("metrics of files under muspy's names are those that muspy gives of the files it reads", async () => {
  // In these some notes end elsewhere: muspy's reader closes overlapping notes of a pitch first in, first out.
  const readOtherwise = ["cantatas/jesu2.mid", "organ/prefug2.mid", "wtcbkii/fugue7.mid"];
  const { pieces } = await reference();
  for (const { file, native, res24 } of pieces) {
    const score = readMidi(corpusFiles().get(file)!);
    const table = toNoteTable(score, { drums: true });
    const shared = METRICS.filter(({ name }) => typeof native.metrics[name] === "number");
    assertEquals(shared.length, 11);
    for (const { name, of } of shared) {
      if (name.startsWith("polyphony") && readOtherwise.includes(file)) continue;
      assertAlmostEquals(of(table, score), native.metrics[name] as number, 1e-9, `${name} of ${file}`);
    }
    const groove = grooveConsistency(table);
    assertAlmostEquals(groove, res24.metrics.groove_consistency as number, 1e-9, `the groove of ${file} at 24`);
  }
});
