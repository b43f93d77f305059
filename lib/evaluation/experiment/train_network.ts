import type * as tf from "@tensorflow/tfjs";
import type { EventPiece } from "../../encodings/mod.ts";
import { ownerWords, takeLock } from "../../locks/mod.ts";
import { seeded } from "../../random/mod.ts";
import type { NetworkSystem, SystemSettings } from "../../systems/mod.ts";
import {
  bestEpoch,
  fit,
  type History,
  layersModelStep,
  loadModel,
  resumeOrBegin,
  type StepReport,
} from "../../training/mod.ts";
import { type Windows, windowsOf } from "../../windows/mod.ts";
import { type Keep, keepLatest } from "./keep_latest.ts";

/** A stage of an evaluation, and how far it has come. */
export interface EvaluationStage {
  /** What is being done; another label begins another stage. */
  label: string;
  /** How much is done. */
  done: number;
  /** How much there is to do. */
  total: number;
  /** A few words more. */
  note?: string;
}

/** What {@linkcode trainNetwork} learns from, and how it is watched. */
export interface TrainNetworkOptions<Event> {
  /** Which network. */
  system: NetworkSystem<Event>;
  /** Pieces to learn from. */
  train: readonly EventPiece<Event>[];
  /** Pieces by which the best epoch is found. */
  heldOut: readonly EventPiece<Event>[];
  /** How it learns, its seed included. */
  settings: SystemSettings;
  /**
   * Folder of another run, whose trained model in `model/` it begins with.
   *
   * @default {undefined} It begins with weights that the seed decides.
   */
  initialWeights?: string;
  /**
   * Keeps windows for the next network that hears the same.
   *
   * @default they are made for this one
   */
  keep?: Keep<NetworkWindows>;
  /** Folder of the run. If a run is there that was stopped, it goes on; one that has ended is taken as it is. */
  run: string;
  /** Stops before the next step. */
  signal?: AbortSignal;
  /** What is trained, for people. */
  label: string;
  /** Called, and awaited, after each step. */
  onProgress: (stage: EvaluationStage) => void | Promise<void>;
}

/** Windows that a network learns from, and by which its best epoch is found. */
export interface NetworkWindows {
  /** To learn from. */
  examples: Windows;
  /** Held out. */
  unseen: Windows;
}

/** A network as it was after an epoch. */
export interface NetworkOfEpoch {
  /** With the weights of that epoch. */
  model: tf.LayersModel;
  /** Which, counted from 1. */
  epoch: number;
  /** Seconds of the steps up to there. */
  seconds: number;
}

/** A network with the weights of two of its epochs. The models are the caller's to dispose of. */
export interface TrainedNetwork {
  /** All epochs. */
  history: History;
  /** As the recipe ends, with the weights of the last epoch. */
  last: NetworkOfEpoch;
  /** Stopped in time, with the weights of the epoch with the lowest held-out total loss. */
  best: NetworkOfEpoch;
}

/**
 * Trains a network once, for two ends: that of its recipe, early
 * stopping included, and that at which it should have stopped.
 *
 * @throws {RangeError} If there are too few notes for a window on one of the sides.
 * @throws {Error} If a loss becomes NaN or infinite.
 * @throws {DOMException} The signal's reason, when it fires; what was learned stays in the run's folder.
 */
export async function trainNetwork<Event>(options: TrainNetworkOptions<Event>): Promise<TrainedNetwork> {
  const { system, settings: { range, ...settings }, initialWeights, run, signal, label, onProgress } = options;
  const onStep = ({ epoch, epochs, step, steps, losses }: StepReport) =>
    onProgress({
      label: `${label}: training`,
      done: (epoch - 1) * steps + step,
      total: epochs * steps,
      note: `epoch ${epoch} of ${epochs}, loss ${losses.total.toPrecision(4)}`,
    });
  // Another evaluation may need the same network: whoever comes second takes what the first has trained.
  using _lock = await takeLock(`${run}.training`, {
    what: "This network",
    wait: Infinity,
    onWait: (owner) =>
      void onProgress({ label: `${label}: waiting for ${ownerWords(owner)}, which trains it`, done: 0, total: 1 }),
    signal,
  });
  const { examples, unseen } = windowsFor(options);
  const model = system.build({ ...settings, range, prng: seeded(settings.seed) });
  const heads = system.heads({ ...settings, range });
  // Where a head has no loss on the kernel, that is the system's choice: nobody needs to be told what to write instead.
  const way = heads.every(({ kernel }) => kernel) ? {} : { createStep: layersModelStep };
  const train = (resume: boolean) => {
    const prng = seeded(settings.seed);
    const watched = {
      ...way,
      heads,
      heldOut: unseen,
      restoreBest: "heldOut" as const,
      prng,
      initialWeights,
      run,
      resume,
      signal,
      onStep,
    };
    return fit(model, examples, { ...settings, ...watched });
  };
  try {
    const history = await resumeOrBegin(train);
    signal?.throwIfAborted();
    // The checkpoint has the last epoch's weights; those of the best are in the model.
    const last = await loadModel(`${run}/checkpoint`);
    const batches = examples.size / settings.batchSize;
    const steps = settings.dropRemainder ? Math.floor(batches) : Math.ceil(batches);
    const after = (epoch: number, model: tf.LayersModel): NetworkOfEpoch => ({
      model,
      epoch,
      seconds: epoch * steps * history.secondsPerStep,
    });
    return {
      history,
      last: after(history.epochs.length, last),
      best: after(bestEpoch(history.epochs, "heldOut"), model),
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function windowsFor<Event>(
  { system, train, heldOut, settings, keep = keepLatest() }: TrainNetworkOptions<Event>,
): NetworkWindows {
  const encoding = system.encoding(settings, train), { range: _range, ...others } = settings;
  const { length, shift, acrossPieces, partial, augmentation } = settings;
  const pieces = [train, heldOut].map((side) => side.map(({ piece, events }) => [piece, events.length]));
  const of = [pieces, encoding.name, encoding.settings, length, shift, acrossPieces, partial, augmentation];
  return keep(of, () => ({
    examples: windowsOf(train, encoding, others),
    unseen: windowsOf(heldOut, encoding, others),
  }));
}
