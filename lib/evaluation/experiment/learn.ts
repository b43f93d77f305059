import type * as tf from "@tensorflow/tfjs";
import type { NoteEvent } from "../../encodings/mod.ts";
import { carriesState, type GenerateOptions, networkModel } from "../../sampling/mod.ts";
import { type CountingSystem, isNetwork, type MixtureSystem, type SequenceModel } from "../../systems/mod.ts";
import type { Settings } from "../../settings/mod.ts";
import type { History } from "../../training/mod.ts";
import { mixMembers } from "../scoring/mixture_weights.ts";
import type { Contestant, Member } from "./contestants.ts";
import type { Keep } from "./keep_latest.ts";
import { type EvaluationStage, type NetworkOfEpoch, type NetworkWindows, trainNetwork } from "./train_network.ts";

/** How a contestant learns. */
export interface LearnOptions {
  /** Seed of training. */
  seed: number;
  /** The section's settings. */
  settings: Settings;
  /** Folder of a network's training run with a seed. */
  run: (network: Contestant, seed: number) => Promise<string>;
  /**
   * Keeps the windows of the network that has learned last.
   *
   * @default they are made for each network
   */
  keep?: Keep<NetworkWindows>;
  /** Begins the label of every stage. */
  label: string;
  /** Stops it. */
  signal?: AbortSignal;
  /** Told how far it has come. */
  onProgress: (stage: EvaluationStage) => void | Promise<void>;
}

/** A model to score and to sample from. */
export interface Candidate {
  /** Its row: `last` and `best` of a network, `only` of others. */
  row: "only" | "last" | "best";
  /** What is scored. */
  model: SequenceModel<NoteEvent>;
  /** What `generate` takes, and how. */
  source: { from: SequenceModel<NoteEvent> | tf.LayersModel; as: Partial<GenerateOptions> };
  /** Seconds of learning. */
  seconds: number;
  /** The epoch of its weights; null of what has none of its own. */
  epoch: number | null;
}

/** What a contestant has learned. */
export interface Learned {
  /** One a row. */
  candidates: Candidate[];
  /** Epochs of a network. */
  history: History | null;
  /** How much each member of a mixture counts, by head. */
  weights?: Record<string, number[]>;
  /** Frees the networks. */
  dispose: () => void;
}

/**
 * Lets a contestant learn.
 *
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function learn(contestant: Contestant, options: LearnOptions): Promise<Learned> {
  const { system, settings, members, train, heldOut } = contestant;
  if (members) return await learnMixture(contestant, members, options);
  if (!settings || !isNetwork(system)) {
    const before = performance.now();
    const lessons = { train: train.events, heldOut: heldOut.events };
    const model = (system as CountingSystem<NoteEvent>).learn(lessons, options.settings);
    const seconds = (performance.now() - before) / 1000;
    return { candidates: [{ ...onlyRow(model), seconds }], history: null, dispose() {} };
  }
  const { history, last, best } = await trained({ ...contestant, system, settings }, options.seed, options);
  const candidate = (row: "last" | "best", network: NetworkOfEpoch): Candidate => {
    const { name, ...how } = listening({ ...contestant, system, settings }, network);
    return {
      row,
      model: networkModel(network.model, { name, ...how }),
      source: { from: network.model, as: { feedback: settings.feedback, ...how } },
      seconds: network.seconds,
      epoch: network.epoch,
    };
  };
  return {
    candidates: [candidate("last", last), candidate("best", best)],
    history,
    dispose() {
      last.model.dispose();
      best.model.dispose();
    },
  };
}

/** Trains the members one after the other, each in its own run, and weighs what they say as they were at their best. */
async function learnMixture(
  { system, heldOut }: Contestant,
  members: readonly Member[],
  options: LearnOptions,
): Promise<Learned> {
  const { seed, label, signal, onProgress } = options;
  const networks: NetworkOfEpoch[] = [];
  const dispose = () => networks.forEach(({ model }) => model.dispose());
  try {
    for (const [i, member] of members.entries()) {
      const of = { ...options, label: `${label}, ${i + 1} of ${members.length}` };
      const { best, last } = await trained(member, seed + member.seedsOn, of);
      last.model.dispose();
      networks.push(best);
    }
    const models = networks.map((network, i) => networkModel(network.model, listening(members[i], network)));
    const { model, weights } = await mixMembers(system as MixtureSystem<NoteEvent>, models, heldOut.events, {
      signal,
      onProgress: (done, total) => onProgress({ label: `${label}: weighing`, done, total }),
    });
    const seconds = networks.reduce((sum, { seconds }) => sum + seconds, 0);
    return { candidates: [{ ...onlyRow(model), seconds }], history: null, ...weights && { weights }, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

type NetworkContestant = Omit<Member, "seedsOn">;

async function trained(
  contestant: NetworkContestant,
  seed: number,
  { run, keep, signal, label, onProgress }: LearnOptions,
) {
  const { system, settings, train, heldOut } = contestant;
  return await trainNetwork({
    system,
    train: train.events,
    heldOut: heldOut.events,
    settings: { ...settings, seed },
    keep,
    run: await run(contestant, seed),
    signal,
    label,
    onProgress,
  });
}

/** How a trained network listens. */
function listening({ system, settings, train }: NetworkContestant, { model }: NetworkOfEpoch) {
  return {
    name: system.title,
    carryState: settings.carryState && carriesState(model),
    encoding: system.encoding(settings, train.events),
    heads: system.heads(settings),
  };
}

function onlyRow(model: SequenceModel<NoteEvent>): Omit<Candidate, "seconds"> {
  return { row: "only", model, source: { from: model, as: {} }, epoch: null };
}
