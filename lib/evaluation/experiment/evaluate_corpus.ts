import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { fileURLToPath } from "node:url";
import type { Corpus } from "../../corpus/mod.ts";
import { READING, type Reading, type Settings, settings } from "../../settings/mod.ts";
import { comparedByDefault, NOTE_SYSTEMS, noteSystem } from "../../systems/mod.ts";
import { versionsFor } from "./code_version.ts";
import { evaluateSection } from "./evaluate_section.ts";
import { LEVEL, RESAMPLES } from "../report/figures.ts";
import type { EvaluationReport, EvaluationSection } from "../report/report.ts";
import { resultCache } from "./result_cache.ts";
import type { EvaluationStage } from "./train_network.ts";
import { usablePieces } from "./usable_pieces.ts";

/** Options of {@linkcode evaluateCorpus}. */
export interface EvaluateCorpusOptions {
  /**
   * The sections of the report.
   *
   * @default {["published", "corrected"]}
   */
  readings?: readonly Reading[];
  /**
   * Names of the systems that are compared, of `NOTE_SYSTEMS`.
   *
   * @default {comparedByDefault(NOTE_SYSTEMS)}
   */
  models?: readonly string[];
  /**
   * Runs of each network, with the seeds 42, 43, ….
   *
   * @default {1}
   */
  seeds?: number;
  /**
   * Passes of each network over what it learns from.
   *
   * @default {100} for the seven files, as published; else 20, and 8 in the corrected reading of `bachcentral`
   */
  epochs?: number;
  /**
   * Keep pieces that share passages on one side of the split, too. Published figures do not.
   *
   * @default {false}
   */
  strict?: boolean;
  /**
   * Only pieces whose parts are voices, on every side, and all of their voices unless `overrides` says otherwise: there
   * models that go voice by voice know the voices, and need not find them.
   *
   * @default {false}
   */
  voices?: boolean;
  /**
   * Samples of each model.
   *
   * @default {20}
   */
  samples?: number;
  /**
   * Other settings than those of the readings.
   *
   * @default {{}}
   */
  overrides?: Partial<Omit<Settings, "reading" | "epochs" | "seed">>;
  /**
   * Folder of results and unfinished runs.
   *
   * @default {"data/cache/evaluation"} of the project
   */
  cache?: string;
  /**
   * Stops at the next step. What is finished is kept, and the same call goes on from there.
   *
   * @default {undefined}
   */
  signal?: AbortSignal;
  /**
   * Called, and awaited, whenever something is done.
   *
   * @default {undefined}
   */
  onProgress?: (stage: EvaluationStage) => void | Promise<void>;
}

/** Where results are kept, unless somebody says another place. */
export const EVALUATION_CACHE: string = fileURLToPath(new URL("../../../data/cache/evaluation/", import.meta.url));
/** Of the first run. */
export const FIRST_SEED = 42;

/** Seeds of so many runs. */
export function seedsOf(runs = 1): number[] {
  return Array.from({ length: runs }, (_, i) => FIRST_SEED + i);
}

/** What the options must be that say how runs are changed, kept and watched. */
export const RUNS = {
  overrides: optional(kinds.object("an object of settings")),
  cache: optional(kinds.name),
  signal: optional(kinds.signal),
  onProgress: optional(kinds.callback),
};

/** What the options that all evaluations of systems share must be. */
export const SYSTEMS_AND_RUNS = {
  models: optional(kinds.list("names of systems", kinds.name)),
  seeds: optional(kinds.positiveInteger),
  epochs: optional(kinds.positiveInteger),
  ...RUNS,
};

/**
 * Compares models on pieces that they have not learned from: how likely they
 * hold every note of them, and how like them the music is that they make.
 *
 * One section per reading; all its rows are measured on the same notes. {@linkcode usablePieces} says which pieces are not used. The others are
 * split by `splitByPiece`, doubles left out: the `train` side is learned from, the `valid` side chooses (an n-gram's
 * smoothing, a network's epoch, the sigmas of times that are regressed), the `test` side is measured once. Every test
 * note is scored that has one before it in its piece, teacher-forced. Intervals are BCa bootstraps over test pieces,
 * those of samples over samples.
 *
 * A network is trained once a seed, and stands in two rows: as its recipe ends, and with the weights of the epoch that
 * had the lowest held-out loss. In the published section it reads windows, as it did when it was published; in the
 * corrected one it carries its state. A system that learns from certain pieces alone, as the published run did from seven, does so where they are
 * there, with those of them that are on the `valid` side taken out there.
 *
 * Samples go on from the beginnings of test pieces; a network's as its reading says, all others at temperature 1. They
 * are compared with stretches of test pieces as long as they are; and stretches of held-out pieces are compared in the
 * same way, to show how Bach would come out.
 *
 * Each model's results, and every network's training run, are kept under the hash of all that they depend on: settings,
 * the notes themselves, code (`codeVersion`), kernel (`kernelVersion`). The same call returns them; after a stop it
 * goes on. What a network was trained to survives changes of the code that only measures. Same seed, same report, but for
 * seconds.
 *
 * Needs the permissions to read the project and to write the cache.
 *
 * @param corpus An open corpus.
 * @param options What is compared, how, and who watches.
 * @throws {RangeError} If an option is out of range, a system has another name, or the corpus too small for three sides.
 * @throws {DOMException} The signal's reason, when it fires. A model that fails throws nothing: `failures` has it.
 */
export async function evaluateCorpus(corpus: Corpus, options: EvaluateCorpusOptions = {}): Promise<EvaluationReport> {
  checkOptions("evaluate", options, {
    ...SYSTEMS_AND_RUNS,
    readings: optional(kinds.list("readings", READING)),
    strict: optional(kinds.boolean),
    voices: optional(kinds.boolean),
    samples: optional(kinds.positiveInteger),
  });
  const { readings = ["published", "corrected"], models = comparedByDefault(NOTE_SYSTEMS) } = options;
  const { strict = false, voices = false } = options;
  const { samples = 20, epochs, cache = EVALUATION_CACHE, signal, onProgress = () => {} } = options;
  const overrides = { ...voices && { flattening: "all" as const }, ...options.overrides };
  const seeds = seedsOf(options.seeds);
  const { code, kernel } = await versionsFor(models.map(noteSystem));
  const { pieces, leftOut } = usablePieces(corpus.pieces);
  if (pieces.length === 0) {
    throw new RangeError(
      `Cannot evaluate: none of ${leftOut.length} pieces can be used; ${leftOut[0]?.path}: ${leftOut[0]?.reason}`,
    );
  }
  const sections: EvaluationSection[] = [];
  for (const reading of readings) {
    sections.push(
      await evaluateSection({ ...corpus, pieces }, {
        settings: settings(reading, { ...overrides, seed: FIRST_SEED }),
        models,
        overrides,
        seeds,
        epochs,
        strict,
        voices,
        samples,
        cache: resultCache(cache),
        code,
        kernel,
        signal,
        onProgress,
      }),
    );
  }
  return {
    corpus: corpus.name,
    leftOut: [...corpus.leftOut, ...leftOut],
    kernel,
    code: code.measuring,
    seeds,
    level: LEVEL,
    resamples: RESAMPLES,
    sections,
  };
}
