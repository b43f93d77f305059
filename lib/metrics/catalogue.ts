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
}

const PROFILES = Object.keys(KEY_PROFILES) as KeyProfileName[];

/** Every metric that is one number per piece, family by family. `deno task metrics` prints these. */
export const METRICS: readonly Metric[] = [
  ...family("pitch", [
    ["pitch_range", "semitones", pitchRange, "Range"],
    ["n_pitches_used", "pitches", pitchesUsed, "Pitch_Variety"],
    ["n_pitch_classes_used", "classes", pitchClassesUsed, "Pitch_Class_Variety"],
    ["pitch_entropy", "bits", pitchEntropy],
    ["pitch_class_entropy", "bits", pitchClassEntropy],
    ["scale_consistency", "", scaleConsistency],
    // muspy asks for the scale; it is that of the key that findKey finds.
    ["pitch_in_scale_rate", "", diatonicRate],
    ["mean_pitch", "MIDI number", meanPitch],
    ["Mean_Pitch", "MIDI number", truncatedMeanPitch],
    ["Most_Common_Pitch", "MIDI number", mostCommonPitch],
    ["Prevalence_of_Most_Common_Pitch", "", mostCommonPitchShare],
    ["Most_Common_Pitch_Class", "0 is C", mostCommonPitchClass],
    ["Prevalence_of_Most_Common_Pitch_Class", "", mostCommonPitchClassShare],
  ]),
  ...family("melody", [
    ["Repeated_Notes", "", along("voices", repeatShare)],
    ["Stepwise_Motion", "", along("voices", stepShare)],
    ["leaps", "", along("voices", leapShare)],
    ["octaves_and_larger", "", along("voices", wideShare)],
    ["step_leap_ratio", "", along("voices", stepLeapRatio)],
    ["Mean_Melodic_Interval", "semitones", along("voices", meanInterval)],
    ["direction_changes", "", along("voices", turnShare)],
    ["Direction_of_Melodic_Motion", "", along("voices", risingShare)],
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
    ["stream_step_leap_ratio", "", along("stream", stepLeapRatio)],
    ["stream_mean_interval", "semitones", along("stream", meanInterval)],
    ["stream_direction_changes", "", along("stream", turnShare)],
  ]),
  ...family("rhythm", [
    ["Duration", "s", lengthInSeconds],
    ["Note_Density", "notes a second", noteDensity],
    ["notes_per_quarter", "notes", notesPerQuarter],
    ["inter_onset_mean", "s", (table) => interOnsetMean(table)],
    ["inter_onset_sd", "s", (table) => interOnsetSd(table)],
    ["inter_onset_mean_quarters", "quarter notes", (table) => interOnsetMean(table, { unit: "quarters" })],
    ["inter_onset_sd_quarters", "quarter notes", (table) => interOnsetSd(table, { unit: "quarters" })],
    ["Average_Time_Between_Attacks", "s", timeBetweenAttacks],
    ["Variability_of_Time_Between_Attacks", "s", timeBetweenAttacksSd],
    ["onset_phase_variance", "", (table) => onsetPhaseVariance(table)],
    ["Average_Note_Duration", "s", meanDuration],
    ["Variability_of_Note_Durations", "s", durationSd],
    ["Maximum_Note_Duration", "s", longestDuration],
    ["Minimum_Note_Duration", "s", shortestDuration],
    ["empty_beat_rate", "", emptyBeatRate],
    ["empty_measure_rate", "", (table) => emptyMeasureRate(table)],
    [
      "groove_consistency",
      "",
      (table, { ticksPerQuarter, resolution = ticksPerQuarter }) => grooveConsistency(table, { resolution }),
    ],
    ["polyphony", "pitches", polyphony],
    ["polyphony_rate", "", (table) => polyphonyRate(table)],
    ["drum_in_pattern_rate_duple", "", (table) => drumInPatternRate(table, "duple")],
    ["drum_in_pattern_rate_triple", "", (table) => drumInPatternRate(table, "triple")],
    ["drum_pattern_consistency", "", drumPatternConsistency],
  ]),
  ...family("tonality", [
    ...PROFILES.flatMap((profile): Row[] => [
      [`key_tonic_${inOneWord(profile)}`, "0 is C", (table) => keyTonic(table, profile)],
      [`key_mode_${inOneWord(profile)}`, "0 major, 1 minor", (table) => keyMode(table, profile)],
      [`key_correlation_${inOneWord(profile)}`, "", (table) => keyCorrelation(table, profile)],
    ]),
    ["key_fit", "", keyFit],
    ["cloud_diameter", "radii", (table) => meanTension(table).diameter],
    ["cloud_momentum", "radii", (table) => meanTension(table).momentum],
    ["tensile_strain", "radii", (table) => meanTension(table).strain],
  ]),
  ...family("counterpoint", [
    ...COUNTERPOINT_KINDS.map((kind): Row => [
      `${inOneWord(kind)}s`,
      kind === "crossing" || kind === "wide spacing" ? "sixteenths" : "places",
      (_, { frames }) => counterpointCount(frames, kind),
    ]),
    ["leading_tone_resolution", "", (table, { frames }) => leadingToneResolution(table, frames)],
    ["mean_voice_range", "semitones", (_, { frames }) => meanVoiceRange(frames)],
  ]),
];

/** A metric in a row of the catalogue. */
type Row = [name: string, unit: string, of: Metric["of"], alias?: string];

/** A metric of melody along one kind of line. */
function along(line: Line, metric: (table: DataFrame, options: MelodyOptions) => number): Metric["of"] {
  return (table) => metric(table, { line });
}

/** A name as muspy would write it. */
function inOneWord(name: string): string {
  return name.replace(/[ -]/g, "_");
}

function family(family: Metric["family"], metrics: Row[]): Metric[] {
  return metrics.map(([name, unit, of, alias]) => ({ name, alias, family, unit, of }));
}

/** What {@linkcode measurePiece} found. */
export interface MeasuredPiece {
  /** The value of each of {@linkcode METRICS} by its name, NaN where it is undefined. */
  metrics: Record<string, number>;
  /** The counts of each of {@linkcode HISTOGRAMS} by its name. */
  histograms: Record<HistogramName, Float64Array>;
}

/**
 * Every metric and every histogram of a piece.
 *
 * @param table A table of notes of one piece, with all columns of `toNoteTable`; with `drum`, for the drums to count.
 * @param context What the metrics have to know beside the notes.
 * @throws {TypeError} If a column is missing, or does not hold numbers.
 * @throws {RangeError} If a value is missing or out of range, or the table holds several pieces.
 */
export function measurePiece(table: DataFrame, context: MetricContext): MeasuredPiece {
  const metrics = METRICS.map(({ name, of }) => [name, of(table, context)]);
  const histograms = HISTOGRAMS.map(({ name, counts }) => [name, counts(table)]);
  return { metrics: Object.fromEntries(metrics), histograms: Object.fromEntries(histograms) };
}
