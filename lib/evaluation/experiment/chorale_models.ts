import type { ChoraleCorpus } from "../../corpus/mod.ts";
import { momentPieces } from "../../encodings/mod.ts";
import { type ConditionalNetwork, conditionalNetwork } from "../../sampling/mod.ts";
import { type ChoraleSystem, choraleSystem, FILLING_SYSTEMS, fillingSystem, type System } from "../../systems/mod.ts";
import { type CodeVersion, versionsFor } from "./code_version.ts";
import { type EvaluateCorpusOptions, EVALUATION_CACHE } from "./evaluate_corpus.ts";
import { keepLatest } from "./keep_latest.ts";
import {
  type ChosenSettings,
  learnChorales,
  type LearnedChorales,
  networksOf,
  type SettledNetwork,
} from "./learn_chorales.ts";
import { type ResultCache, resultCache } from "./result_cache.ts";
import { shortHash } from "./short_hash.ts";
import { type NetworkWindows, trainNetwork } from "./train_network.ts";

/** How models of chorales are trained, and how that is watched; as `evaluateChorales` takes it. */
export interface ChoraleModelsOptions
  extends ChosenSettings, Pick<EvaluateCorpusOptions, "cache" | "signal" | "onProgress"> {}

/** Systems that have learned the chorales of a corpus, each trained when it is asked for. */
export interface ChoraleModels {
  /** What code is at work. */
  readonly code: CodeVersion;
  /** What computes the networks, null where there are none. */
  readonly kernel: string | null;
  /** Results that are kept. */
  readonly cache: ResultCache;
  /** Stands for the chorales, all sides. */
  readonly hash: string;
  /** The networks that a system trains with a seed, and all else that its results depend on. */
  // deno-lint-ignore no-explicit-any
  dependencies(system: System<any>, seed: number): { networks: SettledNetwork[]; of: Record<string, unknown> };
  /**
   * A system of `CHORALE_SYSTEMS` that has learned.
   *
   * @throws {DOMException} The signal's reason, when it fires.
   */
  // deno-lint-ignore no-explicit-any
  learned(entry: ChoraleSystem, networks: readonly SettledNetwork[]): Promise<LearnedChorales<any>>;
  /**
   * A system of `FILLING_SYSTEMS` that has learned.
   *
   * @throws {RangeError} If the chorales have nothing of what it hears, as notation.
   * @throws {DOMException} The signal's reason, when it fires.
   */
  filling(name: string, network: SettledNetwork): Promise<FillingModel>;
}

/** A model that fills in. */
export interface FillingModel {
  /** It. */
  model: ConditionalNetwork;
  /** Seconds of all epochs, held-out chorales included. */
  seconds: number;
  /** Frees the network. */
  dispose: () => void;
}

/** Which of some names are of systems that name what comes next, and which of those that fill in. */
export function choraleSystemsOf(names: readonly string[]): { entries: ChoraleSystem[]; fills: string[] } {
  const fills = FILLING_SYSTEMS.map(({ name }) => name).filter((name) => names.includes(name));
  return { entries: names.filter((name) => !fills.includes(name)).map(choraleSystem), fills };
}

/**
 * Lets systems learn the chorales of a corpus: in one run of training for each network, whoever asks for it, on the ladder,
 * in a mixture, or to play. A run that was stopped goes on; one that has ended is taken as it is.
 *
 * Needs the permissions to read the project and to write the cache.
 *
 * @param names The systems that will be asked for, of `CHORALE_SYSTEMS` and `FILLING_SYSTEMS`.
 * @throws {RangeError} If a system has another name.
 */
export async function openChoraleModels(
  corpus: ChoraleCorpus,
  names: readonly string[],
  options: ChoraleModelsOptions = {},
): Promise<ChoraleModels> {
  const { signal, onProgress = () => {} } = options, { entries, fills } = choraleSystemsOf(names);
  const { code, kernel } = await versionsFor<unknown>([
    ...entries.map(({ system }) => system),
    ...fills.map(fillingSystem),
  ]);
  const cache = resultCache(options.cache ?? EVALUATION_CACHE), hash = shortHash(JSON.stringify(corpus));
  const range = { lowest: corpus.lowest, highest: corpus.highest }, keep = keepLatest<NetworkWindows>();
  const run = ({ system: { name }, settings }: SettledNetwork) =>
    cache.folder({ code: code.learning, system: name, settings: JSON.stringify(settings), kernel, corpus: hash });
  return {
    code,
    kernel,
    cache,
    hash,
    dependencies(system, seed) {
      const networks = networksOf(system, seed, options);
      const trained = networks.map(({ system, settings }) => [system.name, JSON.stringify(settings)]);
      const computed = networks.length > 0 ? kernel : null;
      const of = { code: code.measuring, system: system.name, networks: trained, kernel: computed, corpus: hash };
      return { networks, of };
    },
    async learned({ system, pieces }, networks) {
      const [train, heldOut] = [corpus.train, corpus.valid].map((side) => pieces(side, range));
      return await learnChorales(system, { networks, train, heldOut, range, run, keep, signal, onProgress });
    },
    async filling(name, network) {
      const system = fillingSystem(name), settings = { ...network.settings, range };
      const [train, heldOut] = [corpus.train, corpus.valid].map(momentPieces), { title } = system;
      const { history, best: { model }, last } = await trainNetwork({
        ...{ system, train, heldOut, settings, keep, signal, onProgress },
        run: await run(network),
        label: title,
      });
      last.model.dispose();
      const filling = conditionalNetwork(model, {
        name: title,
        encoding: system.encoding(settings),
        heads: system.heads(settings),
      });
      return {
        model: filling,
        seconds: history.epochs.reduce((sum, { seconds }) => sum + seconds, 0),
        dispose() {
          filling.dispose();
          model.dispose();
        },
      };
    },
  };
}
