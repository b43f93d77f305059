/**
 * Numbers on notes: keys and tension along a piece, and what a textbook of counterpoint counts between voices.
 *
 * Tonality takes a score or a table of notes and gives small tables over time. Counterpoint takes frames, which hold the
 * pitch of each voice at one moment after another, and gives places; {@linkcode voiceFrames} makes frames of a score.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { counterpoint, parallels } from "./mod.ts";
 *
 * // Soprano, alto, tenor and bass of two chords, C major and D minor, one hand moved up.
 * const frames = [[72, 67, 64, 48], [74, 69, 65, 50]];
 * assertEquals(parallels(frames).map(({ upper, lower, interval }) => [upper, lower, interval]), [
 *   [0, 3, "octave"],
 *   [1, 3, "fifth"],
 * ]);
 * assertEquals(counterpoint(frames).pairs.getColumn("parallel fifth").toArray(), [0, 0, 0, 0, 1, 0]);
 * ```
 *
 * @module
 */
export { bootstrap, type BootstrapInterval, type BootstrapOptions } from "./bootstrap.ts";
export { type Calibration, calibration, type CalibrationBin, type CalibrationOptions } from "./calibration.ts";
export { compareSets, type SetComparison, type SetLikeness } from "./compare_sets.ts";
export { cosineSimilarity } from "./cosine_similarity.ts";
export { type Counterpoint, counterpoint, COUNTERPOINT_KINDS, type CounterpointKind } from "./counterpoint.ts";
export { crossings, type NeighbourPlace, wideSpacings } from "./crossings.ts";
export { circularEarthMoversDistance, earthMoversDistance } from "./earth_movers_distance.ts";
export { type Frame, type PairMotion, type PairPlace, REST, type VoicePair } from "./frames.ts";
export { type GaussianKde, gaussianKde } from "./gaussian_kde.ts";
export { type HiddenPerfect, hiddenPerfects } from "./hidden_perfects.ts";
export { jensenShannonDistance, jensenShannonDivergence } from "./jensen_shannon.ts";
export { type KeyCurve, keyCurve, type KeyCurveOptions } from "./key_curve.ts";
export { klDivergence } from "./kl_divergence.ts";
export { type LeadingTone, leadingTones, resolutionRate } from "./leading_tones.ts";
export { type Likelihood, likelihood } from "./likelihood.ts";
export { type Answers, type ListeningTest, listeningTest, type Proportion } from "./listening_test.ts";
export { longestQuotation, type Quotation, type QuotationPlace } from "./longest_quotation.ts";
export { type NgramOverlap, ngramOverlap, type NgramOverlapOptions } from "./ngram_overlap.ts";
export { overlappingArea } from "./overlapping_area.ts";
export { pairMotions } from "./pair_motions.ts";
export { type Parallel, parallels } from "./parallels.ts";
export { type PieceScore, pieceScores, type ScoredSelection } from "./piece_scores.ts";
export type { MusicalPlace } from "./place_columns.ts";
export { answersNeeded, type ConfidenceInterval, exactInterval, wilsonInterval } from "./proportion_intervals.ts";
export { type CopiedNotes, type QuotationIndex, quotationIndex, type QuotationOptions } from "./quotation_index.ts";
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
export { type TonalTension, tonalTension, type TonalTensionOptions } from "./tonal_tension.ts";
export { type VoiceFrames, voiceFrames, type VoiceFramesOptions } from "./voice_frames.ts";
export { CHOIR_RANGES, outOfRange, type PitchRange, type VoicePlace, voiceRanges } from "./voice_ranges.ts";
export { wassersteinDistance } from "./wasserstein_distance.ts";
