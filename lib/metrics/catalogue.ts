import type { DataFrame } from "nodejs-polars";
import { KEY_PROFILES, type KeyProfileName } from "../notes/mod.ts";
import type { Frame } from "../score/mod.ts";
import { COUNTERPOINT_KINDS } from "./counterpoint/counterpoint.ts";
import { counterpointCount, leadingToneResolution, meanVoiceRange } from "./counterpoint/counterpoint_counts.ts";
import type { Line } from "./melody/melodies.ts";
import {
  arpeggioShare,
  intervalShare,
  leapShare,
  meanInterval,
  type MelodyOptions,
  mostCommonInterval,
  mostCommonIntervalShare,
  repeatShare,
  risingShare,
  stepLeapRatio,
  stepShare,
  turnShare,
  wideShare,
} from "./melody/melody.ts";
import { type HistogramName, HISTOGRAMS } from "./note_histograms.ts";
import {
  meanPitch,
  mostCommonPitch,
  mostCommonPitchClass,
  mostCommonPitchClassShare,
  mostCommonPitchShare,
  pitchClassEntropy,
  pitchClassesUsed,
  pitchEntropy,
  pitchesUsed,
  pitchRange,
  truncatedMeanPitch,
} from "./pitch/pitch.ts";
import { diatonicRate, scaleConsistency } from "./pitch/scale.ts";
import { drumInPatternRate, drumPatternConsistency } from "./rhythm/drums.ts";
import { emptyBeatRate, emptyMeasureRate, grooveConsistency, onsetPhaseVariance } from "./rhythm/grid.ts";
import { polyphony, polyphonyRate } from "./rhythm/polyphony.ts";
import {
  durationSd,
  interOnsetMean,
  interOnsetSd,
  lengthInSeconds,
  longestDuration,
  meanDuration,
  noteDensity,
  notesPerQuarter,
  shortestDuration,
  timeBetweenAttacks,
  timeBetweenAttacksSd,
} from "./rhythm/rhythm.ts";
import { keyCorrelation, keyFit, keyMode, keyTonic, meanTension } from "./tonality/tonality.ts";

/** What a metric may need to know beside the notes. */
export interface MetricContext {
  /** Ticks a quarter note of the file that the table was made from, which jSymbolic's attack times count. */
  ticksPerQuarter: number;
  /**
   * Positions per quarter note for {@linkcode grooveConsistency}, by which sets are compared that have different ticks.
   *
   * @default The ticks, as muspy's reader of files does.
   */
  resolution?: number;
  /**
   * The voices of the same notes as the table's, as `voicesOf` finds them in a score.
   *
   * @default undefined The metrics of counterpoint are NaN.
   */
  frames?: readonly Frame[];
}

/** A metric by name. */
export interface Metric {
  /** Its name in muspy or jSymbolic; our own where they do not have it. */
  name: string;
  /** Its name in the other of the two, where both have it. */
  alias?: string;
  /** The family that it belongs to. */
  family: "pitch" | "melody" | "rhythm" | "tonality" | "counterpoint";
  /** What the number counts; empty for shares and ratios. */
  unit: string;
  /**
   * The metric of one piece: NaN where it is undefined.
   *
   * @param table A table with all columns of `toNoteTable`, and with the drums.
   * @param context What it has to know beside the notes.
   */
  of: (table: DataFrame, context: MetricContext) => number;
  /** Of which pieces the metric is undefined: "there is no melodic interval". */
  undefinedWhere: string;
}

const PROFILES = Object.keys(KEY_PROFILES) as KeyProfileName[];

