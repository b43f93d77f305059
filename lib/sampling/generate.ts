import type * as tf from "@tensorflow/tfjs";
import pl, { type DataFrame } from "nodejs-polars";
import { pitchColumn, secondsColumn } from "../notes/mod.ts";
import type { Prng } from "../random/mod.ts";
import { type Reading, settings } from "../settings/mod.ts";
import { breather, checkMatch } from "../training/mod.ts";
import { carryingListener, type Listener, windowListener } from "./listener.ts";
import { samplePitch } from "./sample_pitch.ts";

/** A note that a model is given to go on from. */
export interface SeedNote {
  /** MIDI number. */
  pitch: number;
  /** Seconds since the onset of the note before. */
  step: number;
  /** Seconds. */
  duration: number;
}

/** Options of {@linkcode generate}. */
export interface GenerateOptions {
  /** Notes to generate. */
  count: number;
  /** Softmax temperature of the pitch, above 0: see `samplePitch`. */
  temperature: number;
  /** `published` feeds generated pitches back as MIDI numbers, as the run did; `corrected` divides them by 128. */
  reading: Reading;
  /** Draws the pitches: the same state gives the same notes. */
  prng: Prng;
  /**
   * Feed generated pitches back divided by 128, whatever the reading says.
   *
   * @default what the reading says
   */
  scaleFeedback?: boolean;
  /**
   * Carry the model's state from note to note instead of reading its window anew for each: every note costs the same
   * few hundredths of a millisecond, and the model goes on remembering what has left the window. That is more than it
   * has ever heard in training, where it began anew with each window, so the first note is the same in either way and
   * the later ones drift apart.
   *
   * @default what the reading says, where the model is a stack of LSTM or GRU layers
   */
  carryState?: boolean;
  /**
   * Longest step and duration that the model is shown, in seconds: as in the windows that it learned from.
   *
   * @default Infinity
   */
  maxSeconds?: number;
  /**
   * Gives up before the next note when it fires.
   *
   * @default undefined
   */
  signal?: AbortSignal;
  /**
   * Called, and awaited, after each note.
   *
   * @default undefined
   */
  onNote?: (done: number, total: number) => void | Promise<void>;
}

/** Loudness of generated notes; the model knows none. */
const VELOCITY = 100;

