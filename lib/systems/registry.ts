import { bachbot } from "./bachbot.ts";
import { repeat, uniform } from "./baselines.ts";
import { bigramGrid, repeatGrid, uniformGrid, unigramGrid } from "./chorale_baselines.ts";
import { choraleMixture } from "./chorale_mixture.ts";
import { choraleViewpoints, choraleViewpointsOwnPast, choraleViewpointsTraining } from "./chorale_viewpoints.ts";
import { deepbach, deepbachHolds, deepbachMasked, deepbachMaskedHolds, deepbachNotes } from "./deepbach.ts";
import { gridGru } from "./grid_gru.ts";
import { gruDensity } from "./gru_density.ts";
import { gruMetre } from "./gru_metre.ts";
import { bigram, ngrams, unigram } from "./ngrams.ts";
import { musicTransformer, musicTransformerNotes } from "./music_transformer.ts";
import { paperLstm, paperLstmSeven } from "./paper_lstm.ts";
import { type ChoraleSystem, overCells, overFrames, overTokens } from "./chorale_system.ts";
import {
  type FillingSystem,
  isNetwork,
  type NetworkSystem,
  type NoteSystem,
  type SystemDescription,
} from "./system.ts";
import type { NoteEvent } from "../encodings/mod.ts";
import { viewpoints, viewpointsBars, viewpointsOwnPast, viewpointsTraining } from "./viewpoints.ts";
import { viewpointsMixture, viewpointsPlayer } from "./viewpoints_mixture.ts";
import { voiceAlone, voiceGiven, voicePast } from "./voice_by_voice.ts";

/** All systems of notes, in the order of tables: a line each, and nothing else, makes a system known everywhere. */
export const NOTE_SYSTEMS: readonly NoteSystem[] = [
  uniform,
  repeat,
  unigram,
  bigram,
  ngrams,
  paperLstm,
  paperLstmSeven,
  gruMetre,
  gruDensity,
  musicTransformerNotes,
  viewpoints,
  viewpointsBars,
  viewpointsOwnPast,
  viewpointsTraining,
  viewpointsMixture,
  viewpointsPlayer,
  voiceAlone,
  voicePast,
  voiceGiven,
];

/**
 * The bar and the best: the n-grams, and of each of `Reads` the system of notes that names held-out notes of the paper's
 * corpus best. `deno task evaluate --models best` compares them.
 */
export const BEST_SYSTEMS: readonly string[] = [
  ngrams.name,
  viewpoints.name,
  viewpointsOwnPast.name,
  viewpointsMixture.name,
];

/** All systems of chorales, in the order of tables. */
export const CHORALE_SYSTEMS: readonly ChoraleSystem[] = [
  ...[uniformGrid, unigramGrid, bigramGrid(1), bigramGrid(4), bigramGrid(16), repeatGrid, gridGru].map(overCells),
  overTokens(bachbot),
  overCells(musicTransformer),
  overFrames(choraleViewpoints),
  overFrames(choraleViewpointsOwnPast),
  overFrames(choraleViewpointsTraining, "retrieval"),
  overFrames(choraleMixture, "mixture"),
];

/**
 * Of each kind the system of chorales that names held-out cells best: one model, one that looks into what it learned from,
 * and a mixture. `deno task evaluate --corpus jsb --models best` compares them.
 */
export const BEST_CHORALE_SYSTEMS: readonly string[] = [
  choraleViewpoints.name,
  choraleViewpointsTraining.name,
  choraleMixture.name,
];

/** All systems that fill in. */
export const FILLING_SYSTEMS: readonly FillingSystem[] = [
  deepbach,
  deepbachNotes,
  deepbachHolds,
  deepbachMasked,
  deepbachMaskedHolds,
];

/** Names of the systems that are compared where nobody names any. */
export function comparedByDefault(systems: readonly SystemDescription[]): string[] {
  return systems.filter(({ onRequest = false }) => !onRequest).map(({ name }) => name);
}

/**
 * A system of notes by its name.
 *
 * @throws {RangeError} If there is none of that name; the message lists them.
 */
export function noteSystem(name: string): NoteSystem {
  return named(NOTE_SYSTEMS, name, "notes");
}

/**
 * A network of notes by its name.
 *
 * @throws {RangeError} If there is none of that name; the message lists them.
 */
export function noteNetworkSystem(name: string): NetworkSystem<NoteEvent> {
  return named(NOTE_SYSTEMS.filter((system) => isNetwork(system)), name, "notes that is a network");
}

/**
 * A system of chorales by its name.
 *
 * @throws {RangeError} If there is none of that name; the message lists them.
 */
export function choraleSystem(name: string): ChoraleSystem {
  const { name: found } = named(CHORALE_SYSTEMS.map(({ system }) => system), name, "chorales");
  return CHORALE_SYSTEMS.find(({ system }) => system.name === found)!;
}

/**
 * A system that fills in, by its name.
 *
 * @throws {RangeError} If there is none of that name; the message lists them.
 */
export function fillingSystem(name: string): FillingSystem {
  return named(FILLING_SYSTEMS, name, "chorales that fills in");
}

function named<System extends SystemDescription>(systems: readonly System[], name: string, of: string): System {
  const found = systems.find((system) => system.name === name);
  if (found) return found;
  const names = systems.map((system) => system.name).join(", ");
  throw new RangeError(`Cannot take "${name}": there is no system of ${of} of that name among ${names}`);
}
