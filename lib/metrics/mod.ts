/**
 * Numbers on notes and on models, a folder per family: `pitch`, `melody`,
 * `rhythm`, `tonality`, `counterpoint` say what music is like; `similarity`
 * how two sets of pieces compare; `novelty` what a sample quotes;
 * `likelihood` what a model's probabilities are worth, and how sure such a
 * number is; `listening` what listeners answered.
 *
 * A metric of music is a function from a table of notes to a number, NaN where
 * it is undefined, with its name in muspy or jSymbolic where it has one there;
 * {@linkcode curve} follows it through a piece, {@linkcode byPart} through the
 * voices, and {@linkcode METRICS} lists them all. Tables come from `toNoteTable`
 * (with `drums: true` where drums matter) or, of notes that know seconds
 * alone, from `layOnTempo`. Counterpoint takes frames, the pitch of each voice
 * at one moment after another, as `voiceFrames` makes them of a score.
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
export { mean, sampleSd } from "./statistics.ts";
export * from "./by_part.ts";
export * from "./catalogue.ts";
export * from "./curve.ts";
export * from "./likeness.ts";
export * from "./note_histograms.ts";
export * from "./pitch/pitch.ts";
export * from "./pitch/pitch_class_transitions.ts";
export * from "./pitch/scale.ts";
export * from "./melody/melodies.ts";
export * from "./melody/melody.ts";
export * from "./rhythm/drums.ts";
export * from "./rhythm/grid.ts";
export * from "./rhythm/polyphony.ts";
export * from "./rhythm/rhythm.ts";
export { type KeyCurve, keyCurve, type KeyCurveOptions } from "./tonality/key_curve.ts";
export {
  centreOfEffect,
  keyPosition,
  RISE,
  type Spelling,
  spellInKey,
  type SpiralPoint,
  spiralPosition,
  triadPosition,
} from "./tonality/spiral_array.ts";
export { cloudDiameter, cloudMomentum, tensileStrain, type Tension, windowTension } from "./tonality/tension.ts";
export { type TonalTension, tonalTension, type TonalTensionOptions } from "./tonality/tonal_tension.ts";
export { keyCorrelation, keyFit, keyMode, keyTonic, meanTension } from "./tonality/tonality.ts";
export {
  type Counterpoint,
  counterpoint,
  COUNTERPOINT_KINDS,
  type CounterpointKind,
} from "./counterpoint/counterpoint.ts";
export { counterpointCount, leadingToneResolution, meanVoiceRange } from "./counterpoint/counterpoint_counts.ts";
export { crossings, isCrossed, isWide, type NeighbourPlace, wideSpacings } from "./counterpoint/crossings.ts";
export {
  bothMove,
  isSimilar,
  type PairMotion,
  pairMotions,
  type PairPitches,
  type PairPlace,
  perfectInterval,
  type VoicePair,
} from "./counterpoint/pairs.ts";
export { type HiddenPerfect, hiddenPerfects, keptPerfect, type Parallel, parallels } from "./counterpoint/perfects.ts";
export { type LeadingTone, leadingTones, resolutionRate } from "./counterpoint/leading_tones.ts";
export {
  CHOIR_RANGES,
  outOfRange,
  type PitchRange,
  type VoicePlace,
  voiceRanges,
} from "./counterpoint/voice_ranges.ts";
export {
  compareSets,
  distancesBetween,
  distancesWithin,
  klDivergence,
  overlappingArea,
  type SetComparison,
  type SetLikeness,
  wassersteinDistance,
} from "./similarity/sets.ts";
export {
  circularEarthMoversDistance,
  cosineSimilarity,
  earthMoversDistance,
  jensenShannonDistance,
  jensenShannonDivergence,
} from "./similarity/histograms.ts";
export { type GaussianKde, gaussianKde } from "./similarity/gaussian_kde.ts";
export {
  type FeatureCounts,
  type GradedFeature,
  rankWasserstein,
  type StyleGrade,
  styleGrade,
} from "./similarity/style_grade.ts";
export { longestQuotation, type Quotation, type QuotationPlace } from "./novelty/longest_quotation.ts";
export { type NgramOverlap, ngramOverlap, type NgramOverlapOptions } from "./novelty/ngram_overlap.ts";
export {
  type CopiedNotes,
  type QuotationIndex,
  quotationIndex,
  type QuotationOptions,
} from "./novelty/quotation_index.ts";
export { type SelfRepeats, selfRepeats } from "./novelty/self_repeats.ts";
export { bootstrap, type BootstrapInterval, type BootstrapOptions } from "./likelihood/bootstrap.ts";
export {
  type Calibration,
  calibration,
  type CalibrationBin,
  type CalibrationOptions,
} from "./likelihood/calibration.ts";
export { type Likelihood, likelihood } from "./likelihood/likelihood.ts";
export { type PieceScore, pieceScores, type ScoredSelection } from "./likelihood/piece_scores.ts";
export * from "./likelihood/time_calibration.ts";
export type { ScoredHead, ScoredNotes } from "./likelihood/scored_notes.ts";
export { type Answers, type ListeningTest, listeningTest, type Proportion } from "./listening/right_answers.ts";
export {
  answersNeeded,
  type ConfidenceInterval,
  exactInterval,
  wilsonInterval,
} from "./listening/proportion_intervals.ts";
