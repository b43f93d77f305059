import type { Corpus } from "../../corpus/mod.ts";
import { pieceScores } from "../../metrics/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { READING, type Reading, settings } from "../../settings/mod.ts";
import { isNetwork, LADDER, noteSystem, type Rung, type Variant } from "../../systems/mod.ts";
import { LEVEL, RESAMPLES } from "../report/figures.ts";
import { type LadderReport, type LadderRung, type LadderVariant, savesOf } from "../report/ladder_report.ts";
import { likelihoodFigures, SCORED, type Scores } from "../report/likelihood_figures.ts";
import { fitHeads } from "../scoring/fit_heads.ts";
import { scoreModel } from "../scoring/score_model.ts";
import { versionsFor } from "./code_version.ts";
import { type Contestant, runsIn, trainingOf } from "./contestants.ts";
import {
  type EvaluateCorpusOptions,
  EVALUATION_CACHE,
  FIRST_SEED,
  seedsOf,
  SYSTEMS_AND_RUNS,
} from "./evaluate_corpus.ts";
import { keepLatest } from "./keep_latest.ts";
import { learn, type LearnOptions } from "./learn.ts";
import { resultCache } from "./result_cache.ts";
import { plainSettings, reportOf, sectionData, type Side } from "./section_data.ts";
import type { NetworkWindows } from "./train_network.ts";
import type { EvaluationStage } from "./train_network.ts";
import { usablePieces } from "./usable_pieces.ts";

/** Options of {@linkcode evaluateLadder}; those of `evaluateCorpus` mean what they mean there. */
export interface EvaluateLadderOptions
  extends Pick<EvaluateCorpusOptions, "seeds" | "epochs" | "overrides" | "cache" | "signal" | "onProgress"> {
  /**
   * The ideas.
   *
   * @default {LADDER}
   */
  rungs?: readonly Rung[];
  /**
   * How notes are read.
   *
   * @default {"published"}
   */
  reading?: Reading;
}

/** A corpus with fewer notes to learn from is a small one, of which there would be hardly a step. */
const SMALL = 20_000;
/** What makes up for it, over a variant's own settings. */
const ON_SMALL = { batchSize: 4, epochs: 20 };

/** What one variant came to with one seed. */
interface VariantResult {
  parameters: number;
  seconds: number;
  epoch: number | null;
  scores: Scores;
}

/**
 * What ideas are worth: trains variants of systems, with each idea and without it, by itself and beside everything else,
 * and takes the differences of what they give to unseen notes, piece by piece.
 *
 * Split, scoring and cache are those of `evaluateCorpus`; a network has the weights of the epoch that names the held-out
 * pieces best. Variants of one name are trained once.
 *
 * Needs the permissions to read the project and to write the cache.
 *
 * @param corpus An open corpus.
 * @throws {RangeError} If an option is out of range, or the corpus too small for three sides.
 * @throws {DOMException} The signal's reason, when it fires. A variant that fails throws nothing: `failures` has it.
 */
