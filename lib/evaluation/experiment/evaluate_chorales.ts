import { checkOptions, kinds, optional } from "../../options/mod.ts";
import type { Chorale, ChoraleCorpus } from "../../corpus/mod.ts";
import {
  CHORALE_SYSTEMS,
  type ChoraleSystem,
  comparedByDefault,
  fillingSystem,
  type System,
} from "../../systems/mod.ts";
import { type ChoraleReport, type ChoraleRun, type LadderRow, ladderRow } from "../report/chorale_report.ts";
import { type FillingRow, fillingRow, type FillingRun } from "../report/filling_report.ts";
import { fitHeads } from "../scoring/fit_heads.ts";
import { gridFigures } from "../scoring/grid_figures.ts";
import { scoreModel } from "../scoring/score_model.ts";
import { choraleSystemsOf, openChoraleModels } from "./chorale_models.ts";
import { type EvaluateCorpusOptions, FIRST_SEED, seedsOf, SYSTEMS_AND_RUNS } from "./evaluate_corpus.ts";
import { betweenRow, fillInChorales } from "./fill_in_chorales.ts";
import { type LearnedChorales, networksOf, type SettledNetwork } from "./learn_chorales.ts";

/** Options of {@linkcode evaluateChorales}; they mean what they mean to `evaluateCorpus`. */
export interface EvaluateChoralesOptions
  extends Pick<EvaluateCorpusOptions, "seeds" | "epochs" | "overrides" | "cache" | "signal" | "onProgress"> {
  /**
   * Names of the systems that are compared, of `CHORALE_SYSTEMS` and, in a table of their own, of `FILLING_SYSTEMS`.
   *
   * @default those that do not take long
   */
  models?: readonly string[];
  /**
   * Leave out systems that have not been measured yet, instead of training them.
   *
   * @default false
   */
  keptOnly?: boolean;
}

/** Sixteenths of the soprano that two chorales share if they have a melody in common. */
const MELODY = 64;

/**
 * The likelihood ladder of chorales: how well systems name every cell of pieces
 * that they have not learned from, a rest too, each given all cells before it
 * (soprano, alto, tenor, bass of one sixteenth after the other), with no end to
 * guess. Systems name events of their own, and each is scored by what it gave to the cells.
 *
 * The `train` side is learned from, the `valid` side chooses (smoothing, a network's epoch, a mixture's weights), the
 * `test` side is measured once. Chorales of the `test` side that share the beginning of their melody with one that is
 * learned from stand apart from the others, too. Intervals are BCa bootstraps over test chorales. Results are kept as
 * `evaluateCorpus` keeps its own, and a network's training run is shared by the mixtures that it is in.
 *
 * Needs the permissions to read the project and to write the cache.
 *
 * @param corpus Chorales, split in three: `gridChorales(await openJsb())` has those of the literature.
 * @throws {RangeError} If an option is out of range, or a system has another name.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function evaluateChorales(
  corpus: ChoraleCorpus,
  options: EvaluateChoralesOptions = {},
): Promise<ChoraleReport> {
  const taken = { ...SYSTEMS_AND_RUNS, keptOnly: optional(kinds.boolean) };
  const { keptOnly = false } = checkOptions<EvaluateChoralesOptions>("evaluate the chorales", options, taken);
  const { models = comparedByDefault(CHORALE_SYSTEMS.map(({ system }) => system)), signal } = options;
  const { entries, fills } = choraleSystemsOf(models);
  const opened = await openChoraleModels(corpus, models, options), { cache, kernel, code } = opened;
  /** The runs of a system, one a seed, kept or new; nothing where one is not kept, and new ones are not wanted. */
  const runsOf = async <Run>(system: System<unknown>, make: (networks: SettledNetwork[]) => Promise<Run>) => {
    const runs: Run[] = [];
    for (const seed of networksOf(system, FIRST_SEED, options).length > 0 ? seedsOf(options.seeds) : [FIRST_SEED]) {
      signal?.throwIfAborted();
      const { networks, of } = opened.dependencies(system, seed);
      const run = keptOnly ? await cache.read<Run>(of) : await cache.readOr(of, () => make(networks), signal);
      if (run === undefined) return undefined;
      runs.push(run);
    }
    return runs;
  };
  const shared = sharedMelodies(corpus), lengths = corpus.test.map(({ frames }) => frames.length);
  const ladder: LadderRow[] = [], filling: FillingRow[] = [], { onProgress = () => {} } = options;
  for (const entry of entries) {
    const runs = await runsOf<ChoraleRun>(entry.system, async (networks) => {
      const learned = await opened.learned(entry, networks);
      return await measured(entry, learned, corpus, { signal, onProgress }).finally(learned.dispose);
    });
    if (runs) ladder.push(ladderRow(entry, runs, shared, lengths));
  }
  for (const name of fills) {
    const runs = await runsOf<FillingRun>(fillingSystem(name), async ([network]) => {
      const filling = await opened.filling(name, network);
      return await fillInChorales(filling, corpus, { signal, onProgress }).finally(filling.dispose);
    });
    if (runs) filling.push(fillingRow(fillingSystem(name), runs, shared));
  }
  if (filling.length > 0) filling.unshift(await betweenRow(corpus, shared, { signal, onProgress }));
  return { corpus: corpus.name, kernel, code: code.measuring, sizes: sizesOf(corpus, shared), ladder, filling };
}

/** Scores what a system has learned. */
async function measured<Event>(
  { system, pieces, cells }: ChoraleSystem<Event>,
  { model, seconds, weights, heldOut }: LearnedChorales<Event>,
  corpus: ChoraleCorpus,
  { signal, onProgress }: Required<Pick<EvaluateChoralesOptions, "onProgress">> & { signal?: AbortSignal },
): Promise<ChoraleRun> {
  const range = { lowest: corpus.lowest, highest: corpus.highest };
  const watch = (what: string) => ({
    signal,
    onProgress: (done: number, total: number) => onProgress({ label: `${system.title}: ${what}`, done, total }),
  });
  const fitted = await fitHeads(model, pieces(corpus.valid, range), watch("choosing by valid"));
  const scored = async (side: "valid" | "test") => {
    const chorales = corpus[side];
    const known = side === "valid" ? heldOut : undefined;
    const events = known ?? await scoreModel(fitted, pieces(chorales, range), watch(side));
    const { others = {}, ...scores } = cells(events, chorales);
    return { ...gridFigures(scores, chorales.map(({ frames }) => frames)), beside: others };
  };
  const [valid, test] = [await scored("valid"), await scored("test")];
  return { valid, test, parameters: fitted.parameters, seconds, ...weights && { weights } };
}

/** Which test chorales share the beginning of their soprano, at whatever pitch, with one that is learned from. */
export function sharedMelodies({ train, test }: Pick<ChoraleCorpus, "train" | "test">): boolean[] {
  const melody = ({ frames }: Chorale) => {
    const soprano = frames.slice(0, MELODY).map(([pitch]) => pitch), first = soprano.find((pitch) => pitch >= 0);
    return soprano.map((pitch) => pitch < 0 ? "rest" : pitch - first!).join();
  };
  const known = new Set(train.map(melody));
  return test.map((chorale) => known.has(melody(chorale)));
}

function sizesOf({ train, valid, test }: ChoraleCorpus, shared: readonly boolean[]): ChoraleReport["sizes"] {
  const size = (chorales: readonly Chorale[]) => ({
    pieces: chorales.length,
    frames: chorales.reduce((sum, { frames }) => sum + frames.length, 0),
  });
  return { train: size(train), valid: size(valid), test: size(test), shared: shared.filter(Boolean).length };
}
