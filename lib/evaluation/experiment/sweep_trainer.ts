import type * as tf from "@tensorflow/tfjs";
import { type Corpus, splitByPiece } from "../../corpus/mod.ts";
import { paperEncoding } from "../../encodings/mod.ts";
import { checkOptions, type Kind, kinds, nearest, optional } from "../../options/mod.ts";
import { seeded } from "../../random/mod.ts";
import { READING, type Reading, type Settings, settings, settingsJson } from "../../settings/mod.ts";
import { noteNetworkSystem } from "../../systems/mod.ts";
import { DamageError, replaceFile } from "../../files/mod.ts";
import {
  dropCheckpoints,
  evaluate,
  fit,
  type History,
  loadRun,
  measuredAt,
  resumeOrBegin,
  saveModel,
  saveRun,
} from "../../training/mod.ts";
import { type Windows, windowsOf } from "../../windows/mod.ts";
import { type Side, sideOf } from "./section_data.ts";
import { keepLatest } from "./keep_latest.ts";
import type { NetworkWindows } from "./train_network.ts";
import { usablePieces } from "./usable_pieces.ts";

/** What {@linkcode SweepTrainer.survey} takes. */
export interface SurveyOptions {
  /** What the settings start from. */
  reading: Reading;
  /** Name of the network. */
  system: string;
  /** The settings of each trial, over those of the system and the reading. */
  trials: readonly Partial<Omit<Settings, "reading">>[];
  /** The held-out loss that trials are compared by: `total`, or the name of a head. */
  minimise: string;
}

/** What {@linkcode SweepTrainer.survey} finds. */
export interface Survey {
  /** All settings of each trial. */
  settings: Settings[];
  /** How many held-out notes a loss is the mean of. */
  notes: number;
}

/** What {@linkcode SweepTrainer.train} takes. */
export interface TrainTrialOptions {
  /** All settings of the trial, its seed included. */
  settings: Settings;
  /** The epoch up to which it trains, of those that its settings say. */
  until: number;
  /** The held-out loss whose lowest value is asked for: `total`, or the name of a head. */
  minimise: string;
  /**
   * Folder of the run. What is there of it goes on, or is taken as it is. It gets `settings.json` and `history.json`, and
   * at the last epoch `run.json` and `model/`, as notebook 5 leaves them; then the checkpoint goes.
   */
  run: string;
  /**
   * Stops before the next step.
   *
   * @default undefined
   */
  signal?: AbortSignal;
  /**
   * Told how many epochs are done, the part of one under way included.
   *
   * @default undefined
   */
  onStep?: (epochs: number) => void | Promise<void>;
}

/** How good a trial is. */
export interface TrainedTrial {
  /** The lowest held-out loss up to there. */
  loss: number;
  /** The epoch that had it, from 1. */
  epoch: number;
  /** Seconds of training, measuring on held-out notes included. */
  seconds: number;
}

/** Trains the trials of a sweep on one corpus. */
export interface SweepTrainer {
  /**
   * Settles what each trial is, and sees to it that their losses can be compared: that they are means over the same held-out
   * notes, and losses of the same kind.
   *
   * @throws {RangeError} If there is no such network, it has no such loss, or a setting is out of range.
   * @throws {TypeError} If a setting is unknown or of the wrong type, or losses cannot be compared.
   */
  survey(options: SurveyOptions): Survey;
  /**
   * Trains a trial up to an epoch, from where it was left. Its best epoch's weights are those of the lowest total.
   *
   * @throws {RangeError} If there are too few notes for a window.
   * @throws {Error} If a loss becomes NaN or infinite.
   * @throws {DOMException} The signal's reason, when it fires; what was learned stays in the run's folder.
   */
  train(options: TrainTrialOptions): Promise<TrainedTrial>;
}

