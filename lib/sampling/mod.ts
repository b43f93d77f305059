/**
 * From a model to music: it names the next event, that is drawn and fed back,
 * and so on.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { startBackend } from "../kernels/mod.ts";
 * import { vanillaLstm } from "../systems/mod.ts";
 * import { seeded } from "../random/mod.ts";
 * import { generate } from "./mod.ts";
 *
 * await startBackend();
 * const prng = seeded(42);
 * const model = vanillaLstm({ length: 4, units: 8, prng });
 * const seedNotes = [60, 62, 64, 65].map((pitch) => ({ pitch, step: 0.5, duration: 0.5 }));
 * const table = await generate(model, seedNotes, { count: 12, temperature: 1, prng });
 *
 * assertEquals(table.height, 12);
 * ```
 *
 * What may be drawn is shaped by temperature, top-k, nucleus and min-p, all in
 * one function, {@linkcode shapeLogs}, and by rules ({@linkcode RULES}); a piece can
 * end ({@linkcode sampleToEnd}). {@linkcode beamSearch} looks for what is likeliest
 * instead of drawing.
 * {@linkcode harmonise} finds the voices of a chorale that are missing.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { openCorpus } from "../corpus/mod.ts";
 * import { notePieces } from "../encodings/mod.ts";
 * import { corpusTable, pitchColumn } from "../notes/mod.ts";
 * import { seeded } from "../random/mod.ts";
 * import { settings } from "../settings/mod.ts";
 * import { ngrams } from "../systems/mod.ts";
 * import { generate, noSelfCopy, withinRange } from "./mod.ts";
 *
 * const [heldOut, ...train] = notePieces(corpusTable((await openCorpus("sample")).pieces));
 * const model = ngrams.learn({ train, heldOut: [heldOut] }, settings("corrected"));
 * const table = await generate(model, heldOut.events.slice(0, 20), {
 *   count: 50,
 *   temperature: { pitch: 1, step: 0.8 },
 *   topP: 0.95,
 *   rules: [withinRange({ lowest: 48, highest: 72 }), noSelfCopy({ longest: 12 })],
 *   prng: seeded(42),
 * });
 *
 * assert(pitchColumn(table).every((pitch) => pitch >= 48 && pitch <= 72));
 * ```
 *
 * @module
 */
export { beamSearch, type BeamSearchOptions, type FoundPiece } from "./beam_search.ts";
export {
  type BreachRates,
  breachRates,
  type CalibratedRules,
  calibrateRules,
  type CalibrateRulesOptions,
  inItsKey,
  inWrittenKey,
} from "./chorale_rules/calibrate_rules.ts";
export { type CadenceName, cadenceOf } from "./chorale_rules/cadences.ts";
export { CHORALE_RULES, choraleRule, type ChoraleRuleName, choraleRules } from "./chorale_rules/catalogue.ts";
export {
  type ChoraleFacts,
  type ChoraleMoment,
  type ChoralePlace,
  type ChoraleRule,
  countBreaches,
  type PartialFrame,
  type RuledChorale,
  weighPitches,
} from "./chorale_rules/chorale_rule.ts";
export { cellRule, frameRule, type VoiceLeadingOptions } from "./chorale_rules/voice_leading.ts";
export { type Completed, type CompletingOptions, type LiftedCell, withOpenFrames } from "./completing.ts";
export { gibbs, type GibbsOptions } from "./gibbs.ts";
export { type ConditionalNetwork, conditionalNetwork, type ConditionalNetworkOptions } from "./conditional_network.ts";
export {
  type ChromaticWriting,
  chromaticWriting,
  type ChromaticWritingOptions,
  ROW_FORMS,
  type RowForm,
  type ToneRow,
  toneRow,
} from "./illiac/chromatic_writing.ts";
export { illiacChorales, type IlliacChoralesOptions } from "./illiac/illiac_chorales.ts";
export {
  INTERVAL_WEIGHTS,
  type IntervalChain,
  intervalChain,
  type IntervalChainOptions,
} from "./illiac/interval_chain.ts";
export {
  type StrictCounterpoint,
  strictCounterpoint,
  type StrictCounterpointOptions,
} from "./illiac/strict_counterpoint.ts";
export {
  EXPERIMENT_ONE,
  EXPERIMENT_THREE,
  EXPERIMENT_TWO,
  type StrictPlace,
  type StrictRule,
} from "./illiac/strict_rules.ts";
export { scoreOfLines, type WrittenNote } from "./illiac/written_lines.ts";
export { sampleEvents, type SampleEventsOptions } from "./sample_events.ts";
export { drawChorale, type DrawChoraleOptions } from "./draw_chorale.ts";
export type { DrawingOptions, PerHead } from "./draw_value.ts";
export { type EndingOptions, sampleToEnd } from "./ending.ts";
export { generate, type GenerateOptions } from "./generate.ts";
export { type GivenVoices, givenVoices, type GivenVoicesOptions } from "./given_voices.ts";
export {
  type CompleteOptions,
  gibbsHarmoniser,
  type GibbsHarmoniserOptions,
  harmonise,
  type Harmonised,
  type HarmoniseOptions,
  type Harmoniser,
  tokenHarmoniser,
  type TokenHarmoniserOptions,
} from "./harmonise.ts";
export {
  type BeamHarmonyOptions,
  type DrawnHarmonyOptions,
  harmoniseByBeam,
  harmoniseByDrawing,
  type HarmonisingOptions,
  type Harmony,
} from "./harmonise_tokens.ts";
export { carriesState, networkModel, type NetworkModelOptions } from "./network_model.ts";
export { type ListedRule, RULES } from "./rules/catalogue.ts";
export {
  noQuotation,
  type NoQuotationOptions,
  noSelfCopy,
  type NoSelfCopyOptions,
  type SameOptions,
} from "./rules/copies.ts";
export { fewNewSteps } from "./rules/few_new_steps.ts";
export { keepsBeat, type KeepsBeatOptions } from "./rules/keeps_beat.ts";
export { keepsMotion, keepsPitchClasses, type KeepsSharesOptions } from "./rules/keeps_shares.ts";
export { noLoop, type NoLoopOptions } from "./rules/no_loop.ts";
export { onGrid, type OnGridOptions } from "./rules/on_grid.ts";
export type { PitchHead, PitchOptions } from "./rules/pitch_head.ts";
export {
  fewRepeats,
  type FewRepeatsOptions,
  noWideLeaps,
  type NoWideLeapsOptions,
  type PitchRuleOptions,
  withinRange,
  type WithinRangeOptions,
  withinScale,
  type WithinScaleOptions,
} from "./rules/pitch_rules.ts";
export { withinCompass, type WithinCompassOptions } from "./rules/within_compass.ts";
export type { Rule, RuleListener, Strictness } from "./rules/rule.ts";
export { shapeLogs, type ShapeOptions } from "./shape_logs.ts";
export { WAY_OF_PLAYING, type WayOfPlaying, type WayOfSampling } from "./way_of_playing.ts";
