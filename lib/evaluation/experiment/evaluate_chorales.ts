import { checkOptions } from "../../options/mod.ts";
import type { Chorale, ChoraleCorpus } from "../../corpus/mod.ts";
import {
  CHORALE_SYSTEMS,
  type ChoraleSystem,
  choraleSystem,
  comparedByDefault,
  FILLING_SYSTEMS,
  type System,
} from "../../systems/mod.ts";
import { type ChoraleReport, type ChoraleRun, type LadderRow, ladderRow } from "../report/chorale_report.ts";
import { type FillingRow, fillingRow, type FillingRun } from "../report/filling_report.ts";
import { fitHeads } from "../scoring/fit_heads.ts";
import { gridFigures } from "../scoring/grid_figures.ts";
import { scoreModel } from "../scoring/score_model.ts";
import { versionsFor } from "./code_version.ts";
import {
  type EvaluateCorpusOptions,
  EVALUATION_CACHE,
  FIRST_SEED,
  seedsOf,
  SYSTEMS_AND_RUNS,
} from "./evaluate_corpus.ts";
import { fillInChorales } from "./fill_in_chorales.ts";
import { type Keep, keepLatest } from "./keep_latest.ts";
import { learnChorales, networksOf, type SettledNetwork } from "./learn_chorales.ts";
import { resultCache } from "./result_cache.ts";
import { shortHash } from "./short_hash.ts";
import type { NetworkWindows } from "./train_network.ts";

/** Options of {@linkcode evaluateChorales}; they mean what they mean to `evaluateCorpus`. */
export interface EvaluateChoralesOptions
  extends Pick<EvaluateCorpusOptions, "seeds" | "epochs" | "overrides" | "cache" | "signal" | "onProgress"> {
  /**
   * Names of the systems that are compared, of `CHORALE_SYSTEMS` and, in a table of their own, of `FILLING_SYSTEMS`.
   *
   * @default those that do not take long
   */
  models?: readonly string[];
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
  checkOptions<EvaluateChoralesOptions>("evaluate the chorales", options, SYSTEMS_AND_RUNS);
  const { models = comparedByDefault(CHORALE_SYSTEMS.map(({ system }) => system)), signal } = options;
  const fills = FILLING_SYSTEMS.filter(({ name }) => models.includes(name));
  const entries = models.filter((name) => !fills.some((system) => system.name === name)).map(choraleSystem);
  const { code, kernel } = await versionsFor<unknown>([...entries.map(({ system }) => system), ...fills]);
  const cache = resultCache(options.cache ?? EVALUATION_CACHE), hash = shortHash(JSON.stringify(corpus));
  const folder = ({ system, settings }: SettledNetwork) =>
    cache.folder({
      code: code.learning,
      system: system.name,
      settings: JSON.stringify(settings),
      kernel,
      corpus: hash,
    });
  /** The runs of a system, one a seed, kept or new. */
  const runsOf = async <Run>(system: System<unknown>, make: (networks: SettledNetwork[]) => Promise<Run>) => {
    const runs: Run[] = [];
    for (const seed of networksOf(system, FIRST_SEED, options).length > 0 ? seedsOf(options.seeds) : [FIRST_SEED]) {
      signal?.throwIfAborted();
      const networks = networksOf(system, seed, options), computed = networks.length > 0 ? kernel : null;
      const trained = networks.map(({ system, settings }) => [system.name, JSON.stringify(settings)]);
      const of = { code: code.measuring, system: system.name, networks: trained, kernel: computed, corpus: hash };
      const kept = await cache.read<Run>(of), run = kept ?? await make(networks);
      if (!kept) await cache.write(of, run);
      runs.push(run);
    }
    return runs;
  };
  const keep = keepLatest<NetworkWindows>(), shared = sharedMelodies(corpus);
  const lengths = corpus.test.map(({ frames }) => frames.length);
  const ladder: LadderRow[] = [], filling: FillingRow[] = [];
  for (const entry of entries) {
    const make = (networks: SettledNetwork[]) => runOf(entry, networks, corpus, options, folder, keep);
    ladder.push(ladderRow(entry, await runsOf<ChoraleRun>(entry.system, make), shared, lengths));
  }
  const { onProgress = () => {} } = options;
  for (const system of fills) {
    const make = async ([network]: SettledNetwork[]) =>
      await fillInChorales(system, corpus, { network, run: await folder(network), keep, signal, onProgress });
    filling.push(fillingRow(system, await runsOf<FillingRun>(system, make)));
  }
  return { corpus: corpus.name, kernel, code: code.measuring, sizes: sizesOf(corpus, shared), ladder, filling };
}

/** One system with one seed. */
async function runOf(
  { system, pieces, cells }: ChoraleSystem,
  networks: readonly SettledNetwork[],
  corpus: ChoraleCorpus,
  { signal, onProgress = () => {} }: EvaluateChoralesOptions,
  run: (network: SettledNetwork) => Promise<string>,
  keep: Keep<NetworkWindows>,
): Promise<ChoraleRun> {
  const range = { lowest: corpus.lowest, highest: corpus.highest };
  const [train, heldOut] = [corpus.train, corpus.valid].map((side) => pieces(side, range));
  const learned = await learnChorales(system, { networks, train, heldOut, range, run, keep, signal, onProgress });
  const { model, seconds, weights, dispose } = learned;
  const watch = (what: string) => ({
    signal,
    onProgress: (done: number, total: number) => onProgress({ label: `${system.title}: ${what}`, done, total }),
  });
  try {
    const fitted = await fitHeads(model, heldOut, watch("choosing by valid"));
    const scored = async (side: "valid" | "test") => {
      const chorales = corpus[side];
      const { others = {}, ...scores } = cells(
        await scoreModel(fitted, pieces(chorales, range), watch(side)),
        chorales,
      );
      return { ...gridFigures(scores, chorales.map(({ frames }) => frames)), beside: others };
    };
    return {
      valid: await scored("valid"),
      test: await scored("test"),
      parameters: fitted.parameters,
      seconds,
      ...weights && { weights },
    };
  } finally {
    dispose();
  }
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
