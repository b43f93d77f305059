import { fileURLToPath } from "node:url";
import type { ChoraleCorpus } from "../../corpus/mod.ts";
import { type EventPiece, momentPieces, tokenPieces } from "../../encodings/mod.ts";
import { startBackend } from "../../kernels/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import {
  conditionalNetwork,
  gibbsHarmoniser,
  type Harmoniser,
  networkModel,
  tokenHarmoniser,
} from "../../sampling/mod.ts";
import { type Settings, settings } from "../../settings/mod.ts";
import { bachbot, deepbach, deepbachHolds, type NetworkSystem } from "../../systems/mod.ts";
import { codeVersion } from "./code_version.ts";
import { resultCache } from "./result_cache.ts";
import { shortHash } from "./short_hash.ts";
import { type EvaluationStage, trainNetwork } from "./train_network.ts";

/** Systems that harmonise. */
export const HARMONISERS = ["deepbach", "bachbot"] as const;

/** Where {@linkcode trainHarmoniser} keeps what it has trained. */
export const HARMONISER_CACHE: string = fileURLToPath(new URL("../../../data/cache/harmonisers/", import.meta.url));

/** What {@linkcode trainHarmoniser} can be told. */
export interface TrainHarmoniserOptions {
  /** Which system. @default "deepbach" */
  system?: typeof HARMONISERS[number];
  /** Other settings of the network than its own. @default {{}} */
  overrides?: Partial<Omit<Settings, "reading">>;
  /** Temperature at which BachBot draws; without one it looks for what is likeliest. @default undefined */
  temperature?: number;
  /** Folder of what is trained. @default data/cache/harmonisers */
  cache?: string;
  /** Stops it; the next call goes on from there. */
  signal?: AbortSignal;
  /** Told how far it has come; not at all where the network has been trained before. */
  onProgress?: (stage: EvaluationStage) => void | Promise<void>;
}

/** A harmoniser, and what it has learned. */
export interface TrainedHarmoniser extends Harmoniser {
  /** Numbers of its network. */
  readonly parameters: number;
  /** The epoch that named the held-out chorales best. */
  readonly epoch: number;
  /** Frees the network. */
  dispose(): void;
}

/** What a network of a few chorales is made with, so that it has learned them in a minute. */
const FEW = 20, SMALL: Partial<Settings> = { units: 64, batchSize: 4, epochs: 60, dropout: 0.2 };
/** The pitches of the JSB chorales, which a smaller set does not all have. */
const LOWEST = 36, HIGHEST = 81;

/**
 * Trains a network that harmonises, or takes it as it was trained before: DeepBach, with holds, fermatas, keys and metres
 * where the chorales have them, or BachBot. With fewer than 20 chorales to learn from it is a small one.
 *
 * Needs the permissions to read the project and to write the cache.
 *
 * @param chorales What it learns from: its `train` side; the `valid` side chooses the epoch.
 * @param options Which system, and how.
 * @throws {RangeError} If an option is out of range, or there is nothing to learn from.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function trainHarmoniser(
  chorales: ChoraleCorpus,
  options: TrainHarmoniserOptions = {},
): Promise<TrainedHarmoniser> {
  const { system = "deepbach", overrides, temperature, cache = HARMONISER_CACHE, signal, onProgress = () => {} } =
    checkOptions("train a harmoniser", options, {
      system: optional(kinds.oneOf(...HARMONISERS)),
      overrides: optional(kinds.object("settings") as Kind<Partial<Settings>>),
      temperature: optional(kinds.positiveNumber),
      cache: optional(kinds.name),
      signal: optional(kinds.signal as Kind<AbortSignal>),
      onProgress: optional(kinds.callback as Kind<TrainHarmoniserOptions["onProgress"]>),
    });
  const { train, valid } = chorales;
  if (train.length === 0 || valid.length === 0) {
    throw new RangeError(
      "Cannot train a harmoniser: there must be a chorale to learn from, and one to choose the epoch by",
    );
  }
  await startBackend();
  const notation = [...train, ...valid].every(({ notation }) => notation);
  const range = { lowest: Math.min(LOWEST, chorales.lowest), highest: Math.max(HIGHEST, chorales.highest) };
  const small = train.length < FEW ? SMALL : {};
  const code = await codeVersion();
  const learn = async <Event>(
    network: NetworkSystem<Event>,
    pieces: (side: ChoraleCorpus["train"]) => EventPiece<Event>[],
  ) => {
    const chosen = { ...settings("corrected", { ...network.defaults, ...small, ...overrides }), range };
    const of = {
      code: code.learning,
      system: network.name,
      settings: chosen,
      corpus: shortHash(JSON.stringify([train, valid])),
    };
    const { best, last } = await trainNetwork({
      system: network,
      train: pieces(train),
      heldOut: pieces(valid),
      settings: chosen,
      run: await resultCache(cache).folder(of),
      ...{ signal, label: network.title, onProgress },
    });
    last.model.dispose();
    return { chosen, model: best.model, epoch: best.epoch };
  };
  if (system === "bachbot") {
    const { chosen, model, ...learned } = await learn(bachbot, tokenPieces);
    const named = networkModel(model, {
      name: bachbot.title,
      carryState: true,
      encoding: bachbot.encoding(chosen),
      heads: bachbot.heads(chosen),
    });
    return {
      ...tokenHarmoniser(named, { name: bachbot.title, range, notation, temperature }),
      ...learned,
      parameters: named.parameters,
      dispose: () => model.dispose(),
    };
  }
  const network = notation ? deepbachHolds : deepbach;
  const { chosen, model, ...learned } = await learn(network, momentPieces);
  const named = conditionalNetwork(model, {
    name: deepbach.title,
    encoding: network.encoding(chosen),
    heads: network.heads(chosen),
  });
  return {
    ...gibbsHarmoniser(named, { name: deepbach.title, range, notation }),
    ...learned,
    parameters: named.parameters,
    dispose() {
      named.dispose();
      model.dispose();
    },
  };
}
