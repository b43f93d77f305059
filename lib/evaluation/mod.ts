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
 * import { bigramModel, unigramModel } from "../models/mod.ts";
 * import { corpusTable } from "../notes/mod.ts";
 * import { scoreModel } from "./mod.ts";
 *
 * const { train, valid, test } = splitByPiece((await openCorpus("sample")).pieces);
 * const [notes, heldOut, unseen] = [train, valid, test].map((pieces) => corpusTable(pieces));
 * const nats = async (model: ReturnType<typeof unigramModel>) => {
 *   const { heads: { pitch } } = await scoreModel(model, unseen);
 *   return pitch.nats.reduce((a, b) => a + b) / pitch.nats.length;
 * };
 *
 * const [one, two] = [await nats(unigramModel(notes)), await nats(bigramModel(notes, heldOut))];
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
export type { PassOptions } from "./each_note.ts";
export { fitSigmas } from "./fit_sigmas.ts";
export { type CellMean, type GridFigures, gridFigures, type LaterAccuracy } from "./grid_figures.ts";
export { scoreGrid } from "./score_grid.ts";
export { scoreModel, type ScoreOptions, type Sigmas } from "./score_model.ts";
export { type ContestantName, CONTESTANTS } from "./contestants.ts";
export { evaluateCorpus, type EvaluateCorpusOptions } from "./evaluate_corpus.ts";
export { evaluationMarkdown } from "./evaluation_markdown.ts";
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
} from "./claims.ts";
export { noteTable, stretches } from "./music.ts";
export type * from "./report.ts";
export type { EvaluationStage } from "./run_contestant.ts";
export { type UsablePieces, usablePieces } from "./usable_pieces.ts";