export async function evaluateLadder(corpus: Corpus, options: EvaluateLadderOptions = {}): Promise<LadderReport> {
  const { models: _, ...shared } = SYSTEMS_AND_RUNS;
  checkOptions("climb the ladder", options, {
    ...shared,
    rungs: optional(kinds.list("rungs", kinds.object("an idea, as LADDER has them"))),
    reading: optional(READING),
  });
  const { rungs = LADDER, reading = "published", epochs, overrides = {}, signal, onProgress = () => {} } = options;
  const seeds = seedsOf(options.seeds), cache = resultCache(options.cache ?? EVALUATION_CACHE);
  const variants = variantsOf(rungs);
  const { code, kernel } = await versionsFor(variants.map(({ system }) => noteSystem(system)));
  const { pieces } = usablePieces(corpus.pieces);
  const ofReading = settings(reading, { ...overrides, seed: FIRST_SEED });
  await onProgress({ label: "reading the notes", done: 0, total: 1 });
  const { sides } = sectionData(pieces, ofReading);
  const { train, heldOut, test } = sides;
  await onProgress({ label: "reading the notes", done: 1, total: 1 });

  const contestantOf = ({ system: name, settings: own }: Variant): Contestant => {
    const system = noteSystem(name);
    const size = train.notes < SMALL ? ON_SMALL : {};
    const chosen = { ...system.defaults, ...own, ...size, ...overrides, ...epochs && { epochs }, system: name };
    return { system, train, heldOut, settings: isNetwork(system) ? settings(reading, chosen) : null };
  };
  const keep = keepLatest<NetworkWindows>();
  const resultOf = async (variant: Variant, seed: number, tell: Tell): Promise<VariantResult> => {
    const contestant = contestantOf(variant);
    const of = { code: code.measuring, ladder: test.hash, ...trainingOf(contestant, seed, kernel), seed };
    const how = { seed, settings: ofReading, run: runsIn(cache, code, kernel), keep, label: "", signal };
    return await cache.readOr<VariantResult>(of, () => scoresOnceLearned(contestant, test, how, tell), signal);
  };

  const results = new Map<string, VariantResult[]>(), failures: LadderReport["failures"] = [];
  const trials = variants.flatMap((variant) => seeds.map((seed) => ({ variant, seed })))
    .filter(({ variant, seed }) => seed === seeds[0] || isNetwork(noteSystem(variant.system)));
  for (const [i, { variant, seed }] of trials.entries()) {
    signal?.throwIfAborted();
    const name = `${variant.name}${seeds.length > 1 ? `, seed ${seed}` : ""}`;
    const tell: Tell = (share, note) =>
      onProgress({ label: "the ladder", done: i + share, total: trials.length, note: `${name}: ${note}` });
    try {
      const result = await resultOf(variant, seed, tell);
      results.set(variant.name, [...results.get(variant.name) ?? [], result]);
    } catch (error) {
      if (signal?.aborted) throw error;
      failures.push({ variant: variant.name, seed, error: (error as Error).message });
    }
  }

  await onProgress({ label: "the ladder", done: trials.length, total: trials.length });

  const worthOf = (comparison: Rung["alone"]): LadderRung["alone"] => {
    if (!comparison) return null;
    const [without, having] = [comparison.without, comparison.with].map(({ name, system }) =>
      scoresOfSeeds(results.get(name) ?? [], seeds, isNetwork(noteSystem(system)))
    );
    if (!without || !having) return null;
    const names = { without: comparison.without.name, with: comparison.with.name };
    return { ...names, saves: savesOf(without, having, FIRST_SEED) };
  };
  const reports: LadderRung[] = [];
  for (const { name, title, alone, among } of rungs) {
    await onProgress({ label: "intervals", done: reports.length, total: rungs.length });
    reports.push({ name, title, alone: worthOf(alone), among: worthOf(among) });
  }
  await onProgress({ label: "intervals", done: rungs.length, total: rungs.length });
  return {
    corpus: corpus.name,
    reading,
    kernel,
    code: code.measuring,
    seeds,
    level: LEVEL,
    resamples: RESAMPLES,
    sides: { train: reportOf(train), heldOut: reportOf(heldOut), test: reportOf(test) },
    rungs: reports,
    variants: variants.flatMap((variant): LadderVariant[] => {
      const runs = results.get(variant.name);
      if (!runs) return [];
      const { system, settings } = contestantOf(variant);
      return [{
        name: variant.name,
        system: system.name,
        reads: system.reads ?? "state",
        settings: settings && plainSettings(settings),
        parameters: runs[0].parameters,
        seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0) / runs.length,
        epochs: runs.map(({ epoch }) => epoch),
        likelihood: likelihoodFigures(runs.map(({ scores }) => scores), FIRST_SEED),
      }];
    }),
    failures,
  };
}

/** Tells how much of a variant is done, from 0 to 1, and what with. */
type Tell = (share: number, note: string) => void | Promise<void>;
/** How much of a variant's time it learns; then it is scored. */
const LEARNING = 0.8;

/** Lets a variant learn, and scores what it was at its best on the test pieces. */
async function scoresOnceLearned(
  contestant: Contestant,
  test: Side,
  options: Omit<LearnOptions, "onProgress">,
  tell: Tell,
): Promise<VariantResult> {
  const { signal } = options;
  const onProgress = ({ done, total, note = "" }: EvaluationStage) => tell(LEARNING * done / total, note);
  const { candidates, dispose } = await learn(contestant, { ...options, onProgress });
  try {
    const { model, seconds, epoch } = candidates.at(-1)!;
    const fitted = await fitHeads(model, contestant.heldOut.events, { signal });
    const scored = await scoreModel(fitted, test.events, {
      signal,
      onProgress: (done, total) => tell(LEARNING + (1 - LEARNING) * done / total, "scoring"),
    });
    const scores = Object.fromEntries(SCORED.map((name) => [name, pieceScores(scored, name)])) as Scores;
    const lost = scores.total.find(({ nats }) => !Number.isFinite(nats));
    if (lost) throw new RangeError(`Cannot evaluate: it gives probability 0 to a note of "${lost.piece}"`);
    return { parameters: model.parameters, seconds, epoch, scores };
  } finally {
    dispose();
  }
}

/** Scores of each seed; nothing where one is missing, because a mean over fewer is not to be set beside others. */
function scoresOfSeeds(results: readonly VariantResult[], seeds: readonly number[], isTrained: boolean) {
  const runs = results.map(({ scores }) => scores);
  // What counts says the same with every seed.
  if (!isTrained && runs.length > 0) return seeds.map(() => runs[0]);
  return runs.length === seeds.length ? runs : undefined;
}

/** The variants of some rungs, each once. */
function variantsOf(rungs: readonly Rung[]): Variant[] {
  const comparisons = rungs.flatMap(({ alone, among }) => [alone, among].filter((one) => one !== undefined));
  const all = comparisons.flatMap((comparison) => [comparison.without, comparison.with]);
  return [...new Map(all.map((variant) => [variant.name, variant])).values()];
}
