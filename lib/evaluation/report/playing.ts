import type { DataFrame } from "nodejs-polars";
import {
  grooveConsistency,
  onsetPhaseVariance,
  pitchClassEntropy,
  pitchRange,
  repeatShare,
  selfRepeats,
  stepShare,
} from "../../metrics/mod.ts";
import { layOnTempo, secondsColumn, stepClasses } from "../../notes/mod.ts";
import { diatonicShare, type Spread, spreadOf } from "./claims.ts";

/** A shorter note is a click. */
const CLICK = 0.02;
/** A shorter step is none. */
const TOGETHER = 0.01;

/** The measure that no sample may have. */
export const LOOPS = "loops";

/** One thing by which a sample is measured. */
export interface PlayingMeasure {
  /** In words. */
  readonly name: string;
  /** Of a table of notes of one piece, as `noteTable` makes it; NaN where it is undefined. */
  of(notes: DataFrame): number;
}

/**
 * By what a sample shows that it is not music: clicks, too many kinds of steps or
 * too few, notes that are repeated, out of the scale or too far apart, onsets that drift,
 * and circles. All of notes that know seconds alone.
 *
 * For want of a beat, the unit of onsets is the step that is most common, which
 * counts as a sixteenth: the phase variance says how far onsets lie from a grid of
 * such units, 0 exactly on it, 1 anywhere; the groove (`grooveConsistency`) compares bars of sixteen.
 */
export const PLAYING: readonly PlayingMeasure[] = [
  { name: "notes under 20 ms", of: (notes) => shareOf(secondsColumn(notes, "duration"), (time) => time < CLICK) },
  { name: "step classes", of: (notes) => new Set(secondsColumn(notes, "step").map(stepClasses.of)).size },
  { name: "repeated notes", of: (notes) => repeatShare(notes, { line: "stream" }) },
  { name: "stepwise", of: (notes) => stepShare(notes, { line: "stream" }) },
  { name: "in the scale", of: diatonicShare },
  { name: "pitch-class entropy", of: pitchClassEntropy },
  { name: "pitch range", of: pitchRange },
  { name: "phase variance", of: (notes) => onGrid(notes, (laid) => onsetPhaseVariance(laid, { period: 1 / 4 })) },
  { name: "groove", of: (notes) => onGrid(notes, (laid) => grooveConsistency(laid, { measure: 4, resolution: 4 })) },
  { name: "longest self-repeat", of: (notes) => selfRepeats(notes).longest },
  { name: "notes in self-repeats", of: (notes) => selfRepeats(notes).share },
  { name: LOOPS, of: (notes) => Number(selfRepeats(notes).loops) },
];

/** Measures notes by the grid of their most common step; NaN where they have none. */
function onGrid(notes: DataFrame, measure: (laid: DataFrame) => number): number {
  const classes = secondsColumn(notes, "step").filter((step) => step > TOGETHER).map(stepClasses.of);
  const counts = new Map<number, number>();
  for (const index of classes) counts.set(index, (counts.get(index) ?? 0) + 1);
  const [common] = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  return common ? measure(layOnTempo(notes, { tempo: 15 / unitOf(notes, common[0]) })) : NaN;
}

/** The middle one of the steps of a class. */
function unitOf(notes: DataFrame, index: number): number {
  const steps = secondsColumn(notes, "step").filter((step) => stepClasses.of(step) === index).sort();
  return steps[steps.length >> 1];
}

function shareOf(values: Float64Array, is: (value: number) => boolean): number {
  return values.filter(is).length / values.length;
}

/** Values of `PLAYING`, by the names of the measures, and `longest quotation` where it was looked for. */
export type PlayingValues = Readonly<Record<string, number>>;

/** Some music in numbers: how the values of its samples or stretches lie, by the names of the measures. */
export type MeasuredPlaying = Readonly<Record<string, Spread>>;

/** How the values of each measure lie. */
export function spreadsOf(values: readonly PlayingValues[]): MeasuredPlaying {
  return Object.fromEntries(
    Object.keys(values[0]).map((name) => [name, spreadOf(values.map((value) => value[name]))]),
  );
}

/**
 * Measures by which samples are not like music: those whose median is not within the music's 5 to 95 %, and loops where
 * any sample loops. A measure that is defined for no stretch of the music is none of them.
 */
export function unlikeMusic(samples: readonly PlayingValues[], music: MeasuredPlaying): string[] {
  const measures = spreadsOf(samples);
  return Object.entries(music).filter(([name, { low, high, known }]) => {
    if (name === LOOPS) return samples.some((values) => values[LOOPS] > 0);
    const { middle } = measures[name];
    return known > 0 && !(middle >= low && middle <= high);
  }).map(([name]) => name);
}
