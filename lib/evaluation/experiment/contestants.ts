import type { Piece } from "../../corpus/mod.ts";
import { type Settings, settings } from "../../settings/mod.ts";
import { isNetwork, NOTE_SYSTEMS, type NoteSystem } from "../../systems/mod.ts";
import { type SectionData, type Side, sideOf } from "./section_data.ts";

/** A system that learns, to be compared with others. */
export interface Contestant {
  /** The system. */
  system: NoteSystem;
  /** What it learns from. */
  train: Side;
  /** What it chooses smoothing, sigmas and epoch by. Nothing that it learns from is in it. */
  heldOut: Side;
  /** How a network is trained and sampled; null of a system that counts. */
  settings: Settings | null;
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
  const { corpus, pieces, data: { sides }, settings: ofSection, overrides, names } = options;
  return NOTE_SYSTEMS.filter(({ name }) => names.includes(name)).flatMap((system): Contestant[] => {
    const { name } = system;
    const own = settings(ofSection.reading, { ...system.defaults, ...overrides, seed: ofSection.seed, system: name });
    const { epochs = defaultEpochs(corpus, system, own) } = options;
    const settled = isNetwork(system) ? { ...own, epochs } : null;
    const { learnsFrom } = system;
    if (!learnsFrom) return [{ system, train: sides.train, heldOut: sides.heldOut, settings: settled }];
    const chosen = learnsFrom.flatMap((path) => pieces.filter((piece) => piece.path === path));
    if (ofSection.pieces !== "seven" || chosen.length < learnsFrom.length) return [];
    const unseen = pieces.filter(({ path }) => sides.heldOut.pieces.includes(path) && !learnsFrom.includes(path));
    return [{ system, train: sideOf(chosen, ofSection), heldOut: sideOf(unseen, ofSection), settings: settled }];
  });
}
