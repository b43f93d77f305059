import type * as tf from "@tensorflow/tfjs";
import pl, { type DataFrame } from "nodejs-polars";
import { type Encoding, type NoteEvent, notePieces, paperEncoding } from "../encodings/mod.ts";
import { type Head, HEADS, paperHeads } from "../heads/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import { FEEDBACK, type Feedback, SETTING_NAMES } from "../settings/mod.ts";
import type { SequenceModel } from "../systems/mod.ts";
import { breather } from "../training/mod.ts";
import { type DrawingOptions, perHead } from "./draw_value.ts";
import { ENDING, type EndingOptions, sampleToEnd } from "./ending.ts";
import { carriesState, networkModel, windowLength } from "./network_model.ts";
import type { Rule } from "./rules/rule.ts";
import { sampleEvents } from "./sample_events.ts";
import { TimesHeard } from "./times_heard.ts";

/** Options of {@linkcode generate}. */
export interface GenerateOptions extends Omit<DrawingOptions<NoteEvent>, "rules"> {
  /** Notes to generate; with an ending, the most that it may take. */
  count: number;
  /**
   * What the piece has to keep to, seed notes included: see `RULES`.
   *
   * @default []
   */
  rules?: readonly Rule<NoteEvent>[];
  /**
   * How the piece ends: after some bars, with a cadence; `sampleToEnd` says how.
   *
   * @default undefined It breaks off after `count` notes.
   */
  ending?: EndingOptions;
  /**
   * Play in time: give a step and a duration that are drawn as classes the times that the piece has had in them, see
   * `TimesHeard`, instead of the middle of the class. The classes that are drawn are as likely as they were.
   *
   * @default false
   */
  inTime?: boolean;
  /**
   * How generated pitches are fed back to a tfjs model: `"scaled"` by 128, like the seed's, or `"raw"`, as the MIDI
   * numbers that they are, which the published run did by mistake.
   *
   * @default "scaled"
   */
  feedback?: Feedback;
  /**
   * Carry a tfjs model's state from note to note instead of reading its window anew for each: every note costs the same
   * few hundredths of a millisecond, and the model goes on remembering what has left the window. That is more than it
   * has ever heard in training, where it began anew with each window, so the first note is the same in either way and
   * the later ones drift apart.
   *
   * @default true where the model is a stack of LSTM or GRU layers
   */
  carryState?: boolean;
  /**
   * Longest step and duration that a tfjs model is shown, in seconds: as in the windows that it learned from.
   *
   * @default Infinity
   */
  maxSeconds?: number;
  /**
   * What a tfjs model hears and says of each note.
   *
   * @default the paper's
   */
  encoding?: Encoding<NoteEvent>;
  /**
   * The heads of a tfjs model, in the order in which they are drawn.
   *
   * @default the paper's: pitch, step and duration
   */
  heads?: readonly Head[];
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
  temperature: perHead(kinds.positiveNumber),
  prng: kinds.prng,
  topK: optional(perHead(kinds.orInfinity(kinds.positiveInteger))),
  topP: optional(perHead(kinds.number({ above: 0, to: 1 }))),
  minP: optional(perHead(kinds.number({ from: 0, to: 1 }))),
  rules: optional(kinds.list("rules", kinds.object("a rule") as Kind<Rule<NoteEvent>>)),
  whenStuck: optional(kinds.oneOf("fail", "lift")),
  ending: optional(ENDING),
  inTime: optional(kinds.boolean),
  feedback: optional(FEEDBACK),
  carryState: optional(kinds.boolean),
  maxSeconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  encoding: optional(kinds.object("an encoding") as Kind<Encoding<NoteEvent>>),
  heads: optional(HEADS),
  signal: optional(kinds.signal),
  onNote: optional(kinds.callback),
};

/** Loudness of generated notes; the model knows none. */
const VELOCITY = 100;