/** Settings that change nothing in what a network hears: trials that differ in these alone have the same windows. */
const OF_TRAINING: ReadonlySet<keyof Settings> = new Set<keyof Settings>([
  ...["units", "dropout", "batchSize", "dropRemainder", "reshuffle", "epochs", "patience", "monitor", "seed"] as const,
  ...["learningRate", "schedule", "warmUpSteps", "plateauPatience", "weightDecay", "clipNorm", "averageDecay"] as const,
  ...["lossWeights", "bias", "temperature", "count", "feedback", "carryState", "buildKernel"] as const,
]);

/**
 * Prepares a corpus for a sweep: trials learn from the training side of `splitByPiece`, doubles left out, and are judged on
 * the `valid` side, as in `evaluateCorpus`. The test pieces are not looked at.
 *
 * @param corpus An open corpus.
 */
export function sweepTrainer(corpus: Corpus): SweepTrainer {
  const { pieces, leftOut: unusable } = usablePieces(corpus.pieces);
  const split = splitByPiece(pieces, { doubles: "leave out" });
  const leftOut = [...corpus.leftOut, ...unusable, ...split.leftOut];
  const tables = keepLatest<{ train: Side; heldOut: Side }>();
  const sidesOf = (own: Settings) =>
    tables(
      [own.flattening, own.transpose],
      () => ({ train: sideOf(split.train, own), heldOut: sideOf(split.valid, own) }),
    );
  const cut = keepLatest<NetworkWindows>();
  const windowsFor = (own: Settings) => {
    const decides = Object.entries(own).filter(([name]) => !OF_TRAINING.has(name as keyof Settings));
    return cut(decides, () => {
      const { train, heldOut } = sidesOf(own);
      const encoding = noteNetworkSystem(own.system).encoding(own, train.events);
      return {
        examples: windowsOf(train.events, encoding, own),
        unseen: windowsOf(heldOut.events, encoding, own),
      };
    });
  };

  return {
    survey(options) {
      const { reading, system: name, trials, minimise } = checkOptions("survey a sweep", options, {
        reading: READING,
        system: kinds.name,
        trials: kinds.list("settings", kinds.object("settings") as Kind<SurveyOptions["trials"][number]>),
        minimise: kinds.name,
      });
      const system = noteNetworkSystem(name);
      const all = trials.map((changes) =>
        settings(reading, { ...system.defaults, ...changes, system: name, pieces: "split" })
      );
      const counts = keepLatest<number>();
      let first: Record<string, unknown> | undefined;
      for (const own of all) {
        const heads = system.heads(own), losses = ["total", ...heads.map((head) => head.name)];
        if (!losses.includes(minimise)) {
          throw new RangeError(
            `Cannot sweep: ${name} has no loss "${minimise}" among ${losses.join(", ")}, the nearest is ` +
              `"${nearest(minimise, losses)}"`,
          );
        }
        const compared = heads.filter((head) => minimise === "total" || head.name === minimise);
        const { flattening, transpose, maxSeconds, length, shift, acrossPieces, partial, supervision } = own;
        const measured = [flattening, transpose, length, shift, acrossPieces, partial, supervision];
        const notes = counts(measured, () => measuredNotes(sidesOf(own).heldOut, own));
        // Training says what is wrong with windows that cannot be made.
        if (notes === 0) continue;
        const mark = {
          "other held-out notes": notes,
          "the notes in other keys": transpose,
          "the parts in another way": flattening,
          "times that are clipped elsewhere": maxSeconds,
          "losses of another kind": JSON.stringify(
            compared.map(({ name, width, classes, kernel }) => [name, width, classes, kernel?.loss]),
          ),
          "a sum with other weights": minimise === "total"
            ? JSON.stringify(compared.map(({ name }) => own.lossWeights[name]))
            : 1,
        };
        first ??= mark;
        const differs = Object.entries(mark).find(([what, value]) => first![what] !== value)?.[0];
        if (differs) {
          throw new TypeError(
            `Cannot sweep: trials cannot be compared, because some measure ${differs}` +
              (differs === "other held-out notes"
                ? ` (${
                  first["other held-out notes"]
                } and ${notes}); length, shift, acrossPieces, partial and supervision decide it`
                : ""),
          );
        }
      }
      return { settings: all, notes: Number(first?.["other held-out notes"] ?? 0) };
    },

    async train(options) {
      const { settings: own, until, minimise, run, signal, onStep } = checkOptions("train a trial", options, {
        settings: kinds.object("settings") as Kind<Settings>,
        until: kinds.positiveInteger,
        minimise: kinds.name,
        run: kinds.name,
        signal: optional(kinds.signal) as Kind<AbortSignal | undefined>,
        onStep: optional(kinds.callback) as Kind<TrainTrialOptions["onStep"]>,
      });
      const ended = until >= own.epochs ? await endedRun(run) : undefined;
      if (ended) return judged(ended, until, minimise);
      const system = noteNetworkSystem(own.system), heads = system.heads(own);
      const { train, heldOut } = sidesOf(own), { examples, unseen } = windowsFor(own);
      const build = () => system.build({ ...own, prng: seeded(own.seed) });
      const enough = new AbortController();
      const learn = (model: tf.LayersModel, resume: boolean) =>
        fit(model, examples, {
          ...own,
          heads,
          heldOut: unseen,
          restoreBest: "heldOut",
          prng: seeded(own.seed),
          run,
          resume,
          signal: signal ? AbortSignal.any([signal, enough.signal]) : enough.signal,
          onStep: ({ epoch, step, steps }) => {
            // A checkpoint may be further than anyone has been told.
            if (epoch > until) enough.abort();
            else return onStep?.(epoch - 1 + step / steps);
          },
          onEpoch: ({ epoch }) => {
            if (epoch >= until && until < own.epochs) enough.abort();
          },
        });
      const model = build();
      try {
        const history = await resumeOrBegin((resume) => learn(model, resume));
        if (history.stopped === "interrupted" && history.epochs.length < until) throw signal!.reason;
        if (until < own.epochs) {
          await replaceFile(`${run}/settings.json`, `${settingsJson.stringify(own)}\n`);
          await replaceFile(`${run}/history.json`, `${settingsJson.stringify(history)}\n`);
          return judged(history, until, minimise);
        }
        const untrained = build();
        const before = await evaluate(untrained, examples, { ...own, heads }).finally(() => untrained.dispose());
        await saveModel(model, `${run}/model`);
        await saveRun(run, {
          corpus: corpus.name,
          settings: own,
          pieces: train.pieces,
          heldOut: heldOut.pieces,
          leftOut,
          notes: train.notes,
          windows: examples.size,
          parameters: model.countParams(),
          untrained: before,
          history,
        });
        await dropCheckpoints(run);
        return judged(history, until, minimise);
      } finally {
        model.dispose();
      }
    },
  };
}

/** How many held-out notes a loss is the mean of; 0 where there is no window. */
function measuredNotes({ events }: Side, own: Settings): number {
  let windows: Windows;
  try {
    // How notes are encoded does not change where windows begin.
    windows = windowsOf(events, paperEncoding(), { ...own, augmentation: {} });
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
  const each = measuredAt(windows, own.supervision) === "every";
  return each ? windows.counts.reduce((a, b) => a + b, 0) : windows.size;
}

/** The history of a run that has ended; nothing where it has not, or is damaged. */
async function endedRun(run: string): Promise<History | undefined> {
  try {
    return (await loadRun(run)).history;
  } catch (error) {
    if (error instanceof DamageError) console.warn(`Training anew: ${error.message}`);
    else if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function judged({ epochs }: History, until: number, minimise: string): TrainedTrial {
  const done = epochs.slice(0, until);
  const best = done.reduce((a, b) => b.heldOut![minimise] < a.heldOut![minimise] ? b : a);
  return {
    loss: best.heldOut![minimise],
    epoch: best.epoch,
    seconds: done.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
