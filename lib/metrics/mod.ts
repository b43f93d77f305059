/**
 * Numbers on notes: what a piece's pitches, melodies, rhythms, keys and voices
 * are like, each by a definition of its own with its name in muspy or jSymbolic
 * where it has one there.
 *
 * A metric is a function from a table of notes to a number, NaN where it is
 * undefined; {@linkcode curve} follows it through a piece, {@linkcode byPart}
 * through the voices, and {@linkcode METRICS} lists them all. Tables come from
 * `toNoteTable` (with `drums: true` where drums matter) or, of notes that know
 * seconds alone, from `layOnTempo`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { layOnTempo } from "../notes/mod.ts";
 * import { curve, emptyBeatRate, pitchClassEntropy, stepShare } from "./mod.ts";
 *
 * const generated = pl.DataFrame({
 *   pitch: [60, 62, 64, 72],
 *   start: [0, 0.5, 1, 2.5],
 *   end: [0.4, 0.9, 1.4, 3],
 *   duration: [0.4, 0.4, 0.4, 0.5],
 * });
 * assertEquals(stepShare(generated), 2 / 3);
 * assertEquals(pitchClassEntropy(generated), 1.5);
 *
 * const table = layOnTempo(generated, { tempo: 120, metre: [3, 4] });
 * assertEquals(emptyBeatRate(table), 2 / 7);
 * assertEquals(curve(table, stepShare, { length: 1, unit: "bars" }).rows(), [[1, 2, 1], [2, 3, null]]);
 * ```
 *
 * @module
 */
export { bootstrap, type BootstrapInterval, type BootstrapOptions } from "./bootstrap.ts";
export * from "./by_part.ts";
export { type Calibration, calibration, type CalibrationBin, type CalibrationOptions } from "./calibration.ts";
export * from "./catalogue.ts";
export { compareSets, type SetComparison, type SetLikeness } from "./compare_sets.ts";
export { cosineSimilarity } from "./cosine_similarity.ts";
export { type Counterpoint, counterpoint, COUNTERPOINT_KINDS, type CounterpointKind } from "./counterpoint.ts";
export { counterpointCount, leadingToneResolution } from "./counterpoint_counts.ts";
export { crossings, type NeighbourPlace, wideSpacings } from "./crossings.ts";
export * from "./curve.ts";
export * from "./drums.ts";
export { circularEarthMoversDistance, earthMoversDistance } from "./earth_movers_distance.ts";
export { type Frame, type PairMotion, type PairPlace, REST, type VoicePair } from "./frames.ts";
export { type GaussianKde, gaussianKde } from "./gaussian_kde.ts";
export * from "./grid.ts";
export { type HiddenPerfect, hiddenPerfects } from "./hidden_perfects.ts";
export { jensenShannonDistance, jensenShannonDivergence } from "./jensen_shannon.ts";
export { type KeyCurve, keyCurve, type KeyCurveOptions } from "./key_curve.ts";
export { klDivergence } from "./kl_divergence.ts";
export { type LeadingTone, leadingTones, resolutionRate } from "./leading_tones.ts";
export { type Likelihood, likelihood } from "./likelihood.ts";
export * from "./likeness.ts";
export { type Answers, type ListeningTest, listeningTest, type Proportion } from "./listening_test.ts";
export { longestQuotation, type Quotation, type QuotationPlace } from "./longest_quotation.ts";
export * from "./measured_piece.ts";
export * from "./melodies.ts";
export * from "./melody.ts";
export { type NgramOverlap, ngramOverlap, type NgramOverlapOptions } from "./ngram_overlap.ts";
export * from "./note_histograms.ts";
export { overlappingArea } from "./overlapping_area.ts";
export { pairMotions } from "./pair_motions.ts";
export { type Parallel, parallels } from "./parallels.ts";
export { type PieceScore, pieceScores, type ScoredSelection } from "./piece_scores.ts";
export * from "./pitch.ts";
export * from "./pitch_class_transitions.ts";
export type { MusicalPlace } from "./place_columns.ts";
export * from "./polyphony.ts";
export { answersNeeded, type ConfidenceInterval, exactInterval, wilsonInterval } from "./proportion_intervals.ts";
export { type CopiedNotes, type QuotationIndex, quotationIndex, type QuotationOptions } from "./quotation_index.ts";
export * from "./rhythm.ts";
export * from "./scale.ts";
export type { ScoredHead, ScoredNotes } from "./scored_notes.ts";
export {
  centreOfEffect,
  keyPosition,
  RISE,
  type Spelling,
  spellInKey,
  type SpiralPoint,
  spiralPosition,
  triadPosition,
} from "./spiral_array.ts";
export { type FeatureCounts, type GradedFeature, rankWasserstein, type StyleGrade, styleGrade } from "./style_grade.ts";
export { cloudDiameter, cloudMomentum, tensileStrain, type Tension, windowTension } from "./tension.ts";
export { keyCorrelation, keyFit, keyMode, keyTonic, meanTension } from "./tonality.ts";
export { type TonalTension, tonalTension, type TonalTensionOptions } from "./tonal_tension.ts";
export { type VoiceFrames, voiceFrames, type VoiceFramesOptions } from "./voice_frames.ts";
export { CHOIR_RANGES, outOfRange, type PitchRange, type VoicePlace, voiceRanges } from "./voice_ranges.ts";
export { voicesOf } from "./voices_of.ts";
export { wassersteinDistance } from "./wasserstein_distance.ts";