/**
 * Lets a model go on from some notes. It hears them, draws the next one, hears
 * that too, and so on. A step or a duration that the model says in seconds is
 * taken as it comes, but never below 0; where it says probabilities of classes, a
 * class is drawn, and its own time taken.
 *
 * A tfjs model hears the last `length` seed notes. It then carries its state
 * from note to note, or forgets the oldest for each note that it hears
 * (`carryState`). Any other {@linkcode SequenceModel} hears all seed notes and
 * remembers what it can, an n-gram a few; it may begin with none.
 *
 * A model that takes pieces in its own way goes on with the first thing that it makes of the seed notes: of voices the
 * highest, alone.
 *
 * Kronforst and Mitra, "RNN Music Generation" (2025), after TensorFlow's
 * tutorial "Generate music with an RNN". From there it has a bug: pitches are
 * divided by 128 in the seed, and not in what is fed back. `feedback: "raw"` has it.
 *
 * @param model A tfjs model, or any other that names the next note.
 * @param seedNotes Notes, or a table with the columns `pitch`, `step` and `duration`.
 * @param options How many notes, and how they are drawn.
 * @returns A table of the generated notes alone: `piece`, `part`, `pitch`, `start`, `end`, `step`, `duration` and
 * `velocity`. Time begins with the last seed note: the first start is the first step.
 * @throws {RangeError} If an option or a seed note is out of range, there are fewer seed notes than a tfjs model sees
 * that answers after whole windows alone, or it does not say how many it sees; if the piece has not ended after `count`
 * notes.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type; if a tfjs model lacks one of the heads, has
 * an input that the encoding has nothing for, or is to carry a state that it does not have.
 * @throws {Error} If the model says something that is not a number, or the rules forbid every value of a head.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function generate(
  model: tf.LayersModel | SequenceModel<NoteEvent>,
  seedNotes: readonly NoteEvent[] | DataFrame,
  options: GenerateOptions,
): Promise<DataFrame> {
  const { count, ending, signal, onNote } = checkOptions("generate", options, KINDS, SETTING_NAMES);
  const { maxSeconds, encoding = paperEncoding({ maxSeconds }) } = options;
  const isNetwork = !("listen" in model);
  const namer = isNetwork ? namerOf(model, encoding, options) : model;
  const whole = seedNotes instanceof Array ? seedNotes : rows(seedNotes);
  const notes = namer.pieces ? namer.pieces([{ piece: "", events: whole }])[0]?.events ?? [] : whole;
  const first = isNetwork ? firstHeard(model, notes.length) : 0;
  const feedback = isNetwork && options.feedback === "raw" ? encoding.raw : undefined;
  const generated: NoteEvent[] = [];
  const breathe = breather();
  const listener = namer.listen();
  try {
    const heard = checkedSeed(notes, first), rules = (options.rules ?? []).map((rule) => rule.listen(namer));
    for (const note of heard) for (const hearer of [listener, ...rules]) hearer.hear(note);
    const { temperature, prng, topK, topP, minP, whenStuck } = options;
    const finish = options.inTime ? keepingTime(heard) : undefined;
    const drawing = { temperature, prng, topK, topP, minP, whenStuck, rules, feedback, finish };
    const drawn = ending
      ? sampleToEnd(namer, listener, drawing, heard, ending)
      : sampleEvents(namer, listener, drawing);
    while (ending || generated.length < count) {
      signal?.throwIfAborted();
      const { value: note, done } = drawn.next();
      if (done) break;
      if (generated.length === count) {
        throw new RangeError(
          `Cannot generate: ${ending!.bars} bars have not ended after ${count} notes; raise "count"`,
        );
      }
      generated.push(note);
      await onNote?.(generated.length, count);
      await breathe();
    }
  } finally {
    listener.dispose();
  }
  return tableOf(generated);
}

/** Gives notes that come after others the times that those have. */
function keepingTime(heard: readonly NoteEvent[]): (note: NoteEvent) => NoteEvent {
  const times = new TimesHeard();
  for (const note of heard) times.hear(note);
  return (drawn) => {
    const note = times.exact(drawn);
    times.hear(note);
    return note;
  };
}

function tableOf(notes: readonly NoteEvent[]): DataFrame {
  let now = 0;
  const start = notes.map(({ step }) => now += step);
  const integers = (name: string, values: number[]) => pl.Series(name, Int32Array.from(values), pl.Int32);
  const seconds = (name: string, values: number[]) => pl.Series(name, Float64Array.from(values), pl.Float64);
  return pl.DataFrame({
    piece: pl.Series("piece", notes.map(() => "generated"), pl.Utf8),
    part: integers("part", notes.map(() => 0)),
    pitch: integers("pitch", notes.map(({ pitch }) => pitch)),
    start: seconds("start", start),
    end: seconds("end", notes.map(({ duration }, i) => start[i] + duration)),
    step: seconds("step", notes.map(({ step }) => step)),
    duration: seconds("duration", notes.map(({ duration }) => duration)),
    velocity: integers("velocity", notes.map(() => VELOCITY)),
  });
}

function namerOf(
  model: tf.LayersModel,
  encoding: Encoding<NoteEvent>,
  { carryState = carriesState(model), heads = paperHeads() }: GenerateOptions,
): SequenceModel<NoteEvent> {
  return networkModel(model, { name: model.name, carryState, encoding, heads });
}

/** Index of the first seed note that a network hears; below 0 if there are too few. */
function firstHeard(model: tf.LayersModel, count: number): number {
  const first = count - windowLength(model);
  // What answers after each event can begin with few.
  return model.outputs.every(({ shape }) => shape.length === 3) && count > 0 ? Math.max(0, first) : first;
}

/** The seed notes from the one at `first` on. */
function checkedSeed(notes: readonly NoteEvent[], first: number): readonly NoteEvent[] {
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

function rows(table: DataFrame): NoteEvent[] {
  const inPieces = table.columns.includes("piece") ? table : table.withColumns(pl.lit("").alias("piece"));
  return notePieces(inPieces).flatMap(({ events }) => events);
}
