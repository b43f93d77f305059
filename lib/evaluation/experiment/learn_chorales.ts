import type { EventPiece } from "../../encodings/mod.ts";
import type { ScoredNotes } from "../../metrics/mod.ts";
import { carriesState, networkModel } from "../../sampling/mod.ts";
import { type Settings, settings } from "../../settings/mod.ts";
import {
  type CountingSystem,
  isMixture,
  isNetwork,
  type NetworkSystem,
  type SequenceModel,
  type System,
  type SystemSettings,
} from "../../systems/mod.ts";
import { mixMembers } from "../scoring/mixture_weights.ts";
import type { Keep } from "./keep_latest.ts";
import { type EvaluationStage, type NetworkWindows, trainNetwork } from "./train_network.ts";

/** What somebody has chosen for all networks, over their own settings. */
export interface ChosenSettings {
  /** Other settings. */
  overrides?: Partial<Omit<Settings, "reading" | "epochs" | "seed">>;
  /** Passes over what is learned from. */
  epochs?: number;
}

/** A network with the settings that it is trained with. */
export interface SettledNetwork {
  /** The network. */
  // deno-lint-ignore no-explicit-any
  system: NetworkSystem<any>;
  /** Its settings, the seed included. */
  settings: Settings;
}

/** The networks that a system trains with a seed: itself, its members, or none. */
// deno-lint-ignore no-explicit-any
export function networksOf(system: System<any>, seed: number, { overrides, epochs }: ChosenSettings): SettledNetwork[] {
  // deno-lint-ignore no-explicit-any
  const settled = (network: NetworkSystem<any>, own: object, seed: number) => ({
    system: network,
    settings: settings("corrected", { ...network.defaults, ...own, ...overrides, ...epochs && { epochs }, seed }),
  });
  if (isNetwork(system)) return [settled(system, {}, seed)];
  if (!isMixture(system)) return [];
  return system.members.map(({ system, settings: own = {}, seedsOn = 0 }) => settled(system, own, seed + seedsOn));
}

/** What a system learns chorales from, and how that is watched. */
export interface LearnChoralesOptions<Event> {
  /** The networks of {@linkcode networksOf}. */
  networks: readonly SettledNetwork[];
  /** The chorales as its events. */
  train: readonly EventPiece<Event>[];
  /** Those that choose: a network's epoch, a mixture's weights. */
  heldOut: readonly EventPiece<Event>[];
  /** Lowest and highest pitch. */
  range: { lowest: number; highest: number };
  /** Folder of a network's training run. */
  run: (network: SettledNetwork) => Promise<string>;
  /** Keeps the windows of the network that has learned last. */
  keep: Keep<NetworkWindows>;
  /** Stops it. */
  signal?: AbortSignal;
  /** Told how far it has come. */
  onProgress: (stage: EvaluationStage) => void | Promise<void>;
}

/** What a system of chorales has learned. */
export interface LearnedChorales<Event> {
  /** Names the next event. */
  model: SequenceModel<Event>;
  /** Seconds of counting, or of all epochs of all networks, held-out chorales included. */
  seconds: number;
  /** How much each member of a mixture counts, by head. */
  weights?: Record<string, number[]>;
  /** What a mixture gives to the held-out events, by which its weights were chosen; nothing of others. */
  heldOut?: ScoredNotes;
  /** Frees the networks. */
  dispose: () => void;
}

/**
 * Lets a system learn chorales: networks as they were after the epoch that named the held-out ones best.
 *
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function learnChorales<Event>(
  system: System<Event>,
  options: LearnChoralesOptions<Event>,
): Promise<LearnedChorales<Event>> {
  const { networks, train, heldOut, range, signal, onProgress } = options;
  const { title } = system;
  if (networks.length === 0) {
    const before = performance.now();
    const model = (system as CountingSystem<Event>).learn({ train, heldOut }, { ...settings("corrected"), range });
    return { model, seconds: (performance.now() - before) / 1000, dispose() {} };
  }
  const trained: { model: SequenceModel<Event>; seconds: number; dispose: () => void }[] = [];
  const dispose = () => trained.forEach(({ dispose }) => dispose());
  try {
    for (const [i, network] of networks.entries()) {
      const label = networks.length > 1 ? `${title}, ${i + 1} of ${networks.length}` : title;
      trained.push(await trainedNetwork(network, label, options));
    }
    const seconds = trained.reduce((sum, { seconds }) => sum + seconds, 0);
    if (!isMixture(system)) return { model: trained[0].model, seconds, dispose };
    const models = trained.map(({ model }) => model);
    const mixture = await mixMembers(system, models, heldOut, {
      score: true,
      signal,
      onProgress: (done, total) => onProgress({ label: `${title}: weighing`, done, total }),
    });
    return { ...mixture, seconds, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function trainedNetwork<Event>(
  network: SettledNetwork,
  label: string,
  { train, heldOut, range, run, keep, signal, onProgress }: LearnChoralesOptions<Event>,
) {
  const { system } = network, made: SystemSettings = { ...network.settings, range };
  const learning = { system, train, heldOut, settings: made, run: await run(network), keep, signal, label, onProgress };
  const { history, best: { model }, last } = await trainNetwork<Event>(learning);
  last.model.dispose();
  return {
    model: networkModel<Event>(model, {
      name: system.title,
      carryState: carriesState(model),
      encoding: system.encoding(made, train),
      heads: system.heads(made),
    }),
    seconds: history.epochs.reduce((sum, { seconds }) => sum + seconds, 0),
    dispose: () => model.dispose(),
  };
}
