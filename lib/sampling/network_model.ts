import type * as tf from "@tensorflow/tfjs";
import { accelerate, stackOf } from "../layers/mod.ts";
import type { HeardNote, NoteModel } from "../models/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { paperEncoding } from "../encodings/mod.ts";
import { paperHeads } from "../heads/mod.ts";
import { matchOf } from "../training/mod.ts";
import { carryingListener } from "./carrying_listener.ts";
import { followWindows, windowListener } from "./window_listener.ts";

/** Options of {@linkcode networkModel}. */
export interface NetworkModelOptions {
  /** What a table of results calls it. */
  name: string;
  /**
   * Carry what the layers remember through the whole piece, each note heard once; or else read the last `length` notes
   * anew for each that is named, at the beginning of a piece as many as there are.
   */
  carryState: boolean;
  /**
   * Longest step and duration that the network is shown, in seconds: as in the windows that it learned from.
   *
   * @default Infinity
   */
  maxSeconds?: number;
}

/**
 * A network as a {@linkcode NoteModel}. It hears pitch / 128, step and duration
 * of each note, and says the pitch by its logits, step and duration in seconds.
 *
 * Reading windows is how the published run sampled. Carrying the state costs a
 * few hundredths of a millisecond a note, and remembers more than the network
 * ever heard in training, where it began anew with each window.
 *
 * @param model A model with the heads `pitch`, `step` and `duration`, for windows of a length of its own. A listener
 * goes by the weights that it has when the listener begins.
 * @throws {TypeError} If the model has other heads or another input, or is to carry a state that it does not have; if an
 * option is of the wrong type.
 * @throws {RangeError} If it takes windows of any length, or `maxSeconds` is not positive.
 */
export function networkModel(model: tf.LayersModel, options: NetworkModelOptions): NoteModel {
  const { name, carryState, maxSeconds = Infinity } = checkOptions("listen", options, {
    name: kinds.name,
    carryState: kinds.boolean,
    maxSeconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  });
  const length = windowLength(model);
  if (carryState && !stackOf(model)) {
    throw new TypeError("Cannot listen: to carry its state, the model must be a stack of LSTM or GRU layers");
  }
  accelerate(model);
  const inputs = ({ pitch, step, duration }: HeardNote) =>
    Float32Array.of(pitch / 128, Math.min(step, maxSeconds), Math.min(duration, maxSeconds));
  const named = {
    name,
    get parameters() {
      return model.countParams();
    },
  };
  return Object.assign(
    named,
    carryState ? { listen: () => carryingListener(model, inputs)! } : {
      listen: () => windowListener(model, length, inputs),
      follow: (piece: readonly HeardNote[]) => followWindows(model, length, piece, inputs),
    },
  );
}

/**
 * How many notes a network sees.
 *
 * @throws {RangeError} If it does not say.
 */
export function windowLength(model: tf.LayersModel): number {
  const length = model?.inputs?.[0].shape[1];
  matchOf(model, { length: length ?? 0, encoding: paperEncoding() }, paperHeads());
  if (length === null) {
    throw new RangeError("Cannot listen: the model takes windows of any length; build it with a length of its own");
  }
  return length;
}
