import type * as tf from "@tensorflow/tfjs";
import { type Encoding, type EncodingListener, type Said, type Values } from "../encodings/mod.ts";
import { type Head, HEADS } from "../heads/mod.ts";
import { accelerate } from "../layers/mod.ts";
import { checkOptions, type Kind, kinds } from "../options/mod.ts";
import type { Listener, SequenceModel } from "../systems/mod.ts";
import { matchOf } from "../training/mod.ts";
import { carryingObstacle, carryingPlayer } from "./carrying_player.ts";
import type { Player } from "./player.ts";
import { followWindows, type InputColumn, windowPlayer } from "./window_player.ts";

/** Options of {@linkcode networkModel}. */
export interface NetworkModelOptions<Event> {
  /** What a table of results calls it. */
  name: string;
  /**
   * Carry what the layers remember through the whole piece, each event heard once; or else read the last `length` events
   * anew for each that is named, at the beginning of a piece as many as there are.
   */
  carryState: boolean;
  /** What it hears and says of each event: as in the windows that it learned from. */
  encoding: Encoding<Event>;
  /** Its heads, in the order in which they are drawn; each is an output of the model. */
  heads: readonly Head[];
}

/**
 * A network as a model of the next event.
 *
 * Reading windows is how the published run sampled. Carrying the state costs a
 * few hundredths of a millisecond a note, and remembers more than the network
 * ever heard in training, where it began anew with each window.
 *
 * @param model A listener goes by the weights that it has when the listener begins.
 * @throws {TypeError} If an option is missing or of the wrong type, the model lacks a head or has an input that the
 * encoding has nothing for, or it is to carry a state that it does not have.
 * @throws {RangeError} If it takes windows of any length.
 */
export function networkModel<Event>(model: tf.LayersModel, options: NetworkModelOptions<Event>): SequenceModel<Event> {
  const { name, carryState, encoding, heads } = checkOptions("listen", options, {
    name: { words: "a string", hasType: (value) => typeof value === "string" },
    carryState: kinds.boolean,
    encoding: kinds.object("an encoding") as Kind<Encoding<Event>>,
    heads: HEADS,
  });
  const { inputs: names } = matchOf(model, { length: lengthOf(model) ?? 0, encoding }, heads);
  const length = carryState ? lengthOf(model) ?? Infinity : windowLength(model);
  const inputs = names.map((name) => inputColumn(name, encoding));
  const obstacle = carryState ? carryingObstacle(model) : undefined;
  if (obstacle) throw new TypeError(`Cannot listen: the model has no state that could be carried: ${obstacle}`);
  const windows = { model, inputs, length };
  accelerate(model);
  const begin = () => carryState ? carryingPlayer(windows) : windowPlayer(windows);
  return Object.assign(
    {
      name,
      heads,
      pieces: encoding.pieces,
      say: encoding.say,
      decode: encoding.decode,
      get parameters() {
        return model.countParams();
      },
      listen: (piece?: string) => listenerOf(encoding, encoding.listen(piece), begin()),
    },
    !carryState && {
      follow: (piece: readonly Event[], name?: string) => followWindows(windows, rowsOf(encoding, piece, name)),
    },
  );
}

/** Whether a model has a state to carry from event to event: one that says something after each event has. */
export function carriesState(model: tf.LayersModel): boolean {
  return carryingObstacle(model) === undefined;
}

function listenerOf<Event>(
  encoding: Encoding<Event>,
  ears: EncodingListener<Event>,
  player: Player,
  begun = false,
): Listener<Event> {
  let heard = begun;
  return {
    hear(event) {
      const came = nextValues(ears, encoding.say(event));
      player.hear(ears.hear(event), came);
      heard = true;
    },
    next(head, drawn) {
      if (!heard) throw new Error("Cannot name the next event: the model has heard none");
      return player.say(head, nextValues(ears, drawn));
    },
    fork: () => listenerOf(encoding, ears.fork(), player.fork(), heard),
    dispose: () => player.dispose(),
  };
}

/** The rows of a whole piece. */
function rowsOf<Event>(
  encoding: Encoding<Event>,
  piece: readonly Event[],
  name?: string,
): { heard: Values; came: Values }[] {
  const ears = encoding.listen(name);
  return piece.map((event) => {
    const came = nextValues(ears, encoding.say(event));
    return { heard: ears.hear(event), came };
  });
}

/** What is known and said of the event to come, as a model's inputs have it. */
function nextValues<Event>(ears: EncodingListener<Event>, said: Said): Values {
  const values = { ...ears.know?.(said), ...said };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`next.${name}`, value]));
}

/** The column of an input, by its name in a batch. */
function inputColumn<Event>(name: string, { hears, knows = [], says }: Encoding<Event>): InputColumn {
  const next = [...knows, ...says].find((column) => name === `next.${column.name}`);
  return next
    ? { name, column: next, next: true }
    : { name, column: hears.find((column) => column.name === name)!, next: false };
}

/**
 * How many events a network sees.
 *
 * @throws {RangeError} If it does not say.
 */
export function windowLength(model: tf.LayersModel): number {
  const length = lengthOf(model);
  if (length === undefined) {
    throw new RangeError("Cannot listen: the model takes windows of any length; build it with a length of its own");
  }
  return length;
}

/** How many events a network sees; nothing if it does not say, or is not a network. */
function lengthOf(model: tf.LayersModel): number | undefined {
  // What is known of the event to come may stand once.
  const lengths = model?.inputs?.map(({ shape }) => shape[1]) ?? [null];
  return lengths.includes(null) ? undefined : Math.max(...lengths.map(Number));
}
