import type { DataFrame } from "nodejs-polars";
import { leadingTones, pitchClassCounts, pitchInScaleRate, stepShare } from "../../metrics/mod.ts";
import { findKey, type Key, numberColumn, pitchColumn } from "../../notes/mod.ts";

/** Fewer things to count than this are no share. */
const FEWEST = 10;
/** Steps from onset to onset below this, in seconds, are none: the notes are struck together. */
const TOGETHER = 1e-4;
/** Two steps are alike whose ratio is not above this. */
const ALIKE = 1.05;

/** What a paper says of music, made countable. */
export interface Claim {
  /** The claim in a few words. */
  name: string;
  /** How much of it some notes have: a share from 0 to 1, NaN where there is too little to count. */
  measure: (notes: DataFrame) => number;
}

/** What came of a claim. */
export type Verdict = "confirmed" | "refuted" | "more than the music" | "not measurable";

/** How the values of several pieces or samples lie. */
export interface Spread {
  /** The 5 % quantile (the nearest value); NaN where no value is known. */
  low: number;
  /** The median, likewise. */
  middle: number;
  /** The 95 % quantile, likewise. */
  high: number;
  /** How many values are known. */
  known: number;
  /** How many were asked for: the others are NaN. */
  asked: number;
}

/** A claim, tested on samples. */
export interface TestedClaim {
  /** The claim in a few words. */
  claim: string;
  /** How much of it the samples have. */
  samples: Spread;
  /** How much of it the music has. */
  music: Spread;
  /** What follows. */
  verdict: Verdict;
}

/**
 * What Kronforst and Mitra, "RNN Music Generation" (2025), hear in their samples: "diatonic stepwise motion",
 * "leading-tone resolutions", "uneven subdivisions".
 */
export const CLAIMS: readonly Claim[] = [
  { name: "diatonic", measure: diatonicShare },
  { name: "stepwise motion", measure: (notes) => stepShare(notes, { line: "stream" }) },
  { name: "leading tones resolve", measure: leadingToneShare },
  { name: "uneven subdivisions", measure: unevenShare },
];

/**
 * The share of notes in the scale of the key that fits best, natural minor in minor, so that its leading tone is
 * outside. The key is found from how often each pitch class occurs, because generated notes may last no time at all.
 *
 * @param notes A table of notes with the column `pitch`.
 * @returns 0 to 1; NaN where no key fits better than another.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function diatonicShare(notes: DataFrame): number {
  const key = keyOf(notes);
  return key ? pitchInScaleRate(notes, key) : NaN;
}

/**
 * Of all leading tones that another note follows, the share that go up to the tonic, of the key as in
 * {@linkcode diatonicShare}. The notes are one line, in the order of the rows.
 *
 * @param notes A table of notes with the column `pitch`.
 * @returns 0 to 1; NaN with fewer than ten leading tones, or where no key fits better than another.
 * @throws {TypeError} If there is no numeric column `pitch`.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function leadingToneShare(notes: DataFrame): number {
  const key = keyOf(notes);
  if (!key) return NaN;
  const line = Array.from(pitchColumn(notes), (pitch) => [pitch]);
  return shareOf(leadingTones(line, key).map(({ resolved }) => resolved));
}

/**
 * Of all neighbouring steps from onset to onset, the share that are not alike: 5 % or more apart. Notes struck together
 * (within 0.1 ms) are left out, and so is the first note's step, which leads to it from outside.
 *
 * @param notes A table of notes with the column `step`, in seconds.
 * @returns 0 to 1; NaN with fewer than ten pairs of steps.
 * @throws {TypeError} If there is no numeric column `step`.
 * @throws {RangeError} If a step is missing or not finite.
 */
export function unevenShare(notes: DataFrame): number {
  const steps = numberColumn(notes, "step").slice(1).filter((step) => step > TOGETHER);
  const apart = (a: number, b: number) => Math.abs(Math.log(b / a)) > Math.log(ALIKE);
  return shareOf(Array.from(steps.slice(1), (step, i) => apart(steps[i], step)));
}

/** How values lie; those that are NaN count as asked for and not known. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { low: at(0.05), middle: at(0.5), high: at(0.95), known: sorted.length, asked: values.length };
}

/**
 * What the samples say of a claim: `confirmed` where their middle lies among the middle nine tenths of the music,
 * `refuted` where it lies below, `more than the music` where it lies above; `not measurable` with fewer than ten values
 * of the music, or where most samples have too little to count.
 */
export function verdictOf(samples: Spread, music: Spread): Verdict {
  const enough = music.known >= FEWEST && samples.known > 0 && samples.known >= samples.asked / 2;
  if (!enough) return "not measurable";
  if (samples.middle < music.low) return "refuted";
  return samples.middle > music.high ? "more than the music" : "confirmed";
}

/**
 * Tests each claim on samples, held against stretches of music that are as long.
 *
 * @param samples Tables of notes with the columns `pitch` and `step`, one per sample.
 * @param music The same, one per stretch.
 * @param claims What is tested.
 * @returns One a claim, in their order.
 * @throws {TypeError} If a table lacks a column, or it does not hold numbers.
 * @throws {RangeError} If a pitch is not a MIDI number, or a step is missing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noteTable, testClaims } from "../mod.ts";
 *
 * const tune = (...pitch: number[]) =>
 *   noteTable({ pitch, step: pitch.map(() => 0.5), duration: pitch.map(() => 0.5) }, "a tune");
 * const scales = Array.from({ length: 10 }, (_, i) => tune(60, 62, 64, 65, 67, 69, 71, 72 + i % 2));
 * const [diatonic, stepwise] = testClaims([tune(60, 66, 72, 66, 60, 66, 72)], scales);
 * assertEquals([diatonic.verdict, stepwise.verdict], ["refuted", "refuted"]);
 * ```
 */
export function testClaims(
  samples: readonly DataFrame[],
  music: readonly DataFrame[],
  claims: readonly Claim[] = CLAIMS,
): TestedClaim[] {
  return claims.map(({ name, measure }) => {
    const [ours, theirs] = [samples, music].map((tables) => spreadOf(tables.map((table) => measure(table))));
    return { claim: name, samples: ours, music: theirs, verdict: verdictOf(ours, theirs) };
  });
}

/** The key that fits best; undefined where all fit alike, as with all pitch classes equally often. */
function keyOf(notes: DataFrame): Key | undefined {
  const key = findKey(pitchClassCounts(notes));
  return key.correlation === 0 ? undefined : key;
}

function shareOf(hits: readonly boolean[]): number {
  return hits.length < FEWEST ? NaN : hits.filter((hit) => hit).length / hits.length;
}
