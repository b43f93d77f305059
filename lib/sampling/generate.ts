import type * as tf from "@tensorflow/tfjs";
import pl, { type DataFrame } from "nodejs-polars";
import { sampleClass } from "../heads/mod.ts";
import { stackOf } from "../layers/mod.ts";
import type { HeardNote, NoteModel } from "../models/mod.ts";
import { durationClasses, pitchColumn, secondsColumn, stepClasses, type TimeClasses } from "../notes/mod.ts";
import { checkOptions, type Kinds, kinds, optional } from "../options/mod.ts";
import type { Prng } from "../random/mod.ts";
import { FEEDBACK, type Feedback, SETTING_NAMES } from "../settings/mod.ts";
import { breather } from "../training/mod.ts";
import { networkModel, windowLength } from "./network_model.ts";

/** Options of {@linkcode generate}. */
export interface GenerateOptions {
  /** Notes to generate. */
  count: number;
  /** Softmax temperature, above 0, of whatever is drawn: the pitch, and times that are classes; see `sampleClass`. */
  temperature: number;
  /** Draws the pitches, and times that are classes: the same state gives the same notes. */
  prng: Prng;
  /**
   * How generated pitches are fed back to a tfjs model: `"scaled"` by 128, like the seed's, or `"raw"`, as the MIDI
   * numbers that they are, which the published run did by mistake.
   *
   * @default "scaled"
   */
  feedback?: Feedback;
  /**
   * Carry the model's state from note to note instead of reading its window anew for each: every note costs the same
   * few hundredths of a millisecond, and the model goes on remembering what has left the window. That is more than it
   * has ever heard in training, where it began anew with each window, so the first note is the same in either way and
   * the later ones drift apart.
   *
   * @default true where the model is a stack of LSTM or GRU layers
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

/** What each option must be. */
const KINDS: Kinds<GenerateOptions> = {
  count: kinds.positiveInteger,
  temperature: kinds.positiveNumber,
  prng: kinds.prng,
  feedback: optional(FEEDBACK),
  carryState: optional(kinds.boolean),
  maxSeconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  signal: optional(kinds.signal),
  onNote: optional(kinds.callback),
};

/** Loudness of generated notes; the model knows none. */
const VELOCITY = 100;

/**
 * Lets a model go on from some notes. It hears them, names the next one, hears
 * that too, and so on. The pitch is drawn. A step or a duration that the model
 * says in seconds is taken as it comes, but never below 0; where it says
 * probabilities of classes, a class is drawn too, pitch, step, duration in this
 * order, and its own time taken (`stepClasses`, `durationClasses`).
 *
 * A tfjs model hears the last `length` seed notes. It then carries its state from note to note, or forgets the oldest
 * for each note that it hears (`carryState`). Any other {@linkcode NoteModel} hears all seed
 * notes and remembers what it can, an n-gram a few; it may begin with none.
 *
 * Kronforst and Mitra, "RNN Music Generation" (2025), after TensorFlow's
 * tutorial "Generate music with an RNN". From there it has a bug: pitches are
 * divided by 128 in the seed, and not in what is fed back. `feedback: "raw"` has it.
 *
 * @param model A tfjs model with the heads `pitch`, `step` and `duration`, or any other that names the next note.
 * @param seedNotes Notes, or a table with the columns `pitch`, `step` and `duration`.
 * @param options How many notes, and how they are drawn.
 * @returns A table of the generated notes alone: `piece`, `part`, `pitch`, `start`, `end`, `step`, `duration` and
 * `velocity`. Time begins with the last seed note: the first start is the first step.
 * @throws {RangeError} If an option or a seed note is out of range, there are fewer seed notes than a tfjs model sees,
 * or it does not say how many it sees.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type; if a tfjs model lacks the three heads, has
 * no window as its input, or is to carry a state that it does not have.
 * @throws {Error} If the model says something that is not a number.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function generate(
  model: tf.LayersModel | NoteModel,
  seedNotes: readonly HeardNote[] | DataFrame,
  options: GenerateOptions,
): Promise<DataFrame> {
  const { count, temperature, feedback = "scaled", prng, signal, onNote } = checkOptions(
    "generate",
    options,
    KINDS,
    SETTING_NAMES,
  );
  const notes = seedNotes instanceof Array ? seedNotes : rows(seedNotes);
  const [namer, seed, factor] = "listen" in model
    ? [model, checkedSeed(notes, 0), 1]
    // The published bug: what is to be a 128th of the MIDI number is the number itself.
    : [
      namerOf(model, options),
      checkedSeed(notes, notes.length - windowLength(model)),
      feedback === "scaled" ? 1 : 128,
    ];
  const pitch = new Int32Array(count);
  const [start, end, step, duration] = Array.from({ length: 4 }, () => new Float64Array(count));
  const drawn = (said: ArrayLike<number> | number, classes: TimeClasses) =>
    typeof said === "number" ? Math.max(0, said) : classes.seconds(sampleClass(said, temperature, prng));
  const breathe = breather();
  let now = 0;
  const listener = namer.listen();
  try {
    for (const note of seed) listener.hear(note);
    for (let i = 0; i < count; i++) {
      signal?.throwIfAborted();
      const said = listener.next();
      pitch[i] = sampleClass(said.pitch, temperature, prng);
      step[i] = drawn(said.step, stepClasses);
      duration[i] = drawn(said.duration, durationClasses);
      start[i] = now += step[i];
      end[i] = now + duration[i];
      listener.hear({ pitch: pitch[i] * factor, step: step[i], duration: duration[i] });
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

function namerOf(model: tf.LayersModel, { carryState, maxSeconds }: GenerateOptions): NoteModel {
  const carry = carryState ?? stackOf(model) !== undefined;
  return networkModel(model, { name: model.name, carryState: carry, maxSeconds });
}

/** The seed notes from the one at `first` on. */
function checkedSeed(notes: readonly HeardNote[], first: number): readonly HeardNote[] {
  if (first < 0) {
    throw new RangeError(
      `Cannot generate: the model goes on from ${notes.length - first} notes, there are ${notes.length}`,
    );
  }
  return notes.slice(first).map((note, k) => {
    const i = first + k;
    if (!Number.isInteger(note.pitch) || note.pitch < 0 || note.pitch > 127) {
      throw new RangeError(`Cannot generate: pitch ${note.pitch} of seed note ${i} is not an integer from 0 to 127`);
    }
    for (const time of ["step", "duration"] as const) {
      if (!(note[time] >= 0 && note[time] < Infinity)) {
        throw new RangeError(`Cannot generate: the ${time} of seed note ${i} must be 0 or more, got ${note[time]}`);
      }
    }
    return note;
  });
}

function rows(table: DataFrame): HeardNote[] {
  const step = secondsColumn(table, "step");
  const duration = secondsColumn(table, "duration");
  return Array.from(pitchColumn(table), (pitch, i) => ({ pitch, step: step[i], duration: duration[i] }));
}
