import type { DataFrame } from "nodejs-polars";
import { findKey } from "../../notes/mod.ts";
import { counterpoint, COUNTERPOINT_KINDS, type CounterpointKind } from "./counterpoint.ts";
import type { Frame } from "../../score/mod.ts";
import { leadingTones, resolutionRate } from "./leading_tones.ts";
import { voiceRanges } from "./voice_ranges.ts";
import { remembered } from "../remembered.ts";
import { mean } from "../statistics.ts";

/**
 * How often voices do one of the things that {@linkcode counterpoint} counts, all pairs of voices together: 0 or more.
 * Parallels and hidden perfects are counted by their places, crossings and wide spacings by the frames that they last.
 *
 * @param frames Voices from the top, one frame after another, as `voicesOf` finds them.
 * @param kind What is counted. Hidden intervals are those that are not exposed.
 * @returns NaN where there are no frames: in music without voices.
 * @throws {RangeError} If frames differ in their voices, or a value is neither a MIDI number nor a rest.
 */
export function counterpointCount(frames: readonly Frame[] | undefined, kind: CounterpointKind): number {
  return frames?.length ? countsOf(frames)[kind] : NaN;
}

/**
 * The share of leading tones that resolve to the tonic ({@linkcode resolutionRate}), in the key that `findKey` finds for
 * the whole piece: from 0 to 1.
 *
 * @param table The notes of the piece, with the columns `pitch` and `duration` (seconds), by which the key is found.
 * @param frames Its voices from the top, one frame after another, as `voicesOf` finds them.
 * @returns NaN where there are no frames, no key, or no leading tone that goes to another note.
 * @throws {TypeError} If a column is missing or does not hold numbers.
 * @throws {RangeError} If a value is missing or out of range, or frames differ in their voices.
 */
export function leadingToneResolution(table: DataFrame, frames: readonly Frame[] | undefined): number {
  if (!frames?.length) return NaN;
  const key = findKey(table);
  return key.correlation === 0 ? NaN : resolutionRate(leadingTones(frames, key));
}

/**
 * The range of a voice, from its lowest to its highest pitch in semitones, as the mean over voices.
 *
 * @param frames Voices from the top, one frame after another, as `voicesOf` finds them.
 * @returns NaN where there are no frames, or no voice sounds.
 * @throws {RangeError} If frames differ in their voices, or a value is neither a MIDI number nor a rest.
 */
export function meanVoiceRange(frames: readonly Frame[] | undefined): number {
  if (!frames?.length) return NaN;
  const widths = voiceRanges(frames).flatMap((range) => range ? [range[1] - range[0]] : []);
  return mean(widths);
}

const countsOf = remembered((frames: readonly Frame[]): Record<CounterpointKind, number> => {
  const { pairs } = counterpoint(frames);
  const counts = COUNTERPOINT_KINDS.map((kind) => [kind, pairs.getColumn(kind).sum()]);
  return Object.fromEntries(counts);
});