/** Every metric that is one number per piece, family by family. `deno task metrics` prints these. */
export const METRICS: readonly Metric[] = [
  ...family("pitch", "there is no pitched note", [
    ["pitch_range", "semitones", pitchRange, { alias: "Range" }],
    ["n_pitches_used", "pitches", pitchesUsed, { alias: "Pitch_Variety" }],
    ["n_pitch_classes_used", "classes", pitchClassesUsed, { alias: "Pitch_Class_Variety" }],
    ["pitch_entropy", "bits", pitchEntropy],
    ["pitch_class_entropy", "bits", pitchClassEntropy],
    ["scale_consistency", "", scaleConsistency],
    // muspy asks for the scale; it is that of the key that findKey finds.
    ["pitch_in_scale_rate", "", diatonicRate, { undefinedWhere: "no key can be told" }],
    ["mean_pitch", "MIDI number", meanPitch],
    ["Mean_Pitch", "MIDI number", truncatedMeanPitch],
    ["Most_Common_Pitch", "MIDI number", mostCommonPitch],
    ["Prevalence_of_Most_Common_Pitch", "", mostCommonPitchShare],
    ["Most_Common_Pitch_Class", "0 is C", mostCommonPitchClass],
    ["Prevalence_of_Most_Common_Pitch_Class", "", mostCommonPitchClassShare],
  ]),
  ...family("melody", "there is no melodic interval", [
    ["Repeated_Notes", "", along("voices", repeatShare)],
    ["Stepwise_Motion", "", along("voices", stepShare)],
    ["leaps", "", along("voices", leapShare)],
    ["octaves_and_larger", "", along("voices", wideShare)],
    ["step_leap_ratio", "", along("voices", stepLeapRatio), { undefinedWhere: "no interval is a leap" }],
    ["Mean_Melodic_Interval", "semitones", along("voices", meanInterval)],
    ["direction_changes", "", along("voices", turnShare), { undefinedWhere: "no melody moves twice" }],
    ["Direction_of_Melodic_Motion", "", along("voices", risingShare), { undefinedWhere: "no melody moves" }],
    ["Most_Common_Melodic_Interval", "semitones", along("voices", mostCommonInterval)],
    ["Prevalence_of_Most_Common_Melodic_Interval", "", along("voices", mostCommonIntervalShare)],
    ["Amount_of_Arpeggiation", "", along("voices", arpeggioShare)],
    ["Chromatic_Motion", "", (table) => intervalShare(table, { from: 1 })],
    ["Melodic_Thirds", "", (table) => intervalShare(table, { from: 3, to: 4 })],
    ["Melodic_Perfect_Fourths", "", (table) => intervalShare(table, { from: 5 })],
    ["Melodic_Tritones", "", (table) => intervalShare(table, { from: 6 })],
    ["Melodic_Perfect_Fifths", "", (table) => intervalShare(table, { from: 7 })],
    ["Melodic_Sixths", "", (table) => intervalShare(table, { from: 8, to: 9 })],
    ["Melodic_Sevenths", "", (table) => intervalShare(table, { from: 10, to: 11 })],
    ["Melodic_Octaves", "", (table) => intervalShare(table, { from: 12 })],
    ["Melodic_Large_Intervals", "", (table) => intervalShare(table, { from: 13, to: Infinity })],
    ["stream_repeats", "", along("stream", repeatShare)],
    ["stream_steps", "", along("stream", stepShare)],
    ["stream_leaps", "", along("stream", leapShare)],
    ["stream_octaves_and_larger", "", along("stream", wideShare)],
    ["stream_step_leap_ratio", "", along("stream", stepLeapRatio), { undefinedWhere: "no interval is a leap" }],
    ["stream_mean_interval", "semitones", along("stream", meanInterval)],
    ["stream_direction_changes", "", along("stream", turnShare), { undefinedWhere: "no melody moves twice" }],
  ]),
  ...family("rhythm", "there is no note", [
    ["Duration", "s", lengthInSeconds],
    ["Note_Density", "notes a second", noteDensity, { undefinedWhere: "the piece is shorter than a second" }],
    ["notes_per_quarter", "notes", notesPerQuarter, { undefinedWhere: "the piece has no length" }],
    ["inter_onset_mean", "s", (table) => interOnsetMean(table), { undefinedWhere: "there are fewer than two onsets" }],
    ["inter_onset_sd", "s", (table) => interOnsetSd(table), { undefinedWhere: "there are fewer than three onsets" }],
    ["inter_onset_mean_quarters", "quarter notes", (table) => interOnsetMean(table, { unit: "quarters" }), {
      undefinedWhere: "there are fewer than two onsets",
    }],
    ["inter_onset_sd_quarters", "quarter notes", (table) => interOnsetSd(table, { unit: "quarters" }), {
      undefinedWhere: "there are fewer than three onsets",
    }],
    ["Average_Time_Between_Attacks", "s", timeBetweenAttacks, { undefinedWhere: "there are fewer than two onsets" }],
    ["Variability_of_Time_Between_Attacks", "s", timeBetweenAttacksSd, {
      undefinedWhere: "there are fewer than three onsets",
    }],
    ["onset_phase_variance", "", (table) => onsetPhaseVariance(table)],
    ["Average_Note_Duration", "s", meanDuration],
    ["Variability_of_Note_Durations", "s", durationSd, { undefinedWhere: "there are fewer than two notes" }],
    ["Maximum_Note_Duration", "s", longestDuration],
    ["Minimum_Note_Duration", "s", shortestDuration],
    ["empty_beat_rate", "", emptyBeatRate, { undefinedWhere: "the piece has no length" }],
    ["empty_measure_rate", "", (table) => emptyMeasureRate(table), {
      undefinedWhere: "the piece has no length, or no time signature",
    }],
    [
      "groove_consistency",
      "",
      (table, { ticksPerQuarter, resolution = ticksPerQuarter }) => grooveConsistency(table, { resolution }),
      { undefinedWhere: "there are fewer than two bars, no time signature, or bars of no whole number of positions" },
    ],
    ["polyphony", "pitches", polyphony, { undefinedWhere: "no pitched note sounds" }],
    ["polyphony_rate", "", (table) => polyphonyRate(table), { undefinedWhere: "the piece has no length" }],
    ["drum_in_pattern_rate_duple", "", (table) => drumInPatternRate(table, "duple"), {
      undefinedWhere: "there are no drums",
    }],
    ["drum_in_pattern_rate_triple", "", (table) => drumInPatternRate(table, "triple"), {
      undefinedWhere: "there are no drums",
    }],
    ["drum_pattern_consistency", "", drumPatternConsistency, { undefinedWhere: "there are no drums" }],
  ]),
  ...family("tonality", "no key can be told", [
    ...PROFILES.flatMap((profile): Row[] => [
      [`key_tonic_${inOneWord(profile)}`, "0 is C", (table) => keyTonic(table, profile)],
      [`key_mode_${inOneWord(profile)}`, "0 major, 1 minor", (table) => keyMode(table, profile)],
      [`key_correlation_${inOneWord(profile)}`, "", (table) => keyCorrelation(table, profile)],
    ]),
    ["key_fit", "", keyFit],
    ["cloud_diameter", "radii", (table) => meanTension(table).diameter, { undefinedWhere: "no pitched note sounds" }],
    ["cloud_momentum", "radii", (table) => meanTension(table).momentum, { undefinedWhere: "no pitched note sounds" }],
    ["tensile_strain", "radii", (table) => meanTension(table).strain, { undefinedWhere: "no pitched note sounds" }],
  ]),
  ...family("counterpoint", "the parts are not two to eight voices of one note at a time", [
    ...COUNTERPOINT_KINDS.map((kind): Row => [
      `${inOneWord(kind)}s`,
      kind === "crossing" || kind === "wide spacing" ? "sixteenths" : "places",
      (_, { frames }) => counterpointCount(frames, kind),
    ]),
    [
      "leading_tone_resolution",
      "",
      (table, { frames }) => leadingToneResolution(table, frames),
      { undefinedWhere: "there are no voices, no key, or no leading tone that goes to another note" },
    ],
    ["mean_voice_range", "semitones", (_, { frames }) => meanVoiceRange(frames)],
  ]),
];

