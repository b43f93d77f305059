import { type EventPiece, type NoteEvent } from "../../encodings/mod.ts";
import { likelihood, pieceScores } from "../../metrics/mod.ts";
import { carriesState, networkModel } from "../../sampling/mod.ts";
import type { Settings } from "../../settings/mod.ts";
import type { NetworkSystem, SequenceModel } from "../../systems/mod.ts";
import { saveModel } from "../../training/mod.ts";
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
  const { system, settings, notes, seed, before, heldOut, test, code, kernel, cache, label, signal } = trial;
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
  const kept = await cache.read<TransferRun>(scoredBy);
  if (kept) return { of, folder, run: kept };

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
    const encoding = system.encoding(own, side.events), heads = system.heads(own);
    const carryState = own.carryState && carriesState(best.model);
    const model = networkModel(best.model, { name: system.title, carryState, encoding, heads });
    const watched = (what: string) => ({
      signal,
      onProgress: (done: number, total: number) => trial.onProgress({ label: `${label}: ${what}`, done, total }),
    });
    const fitted = await fitHeads(model, heldOut.events, watched("choosing by held-out pieces"));
    const nats = async (events: readonly EventPiece<NoteEvent>[], what: string) =>
      natsOf(fitted, await scoreModel(fitted, events, watched(what)));
    const run: TransferRun = {
      seed,
      pieces: side.pieces,
      notes: side.notes,
      epoch: [best.epoch, history.epochs.length],
      heldOut: await nats(heldOut.events, "scoring held-out pieces"),
      test: await nats(test.events, "scoring test pieces"),
    };
    await cache.write(scoredBy, run);
    return { of, folder, run };
  } finally {
    best.model.dispose();
  }
}

function natsOf({ heads }: SequenceModel<NoteEvent>, scored: Awaited<ReturnType<typeof scoreModel>>): HeadNats {
  const total = likelihood(pieceScores(scored, "total"));
  const each = heads.map(({ name }) => [name, likelihood(pieceScores(scored, name)).nats] as const);
  return { total: total.nats, macro: total.macroNats, ...Object.fromEntries(each) };
}
