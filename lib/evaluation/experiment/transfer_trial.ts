import type * as tf from "@tensorflow/tfjs";
import type { NoteEvent } from "../../encodings/mod.ts";
import { likelihood, pieceScores } from "../../metrics/mod.ts";
import { carriesState, networkModel } from "../../sampling/mod.ts";
import type { Settings } from "../../settings/mod.ts";
import type { NetworkSystem } from "../../systems/mod.ts";
import { DamageError, readSealed } from "../../files/mod.ts";
import { evaluate, saveModel } from "../../training/mod.ts";
import { windowsOf } from "../../windows/mod.ts";
import type { HeadNats, TransferRun } from "../report/transfer_report.ts";
import { fitHeads } from "../scoring/fit_heads.ts";
import { scoreModel } from "../scoring/score_model.ts";
import type { CodeVersion } from "./code_version.ts";
import type { ResultCache } from "./result_cache.ts";
import { plainSettings, type Side } from "./section_data.ts";
import { type EvaluationStage, trainNetwork } from "./train_network.ts";

/**
 * Notes of an epoch, at least, and what share of all that are heard, at most: few pieces are heard several times in an
 * epoch, so that epochs are alike.
 */
const EPOCH = 16_384, SHARE = 1 / 10;

/** A training, and what it is measured on. */
export interface TransferTrial {
  /** Which network. */
  system: NetworkSystem<NoteEvent>;
  /** How it learns. */
  settings: Settings;
  /** Notes that it is to hear, about. */
  notes: number;
  /** Its seed. */
  seed: number;
  /** What it has learned before. */
  before?: Learned;
  /** Chooses the epoch. */
  heldOut: Side;
  /** Is measured. */
  test: Side;
  /** What code is at work. */
  code: CodeVersion;
  /** What computes. */
  kernel: string | null;
  /** Where results are kept. */
  cache: ResultCache;
  /** Begins the label of every stage. */
  label: string;
  /** Stops it. */
  signal?: AbortSignal;
  /** Told how far it has come. */
  onProgress: (stage: EvaluationStage) => void | Promise<void>;
}

/** A network that has learned. */
export interface Learned {
  /** All that it depends on. */
  of: Record<string, unknown>;
  /** Folder of its run. */
  folder: string;
  /** How good it is. */
  run: TransferRun;
}

/**
 * Lets a network learn from some pieces, again and again until it has heard so many notes, and scores it with the weights
 * of its best epoch, which are left in `model/` of the run's folder. What is finished is taken from the cache.
 */
export async function learnAndScore(side: Side, trial: TransferTrial): Promise<Learned> {
  const { system, settings, notes, seed, before, heldOut, test, code, kernel, cache, signal } = trial;
  signal?.throwIfAborted();
  const rounds = Math.ceil(Math.min(EPOCH, SHARE * notes) / side.notes);
  const epochs = Math.max(1, Math.round(notes / (rounds * side.notes)));
  const own: Settings = { ...settings, epochs, seed };
  const of = {
    transfer: system.name,
    settings: plainSettings(own),
    kernel,
    train: side.hash,
    rounds,
    heldOut: heldOut.hash,
    before: before?.of ?? null,
  };
  const folder = await cache.folder({ code: code.learning, ...of });
  const scoredBy = { code: code.measuring, ...of, test: test.hash };
  const make = () => learned(side, trial, { settings: own, folder, rounds });
  const run = await cache.readOr(scoredBy, make, signal);
  // Whoever learns on from it needs its model, not only what it has scored.
  if (await isWhole(`${folder}/model`)) return { of, folder, run };
  const again = await make();
  await cache.write(scoredBy, again);
  return { of, folder, run: again };
}

/** Whether a model is as it was saved; where it is damaged, a line on standard error says so. */
async function isWhole(model: string): Promise<boolean> {
  try {
    return await readSealed(model) !== undefined;
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    console.warn(`Training anew: ${error.message}`);
    return false;
  }
}

/** Lets the network learn into a folder, and scores it. */
async function learned(
  side: Side,
  trial: TransferTrial,
  { settings: own, folder, rounds }: { settings: Settings; folder: string; rounds: number },
): Promise<TransferRun> {
  const { system, seed, before, heldOut, test, label, signal } = trial;
  const { best, last, history } = await trainNetwork({
    system,
    train: Array.from({ length: rounds }, () => side.events).flat(),
    heldOut: heldOut.events,
    settings: own,
    initialWeights: before?.folder,
    run: folder,
    label,
    signal,
    onProgress: trial.onProgress,
  });
  last.model.dispose();
  try {
    await saveModel(best.model, `${folder}/model`);
    return {
      seed,
      pieces: side.pieces,
      notes: side.notes,
      epoch: [best.epoch, history.epochs.length],
      heldOut: await natsOf(best.model, heldOut, side, { ...trial, settings: own }),
      test: await natsOf(best.model, test, side, { ...trial, settings: own }),
    };
  } finally {
    best.model.dispose();
  }
}

/**
 * How well a network names the notes of some pieces. Where all its heads say classes, as losses in windows, each note once,
 * which is much quicker than hearing note after note; otherwise as `scoreModel` has it.
 */
async function natsOf(model: tf.LayersModel, of: Side, learned: Side, trial: TransferTrial): Promise<HeadNats> {
  const { system, settings, heldOut, label, signal, onProgress } = trial;
  const encoding = system.encoding(settings, learned.events), heads = system.heads(settings);
  const names = heads.map(({ name }) => name);
  if (heads.every(({ discrete }) => discrete) && settings.supervision === "every") {
    const lossWeights = Object.fromEntries(names.map((name) => [name, 1]));
    const sums = new Map(["total", ...names].map((name) => [name, 0]));
    let notes = 0, macro = 0, done = 0;
    const pieces = of.events.filter(({ events }) => events.length > 1);
    for (const piece of pieces) {
      const losses = await evaluate(model, windowsOf([piece], encoding, { ...settings, partial: true }), {
        ...settings,
        heads,
        lossWeights,
        signal,
      });
      const named = piece.events.length - 1;
      for (const [name, sum] of sums) sums.set(name, sum + named * losses[name]);
      notes += named;
      macro += losses.total / pieces.length;
      await onProgress({ label: `${label}: measuring`, done: ++done, total: pieces.length });
    }
    const means = Object.fromEntries(Array.from(sums, ([name, sum]) => [name, sum / notes]));
    return { ...means, total: means.total, macro };
  }
  const carryState = settings.carryState && carriesState(model);
  const named = networkModel(model, { name: system.title, carryState, encoding, heads });
  const watched = {
    signal,
    onProgress: (done: number, total: number) => onProgress({ label: `${label}: measuring`, done, total }),
  };
  const fitted = await fitHeads(named, heldOut.events, watched);
  const scored = await scoreModel(fitted, of.events, watched);
  const likelihoodOf = (name: string) => likelihood(pieceScores(scored, name));
  return {
    total: likelihoodOf("total").nats,
    macro: likelihoodOf("total").macroNats,
    ...Object.fromEntries(names.map((name) => [name, likelihoodOf(name).nats])),
  };
}
