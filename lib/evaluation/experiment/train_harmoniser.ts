import type { ChoraleCorpus } from "../../corpus/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { gibbsHarmoniser, type Harmoniser, tokenHarmoniser } from "../../sampling/mod.ts";
import type { Settings } from "../../settings/mod.ts";
import {
  bachbot,
  choraleSystem,
  deepbach,
  deepbachMasked,
  deepbachMaskedHolds,
  fillingSystem,
} from "../../systems/mod.ts";
import { openChoraleModels } from "./chorale_models.ts";
import { FIRST_SEED } from "./evaluate_corpus.ts";
import { networksOf } from "./learn_chorales.ts";
import type { EvaluationStage } from "./train_network.ts";

/** Systems that harmonise. */
export const HARMONISERS = ["bachbot", "deepbach"] as const;

/** What {@linkcode trainHarmoniser} can be told. */
export interface TrainHarmoniserOptions {
  /** Which system. @default "bachbot" */
  system?: typeof HARMONISERS[number];
  /** Other settings of the network than its own. @default {{}} */
  overrides?: Partial<Omit<Settings, "reading" | "epochs" | "seed">>;
  /** Passes over what is learned from. @default its own */
  epochs?: number;
  /** Temperature at which BachBot draws; without one it looks for what is likeliest. @default undefined */
  temperature?: number;
  /** Ways that BachBot follows at a time where it does not draw. @default 4 */
  width?: number;
  /** How often DeepBach draws each cell anew, about. @default 16 */
  updates?: number;
  /** Folder of what is trained. @default data/cache/evaluation */
  cache?: string;
  /** Stops it; the next call goes on from there. */
  signal?: AbortSignal;
  /** Told how far it has come; not at all where the network has been trained before. */
  onProgress?: (stage: EvaluationStage) => void | Promise<void>;
}

/** A harmoniser that has learned. */
export interface TrainedHarmoniser extends Harmoniser {
  /** How many numbers it has learned. */
  readonly parameters: number;
  /** Frees the network. */
  dispose(): void;
}

/** With fewer chorales to learn from a network is smaller, hears them more often, and does not stop before it has. */
const FEW = 20;
const SMALL = {
  deepbach: { overrides: { units: 128, batchSize: 2, patience: Infinity }, epochs: 80 },
  bachbot: {
    overrides: { units: 128, batchSize: 2, length: 120, shift: 120, dropout: 0.1, patience: Infinity },
    epochs: 120,
  },
} as const satisfies Record<string, Pick<TrainHarmoniserOptions, "overrides" | "epochs">>;
/** The pitches of the JSB chorales, which a smaller set does not all have. */
const LOWEST = 36, HIGHEST = 81;

/**
 * Trains a network that harmonises, or takes it as it was trained before: BachBot, or DeepBach, which has learned to begin
 * from nothing (`deepbachMasked`); with fermatas, and DeepBach with keys and metres, where the chorales have them. With fewer
 * than 20 chorales to learn from it is a small one. What is trained is kept with the networks of `evaluateChorales`, which are the same ones.
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
  const { system = "bachbot", overrides, epochs, temperature, width, updates, ...how } = checkOptions(
    "train a harmoniser",
    options,
    {
      system: optional(kinds.oneOf(...HARMONISERS)),
      overrides: optional(kinds.object("settings") as Kind<TrainHarmoniserOptions["overrides"]>),
      epochs: optional(kinds.positiveInteger),
      temperature: optional(kinds.positiveNumber),
      width: optional(kinds.positiveInteger),
      updates: optional(kinds.positiveNumber),
      cache: optional(kinds.name),
      signal: optional(kinds.signal as Kind<AbortSignal>),
      onProgress: optional(kinds.callback as Kind<TrainHarmoniserOptions["onProgress"]>),
    },
  );
  const { train, valid, lowest, highest } = chorales;
  if (train.length === 0 || valid.length === 0) {
    throw new RangeError(
      "Cannot train a harmoniser: there must be a chorale to learn from, and one to choose the epoch by",
    );
  }
  const notation = [...train, ...valid].every(({ notation }) => notation);
  const name = system === "bachbot" ? bachbot.name : notation ? deepbachMaskedHolds.name : deepbachMasked.name;
  const range = { lowest: Math.min(LOWEST, lowest), highest: Math.max(HIGHEST, highest) };
  const small = train.length < FEW ? SMALL[system] : undefined;
  const chosen = { overrides: { ...small?.overrides, ...overrides }, epochs: epochs ?? small?.epochs };
  const opened = await openChoraleModels({ ...chorales, ...range }, [name], { ...how, ...chosen });
  if (system === "bachbot") {
    const { model, dispose } = await opened.learned(choraleSystem(name), networksOf(bachbot, FIRST_SEED, chosen));
    const told = { name: bachbot.title, range, notation, temperature, width };
    return { ...tokenHarmoniser(model, told), parameters: model.parameters, dispose };
  }
  const [network] = networksOf(fillingSystem(name), FIRST_SEED, chosen);
  const { model, dispose } = await opened.filling(name, network);
  return {
    ...gibbsHarmoniser(model, { name: deepbach.title, range, notation, updates }),
    ...{ parameters: model.parameters, dispose },
  };
}
