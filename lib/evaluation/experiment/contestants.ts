import type { Piece } from "../../corpus/mod.ts";
import { type Settings, settings } from "../../settings/mod.ts";
import type { NoteEvent } from "../../encodings/mod.ts";
import {
  isMixture,
  isNetwork,
  type MixtureMember,
  type MixtureSystem,
  type NetworkSystem,
  NOTE_SYSTEMS,
  type NoteSystem,
} from "../../systems/mod.ts";
import type { CodeVersion } from "./code_version.ts";
import type { ResultCache } from "./result_cache.ts";
import { plainSettings, type SectionData, type Side, sideOf } from "./section_data.ts";

/** A system that learns, to be compared with others. */
export interface Contestant {
  /** The system. */
  system: NoteSystem;
  /** What it learns from. */
  train: Side;
  /** What it chooses smoothing, sigmas, epoch and weights by. Nothing that it learns from is in it. */
  heldOut: Side;
  /** How a network is trained and sampled; null of a system that counts or mixes. */
  settings: Settings | null;
  /** What a mixture is of; nothing of other systems. */
  members?: readonly Member[];
}

/** A network of a mixture: a contestant itself, so that its run is the one of its own row. */
export interface Member extends Contestant {
  /** The network. */
  system: NetworkSystem<NoteEvent>;
  /** How it is trained. */
  settings: Settings;
  /** What is added to the mixture's seed. */
  seedsOn: number;
}

/**
 * Epochs of a network where nobody says otherwise, and it does not either: what two cores do in some minutes, not where
 * it has learned all.
 */
function defaultEpochs(corpus: string, { learnsFrom, defaults }: NoteSystem, { flattening, epochs }: Settings): number {
  if (learnsFrom || defaults?.epochs !== undefined) return epochs;
  return corpus === "bachcentral" && flattening === "all" ? 8 : 20;
}

/** What {@linkcode contestants} chooses from. */
export interface ContestantsOptions {
  /** Name of the corpus. */
  corpus: string;
  /** All its pieces. */
  pieces: readonly Piece[];
  /** The section's notes. */
  data: SectionData;
  /** The section's settings. */
  settings: Settings;
  /** What of them somebody has chosen: it goes before a system's own values. */
  overrides: Partial<Omit<Settings, "reading">>;
  /** Epochs of all networks. @default {defaultEpochs} */
  epochs?: number;
  /** Which systems. */
  names: readonly string[];
}

/** What is compared in a section, in the order of its rows. */
export function contestants(options: ContestantsOptions): Contestant[] {
  const { pieces, data: { sides: { train, heldOut } }, settings: ofSection, names } = options;
  return NOTE_SYSTEMS.filter(({ name }) => names.includes(name)).flatMap((system): Contestant[] => {
    const { learnsFrom } = system;
    const settled = isNetwork(system) ? networkSettings(system, options) : null;
    const members = isMixture(system) ? membersOf(system, options) : undefined;
    if (!learnsFrom) return [{ system, train, heldOut, settings: settled, ...members && { members } }];
    const chosen = learnsFrom.flatMap((path) => pieces.filter((piece) => piece.path === path));
    if (ofSection.pieces !== "seven" || chosen.length < learnsFrom.length) return [];
    const unseen = pieces.filter(({ path }) => heldOut.pieces.includes(path) && !learnsFrom.includes(path));
    return [{ system, train: sideOf(chosen, ofSection), heldOut: sideOf(unseen, ofSection), settings: settled }];
  });
}

/** How a network is trained: by the reading, its own settings, those of the mixture that it is in, and what somebody has chosen. */
function networkSettings(
  system: NoteSystem,
  { corpus, settings: ofSection, overrides, epochs }: ContestantsOptions,
  inMixture: MixtureMember<NoteEvent>["settings"] = {},
): Settings {
  const { name, defaults } = system;
  const chosen = { ...defaults, ...inMixture, ...overrides, seed: ofSection.seed, system: name };
  const own = settings(ofSection.reading, chosen);
  return { ...own, epochs: epochs ?? defaultEpochs(corpus, system, own) };
}

function membersOf({ members }: MixtureSystem<NoteEvent>, options: ContestantsOptions): Member[] {
  const { train, heldOut } = options.data.sides;
  return members.map(({ system, settings: own, seedsOn = 0 }) => ({
    system,
    train,
    heldOut,
    settings: networkSettings(system, options, own),
    seedsOn,
  }));
}

/**
 * What the weights of a network depend on, besides the code: whoever has the same has the same run, a member of a
 * mixture that of its own row.
 *
 * @param kernel What computes networks.
 */
export function trainingOf({ system, settings, train, heldOut }: Contestant, seed: number, kernel: string | null) {
  return {
    kernel: settings ? kernel : null,
    contestant: system.name,
    settings: settings ? plainSettings({ ...settings, seed }) : null,
    train: train.hash,
    heldOut: heldOut.hash,
  };
}

/** What all that a contestant has learned depends on, besides the code: of a mixture, its members' weights. */
export function learningOf(contestant: Contestant, seed: number, kernel: string | null) {
  const { members } = contestant;
  return {
    ...trainingOf(contestant, seed, kernel),
    ...members && { members: members.map((member) => trainingOf(member, seed + member.seedsOn, kernel)) },
  };
}

/** Where networks are trained: the folder of a contestant's run with a seed. */
export function runsIn(
  cache: ResultCache,
  { learning }: CodeVersion,
  kernel: string | null,
): (network: Contestant, seed: number) => Promise<string> {
  return (network, seed) => cache.folder({ code: learning, ...trainingOf(network, seed, kernel) });
}
