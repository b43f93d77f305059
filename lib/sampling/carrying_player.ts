import type * as tf from "@tensorflow/tfjs";
import type { Values } from "../encodings/mod.ts";
import { Graph, type GraphPlayer, kernelEngine } from "../kernels/mod.ts";
import { graphOf, type ModelGraph } from "../layers/mod.ts";
import type { Player } from "./player.ts";
import { type InputColumn, type WindowModel, windowPlayer } from "./window_player.ts";

/** The numbers of a graph's inputs, by their names in the model. */
type Inputs = Record<string, ArrayLike<number>>;

/**
 * Carries what the layers remember from event to event, recurrent states, and
 * what attention has looked at: on the kernel, where each event costs the same
 * however many came before (with attention, in proportion to their number).
 * Without the kernel all events are read anew for each that is named.
 *
 * @param windows A model that says something after each event.
 */
export function carryingPlayer(windows: WindowModel): Player {
  const { model } = windows, engine = kernelEngine(), { graph } = graphOf(model, { every: true });
  if (!engine || !graph) return windowPlayer({ ...windows, length: Infinity });
  const computed = new Graph(engine, graph.shape);
  computed.weights = graph.variables.map((variable) => variable.dataSync() as Float32Array);
  return new Carrying(windows, graph, computed, computed.player());
}

class Carrying implements Player {
  /** How many players there are of each graph, which is given back with the last of them. */
  static readonly #players = new WeakMap<Graph, number>();

  readonly #windows: WindowModel;
  readonly #model: ModelGraph;
  readonly #graph: Graph;
  readonly #player: GraphPlayer;
  /** Inputs of the event to come that are remembered: they come into what is heard. */
  readonly #remembered: readonly string[];
  /** What has been heard last, if the graph has not heard it because it waits for what is known of the event to come. */
  #waiting?: Inputs;
  /** A player that has heard what is waiting, with what was known of the event to come. */
  #ahead?: { of: string; player: GraphPlayer };

  constructor(windows: WindowModel, model: ModelGraph, graph: Graph, player: GraphPlayer) {
    this.#windows = windows;
    this.#model = model;
    this.#graph = graph;
    this.#player = player;
    this.#remembered = rememberedInputs(model).filter((name) => name.startsWith("next."));
    Carrying.#players.set(graph, (Carrying.#players.get(graph) ?? 0) + 1);
  }

  hear(heard: Values, came: Values): void {
    if (this.#waiting) this.#player.hear({ ...this.#waiting, ...this.#next(came, true) });
    const inputs = this.#inputs(({ next }) => !next, heard);
    this.#forget();
    if (this.#remembered.length === 0) this.#player.hear(inputs);
    else this.#waiting = inputs;
  }

  say(output: string, next: Values): ArrayLike<number> {
    return this.#listener(next).say(output, this.#next(next, false));
  }

  /** The player that has heard all. */
  #listener(next: Values): GraphPlayer {
    if (!this.#waiting) return this.#player;
    const known = this.#next(next, true), of = JSON.stringify(known);
    if (this.#ahead?.of !== of) {
      this.#forget();
      const player = this.#player.fork();
      player.hear({ ...this.#waiting, ...known });
      this.#ahead = { of, player };
    }
    return this.#ahead!.player;
  }

  /** What is known of the event to come, as far as it is, and as far as it is remembered or is not. */
  #next(values: Values, remembered: boolean): Inputs {
    return this.#inputs(({ name, next }) => next && this.#remembered.includes(name) === remembered, values);
  }

  #inputs(which: (input: InputColumn) => boolean, values: Values): Inputs {
    const { model: { inputNames }, inputs } = this.#windows;
    return Object.fromEntries(inputs.flatMap((input, i) => {
      const value = values[input.name];
      return which(input) && value !== undefined ? [[inputNames[i], typeof value === "number" ? [value] : value]] : [];
    }));
  }

  fork(): Player {
    const twin = new Carrying(this.#windows, this.#model, this.#graph, this.#player.fork());
    twin.#waiting = this.#waiting;
    return twin;
  }

  #forget(): void {
    this.#ahead?.player.dispose();
    this.#ahead = undefined;
  }

  dispose(): void {
    this.#forget();
    this.#player.dispose();
    const left = Carrying.#players.get(this.#graph)! - 1;
    Carrying.#players.set(this.#graph, left);
    if (left === 0) this.#graph.dispose();
  }
}

/** The inputs that come into what a layer remembers. */
function rememberedInputs({ shape: { nodes } }: ModelGraph): string[] {
  const needed = new Set(nodes.filter(({ op }) => ["lstm", "gru", "attention"].includes(op)).map(({ name }) => name));
  for (const { name, from } of nodes.toReversed()) if (needed.has(name)) from.forEach((other) => needed.add(other));
  return nodes.filter(({ name, op }) => op === "input" && needed.has(name)).map(({ name }) => name);
}

/** Why a model cannot carry a state from event to event; nothing if it can. */
export function carryingObstacle(model: tf.LayersModel): string | undefined {
  return graphOf(model, { every: true }).obstacle;
}