/** A metric in a row of the catalogue. */
type Row = [
  name: string,
  unit: string,
  of: Metric["of"],
  more?: { alias?: string; /** @default what the family says */ undefinedWhere?: string },
];

/** A metric of melody along one kind of line. */
function along(line: Line, metric: (table: DataFrame, options: MelodyOptions) => number): Metric["of"] {
  return (table) => metric(table, { line });
}

/** A name as muspy would write it. */
function inOneWord(name: string): string {
  return name.replace(/[ -]/g, "_");
}

function family(family: Metric["family"], undefinedWhere: string, metrics: Row[]): Metric[] {
  return metrics.map(([name, unit, of, more]) => ({ name, family, unit, of, undefinedWhere, ...more }));
}

/** What {@linkcode measurePiece} found. */
export interface MeasuredPiece {
  /** The value of each of {@linkcode METRICS} by its name, NaN where it is undefined. */
  metrics: Record<string, number>;
  /**
   * Why a metric is NaN, by its name: of which pieces it is undefined; or, where it would cost more than it may, as bars
   * of a millionth of a quarter note do, what is said then, which begins with "Cannot".
   */
  reasons: Record<string, string>;
  /** The counts of each of {@linkcode HISTOGRAMS} by its name. */
  histograms: Record<HistogramName, Float64Array>;
}

/**
 * Every metric and every histogram of a piece. A metric that cannot be had costs none of the others.
 *
 * @param table A table of notes of one piece, with all columns of `toNoteTable`; with `drum`, for the drums to count.
 * @param context What the metrics have to know beside the notes.
 * @throws {TypeError} If a column is missing, or does not hold numbers.
 * @throws {RangeError} If a value is missing or out of range, or the table holds several pieces: then no histogram can
 * be had.
 */
export function measurePiece(table: DataFrame, context: MetricContext): MeasuredPiece {
  const histograms = HISTOGRAMS.map(({ name, counts }) => [name, counts(table)]);
  const metrics: Record<string, number> = {}, reasons: Record<string, string> = {};
  for (const { name, of, undefinedWhere } of METRICS) {
    try {
      metrics[name] = of(table, context);
      if (!Number.isFinite(metrics[name])) reasons[name] = undefinedWhere;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      metrics[name] = NaN;
      reasons[name] = error.message;
    }
  }
  return { metrics, reasons, histograms: Object.fromEntries(histograms) };
}
