/**
 * How well models name notes that they have not learned from.
 *
 * {@linkcode scoreModel} lets a model listen to pieces, and writes down how
 * likely it held each note before it came; `lib/metrics` makes likelihoods,
 * intervals and calibration curves of that.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { openCorpus, splitByPiece } from "../corpus/mod.ts";
 * import { notePieces } from "../encodings/mod.ts";
 * import { corpusTable } from "../notes/mod.ts";
 * import { settings } from "../settings/mod.ts";
 * import { bigram, unigram } from "../systems/mod.ts";
 * import { scoreModel } from "./mod.ts";
 *
 * const { train, valid, test } = splitByPiece((await openCorpus("sample")).pieces);
 * const [notes, heldOut, unseen] = [train, valid, test].map((pieces) => notePieces(corpusTable(pieces)));
 * const nats = async (system: typeof unigram) => {
 *   const model = system.learn({ train: notes, heldOut }, settings("corrected"));
 *   const { heads: { pitch } } = await scoreModel(model, unseen);
 *   return pitch.nats.reduce((a, b) => a + b) / pitch.nats.length;
 * };
 *
 * const [one, two] = [await nats(unigram), await nats(bigram)];
 * assert(two < one && one < Math.log(128));
 * ```
 *
 * {@linkcode evaluateCorpus} does all of this for a row of models, and lets
 * them play: the table behind `deno task evaluate`.
 *
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { openCorpus } from "../corpus/mod.ts";
 * import { evaluateCorpus, evaluationMarkdown } from "./mod.ts";
 *
 * const cache = await Deno.makeTempDir();
 * const report = await evaluateCorpus(await openCorpus("sample"), {
 *   readings: ["corrected"],
 *   models: ["unigram", "n-grams"],
 *   samples: 2,
 *   cache,
 * });
 * await Deno.remove(cache, { recursive: true });
 *
 * const [one, many] = report.sections[0].rows;
 * assertEquals([one.id, many.id], ["unigram", "n-grams"]);
 * assert(many.likelihood.pitch.micro.value! < one.likelihood.pitch.micro.value!);
 * assert(evaluationMarkdown(report).startsWith("# Evaluation on sample"));
 * ```
 *
 * @module
 */
export type { PassOptions } from "./scoring/each_event.ts";
export { fitHeads } from "./scoring/fit_heads.ts";
export { mixtureWeights } from "./scoring/mixture_weights.ts";
export { forecastTimes, type ForecastTimesOptions } from "./scoring/forecast_times.ts";
export {
  type CellMean,
  type CellSum,
  type GridFigures,
  gridFigures,
  type LaterAccuracy,
  type PieceCells,
} from "./scoring/grid_figures.ts";
export { heardBefore, PASSAGE } from "./scoring/heard_before.ts";
export { scoreConditional } from "./scoring/score_conditional.ts";
export { scoreModel } from "./scoring/score_model.ts";
export {
  compareSampling,
  type CompareSamplingOptions,
  type PlayedMusic,
  type SamplingComparison,
} from "./experiment/compare_sampling.ts";
export type { Player } from "./experiment/let_play.ts";
export type { SampleLength } from "./experiment/perform.ts";
export { evaluateChorales, type EvaluateChoralesOptions } from "./experiment/evaluate_chorales.ts";
export {
  costOfRules,
  type CostOfRulesOptions,
  drawnAlone,
  type DrawnChorale,
  type RuledPlayer,
  type RulesReport,
  type RulesRow,
} from "./experiment/cost_of_rules.ts";
export {
  CHORALE_PLAYERS,
  evaluateChoralePlaying,
  type EvaluateChoralePlayingOptions,
} from "./experiment/evaluate_chorale_playing.ts";
export {
  type BeginningOptions,
  fillingPlayer,
  ruledPlayer,
  type RuledPlayerOptions,
} from "./experiment/ruled_players.ts";
export { evaluateRules, type EvaluateRulesOptions, type RulesEvaluation } from "./experiment/evaluate_rules.ts";
export { evaluatePlaying, type EvaluatePlayingOptions } from "./experiment/evaluate_playing.ts";
export { evaluateCorpus, type EvaluateCorpusOptions } from "./experiment/evaluate_corpus.ts";
export { evaluateTransfer, type EvaluateTransferOptions } from "./experiment/evaluate_transfer.ts";
export { type CodeVersion, codeVersion } from "./experiment/code_version.ts";
export {
  type Survey,
  type SurveyOptions,
  type SweepTrainer,
  sweepTrainer,
  type TrainedTrial,
  type TrainTrialOptions,
} from "./experiment/sweep_trainer.ts";
export { raceToPitch, type RaceToPitchOptions } from "./experiment/race_to_pitch.ts";
export { evaluateLadder, type EvaluateLadderOptions } from "./experiment/evaluate_ladder.ts";
export type { EvaluationStage } from "./experiment/train_network.ts";
export { type UsablePieces, usablePieces } from "./experiment/usable_pieces.ts";
export {
  type CellFigures,
  choraleMarkdown,
  type ChoraleReport,
  type ChoraleRun,
  type LadderRow,
} from "./report/chorale_report.ts";
export { agreementOf } from "./report/agreement_of.ts";
export { choraleMeasures, type ChoraleValues } from "./report/chorale_measures.ts";
export {
  type ChoraleHarmoniser,
  type ChoralePlayer,
  choralePlayingMarkdown,
  type ChoralePlayingReport,
  type MeasureSpread,
} from "./report/chorale_playing_report.ts";
export type {
  FilledCells,
  FilledPiece,
  FillingFigures,
  FillingRow,
  FillingRun,
  MeasuredFilling,
} from "./report/filling_report.ts";
export { evaluationMarkdown } from "./report/evaluation_markdown.ts";
export {
  type Claim,
  CLAIMS,
  diatonicShare,
  leadingToneShare,
  type Spread,
  spreadOf,
  testClaims,
  type TestedClaim,
  unevenShare,
  type Verdict,
  verdictOf,
} from "./report/claims.ts";
export {
  ladderMarkdown,
  type LadderReport,
  ladderRows,
  type LadderRung,
  type LadderVariant,
  type Worth,
} from "./report/ladder_report.ts";
export { type MeasuredMoment, raceMarkdown, type RaceReport, type Runner } from "./report/race_report.ts";
export { quarterLines } from "./report/quarter_lines.ts";
export { markdownTable, type TableCell } from "./report/markdown_table.ts";
export { eventTable, noteTable, stretches } from "./report/music.ts";
export {
  type MeasuredPlaying,
  PLAYING,
  type PlayingMeasure,
  type PlayingValues,
  unlikeMusic,
} from "./report/playing.ts";
export {
  type OtherMusic,
  type PlainSpread,
  type PlainValues,
  type PlayedAgainst,
  type PlayerReport,
  type PlayingAtLength,
  playingMarkdown,
  type PlayingReport,
  type PlayingSection,
} from "./report/playing_report.ts";
export type * from "./report/report.ts";
export {
  type HeadNats,
  piecesOf,
  transferCurves,
  transferMarkdown,
  type TransferPoint,
  type TransferReport,
  type TransferRun,
  type TransferStart,
} from "./report/transfer_report.ts";
export { rulesEvaluationMarkdown, rulesMarkdown } from "./report/rules_report.ts";
export {
  HARMONISERS,
  type TrainedHarmoniser,
  trainHarmoniser,
  type TrainHarmoniserOptions,
} from "./experiment/train_harmoniser.ts";