/**
 * Lets a model go on from some notes. It sees the last `length` of them, names
 * the next one, sees that too, and so on. In the published reading it then
 * forgets the oldest, in the corrected one it carries its state (`carryState`). The
 * pitch is drawn, step and duration are taken as they come, but never below 0.
 *
 * Kronforst and Mitra, "RNN Music Generation" (2025), after TensorFlow's
 * tutorial "Generate music with an RNN". From there it has a bug: pitches are
 * divided by 128 in the seed, and not in what is fed back. `published` keeps
 * it.
 *
 * @param model A model with the heads `pitch`, `step` and `duration`.
 * @param seedNotes Notes, or a table with the columns `pitch`, `step` and `duration`; the last `length` count.
 * @param options How many notes, and how they are drawn.
 * @returns A table of the generated notes alone: `piece`, `part`, `pitch`, `start`, `end`, `step`, `duration` and
 * `velocity`. Time begins with the last seed note: the first start is the first step.
 * @throws {RangeError} If an option or a seed note is out of range, there are fewer seed notes than the model sees, or
 * the model does not say how many it sees.
 * @throws {TypeError} If the model has not the three heads, or no window as its input, or is to carry a state that it
 * has not.
 * @throws {Error} If the model says something that is not a number.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function generate(
  model: tf.LayersModel,
  seedNotes: readonly SeedNote[] | DataFrame,
  options: GenerateOptions,
): Promise<DataFrame> {
  const { count, temperature, reading, prng, maxSeconds = Infinity, signal, onNote } = options;
  const { scaleFeedback = settings(reading).scaleFeedback } = options;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Cannot generate: count must be a positive integer, current value is ${count}`);
  }
  if (!(maxSeconds > 0)) {
    throw new RangeError(`Cannot generate: maxSeconds must be positive, current value is ${maxSeconds}`);
  }
  let heard = firstInputs(seedNotes, lengthOf(model), maxSeconds);
  const listener = listenerTo(model, options);
  const pitch = new Int32Array(count);
  const [start, end, step, duration] = Array.from({ length: 4 }, () => new Float64Array(count));
  const breathe = breather();
  let now = 0;
  try {
    for (let i = 0; i < count; i++) {
      signal?.throwIfAborted();
      const said = listener.hear(heard);
      pitch[i] = samplePitch(said.logits, temperature, prng);
      step[i] = Math.max(0, said.step);
      duration[i] = Math.max(0, said.duration);
      start[i] = now += step[i];
      end[i] = now + duration[i];
      const fedBack = scaleFeedback ? pitch[i] / 128 : pitch[i];
      heard = Float32Array.of(fedBack, Math.min(step[i], maxSeconds), Math.min(duration[i], maxSeconds));
      await onNote?.(i + 1, count);
      await breathe();
    }
  } finally {
    listener.dispose();
  }
  return pl.DataFrame({
    piece: pl.Series("piece", Array<string>(count).fill("generated"), pl.Utf8),
    part: pl.Series("part", new Int32Array(count), pl.Int32),
    pitch: pl.Series("pitch", pitch, pl.Int32),
    start: pl.Series("start", start, pl.Float64),
    end: pl.Series("end", end, pl.Float64),
    step: pl.Series("step", step, pl.Float64),
    duration: pl.Series("duration", duration, pl.Float64),
    velocity: pl.Series("velocity", new Int32Array(count).fill(VELOCITY), pl.Int32),
  });
}

function listenerTo(model: tf.LayersModel, { reading, carryState }: GenerateOptions): Listener {
  const carrying = carryState ?? settings(reading).carryState ? carryingListener(model) : undefined;
  if (carryState && !carrying) {
    throw new TypeError("Cannot generate: to carry its state, the model must be a stack of LSTM or GRU layers");
  }
  return carrying ?? windowListener(model, lengthOf(model));
}

/** How many notes a model sees. */
function lengthOf(model: tf.LayersModel): number {
  const length = model.inputs[0].shape[1];
  checkMatch(model, { length: length ?? 0 });
  if (length === null) {
    throw new RangeError("Cannot generate: the model takes windows of any length; build it with a length of its own");
  }
  return length;
}

/** The last `length` seed notes as the model's input: pitch / 128, step, duration each. */
function firstInputs(seedNotes: readonly SeedNote[] | DataFrame, length: number, maxSeconds: number): Float32Array {
  const notes = seedNotes instanceof Array ? seedNotes : rows(seedNotes);
  if (notes.length < length) {
    throw new RangeError(`Cannot generate: the model goes on from ${length} notes, there are ${notes.length}`);
  }
  const unused = notes.length - length;
  return Float32Array.from(
    notes.slice(unused).flatMap((note, k) => {
      const i = unused + k;
      if (!Number.isInteger(note.pitch) || note.pitch < 0 || note.pitch > 127) {
        throw new RangeError(`Cannot generate: pitch ${note.pitch} of seed note ${i} is not an integer from 0 to 127`);
      }
      for (const time of ["step", "duration"] as const) {
        if (!(note[time] >= 0 && note[time] < Infinity)) {
          throw new RangeError(`Cannot generate: the ${time} of seed note ${i} must be 0 or more, got ${note[time]}`);
        }
      }
      return [note.pitch / 128, Math.min(note.step, maxSeconds), Math.min(note.duration, maxSeconds)];
    }),
  );
}

function rows(table: DataFrame): SeedNote[] {
  const step = secondsColumn(table, "step");
  const duration = secondsColumn(table, "duration");
  return Array.from(pitchColumn(table), (pitch, i) => ({ pitch, step: step[i], duration: duration[i] }));
}
