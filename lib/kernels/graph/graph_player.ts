import type { Engine } from "../engine/engine.ts";
import type { Program } from "../engine/program.ts";
import type { GraphNode, GraphShape } from "./graph_shape.ts";
import { LoweredGraph } from "./lowered_graph.ts";
import type { Operation } from "./operation.ts";
import type { Parameters } from "./parameters.ts";
import type { Staging } from "./plan.ts";

/** The numbers of one event, by the names of inputs. */
export type Inputs = Readonly<Record<string, ArrayLike<number>>>;

/** Names in their order, for people. */
function listed(names: Iterable<string>): string {
  return [...names].sort().join();
}

/** Whether a node remembers what it has heard. */
function remembers({ op }: GraphNode): boolean {
  return op === "lstm" || op === "gru" || op === "attention";
}

/**
 * A graph that hears one event after another, and carries from each to the next
 * what its layers remember. Each event costs the same, however many came before
 * (with attention, in proportion to their number). On the calling thread alone.
 */
export class GraphPlayer {
  readonly #engine: Engine;
  readonly #shape: GraphShape;
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #parameters: Parameters;
  readonly #lowered: LoweredGraph;
  readonly #nodes: ReadonlyMap<string, GraphNode>;
  readonly #inputs: ReadonlyMap<string, Staging>;
  readonly #programs = new Map<string, Program>();
  /** Of an input, it and all that comes after it. */
  readonly #dependents = new Map<string, ReadonlySet<string>>();
  /** The inputs of an event, and the nodes that it goes through at once. */
  #heard?: { inputs: ReadonlySet<string>; nodes: string[]; program: Program };
  /** Nodes whose numbers are those of this event. */
  readonly #fresh = new Set<string>();
  readonly #given = new Set<string>();

  /** Use `Graph.player()`. */
  constructor(
    engine: Engine,
    shape: GraphShape,
    operations: ReadonlyMap<string, Operation>,
    parameters: Parameters,
  ) {
    this.#engine = engine;
    this.#shape = shape;
    this.#operations = operations;
    this.#parameters = parameters;
    const steps = Object.fromEntries(shape.nodes.filter(({ op }) => op === "input").map(({ name }) => [name, 1]));
    const extent = { size: 1, steps, training: false, masked: false, carrying: true, threads: 1 };
    this.#lowered = new LoweredGraph(engine, shape, operations, parameters, extent);
    this.#nodes = new Map(shape.nodes.map((node) => [node.name, node]));
    this.#inputs = new Map(this.#lowered.plan.inputs.map((input) => [input.name, input]));
  }

  /**
   * Hears one event.
   *
   * @param inputs The numbers of each input, a class as one number; always of the same inputs. Those that are left out
   * come with {@linkcode say}.
   * @throws {RangeError} If an input does not exist, has other numbers than it takes, or if a layer that remembers
   * needs one that is left out.
   */
  hear(inputs: Inputs): void {
    const names = Object.keys(inputs);
    this.#put(inputs);
    const { inputs: wanted, nodes, program } = this.#heard ??= this.#listenTo(new Set(names));
    if (names.length !== wanted.size || !names.every((name) => wanted.has(name))) {
      throw new RangeError(`Cannot hear an event: its inputs must be ${listed(wanted)}, got ${listed(names)}`);
    }
    for (const state of this.#lowered.plan.states) state.beforeEvent?.();
    this.#engine.execute(program, 1);
    this.#fresh.clear();
    this.#given.clear();
    // Inputs that no layer which remembers needs are put where they are read when an output needs them.
    for (const name of nodes) this.#fresh.add(name);
  }

  /** All that comes before what remembers. */
  #listenTo(inputs: ReadonlySet<string>) {
    const nodes = this.#needed(this.#shape.nodes.filter(remembers).map(({ name }) => name), () => false);
    const missing = nodes.find((name) => this.#inputs.has(name) && !inputs.has(name));
    if (missing !== undefined) {
      throw new RangeError(`Cannot hear an event: a layer that remembers needs the input ${missing}`);
    }
    const sections = nodes.flatMap((name) => this.#lowered.sections.get(name)!);
    return { inputs, nodes, program: this.#lowered.plan.program(sections) };
  }

  /**
   * What an output says after the events heard.
   *
   * @param given What `hear` left out and this output needs. It is remembered until the next event.
   * @returns The output's numbers: a copy.
   * @throws {TypeError} If nothing has been heard yet.
   * @throws {RangeError} If there is no such output, or an input that it needs is missing.
   */
  say(output: string, given: Inputs = {}): Float32Array {
    if (!this.#heard) throw new TypeError("Cannot say anything: nothing has been heard");
    if (!this.#shape.outputs.includes(output)) {
      throw new RangeError(`Cannot say ${output}: the outputs are ${this.#shape.outputs.join(", ")}`);
    }
    this.#put(given);
    for (const name of Object.keys(given)) {
      this.#given.add(name);
      for (const later of this.#dependentsOf(name)) this.#fresh.delete(later);
    }
    for (const name of this.#needed([output], (known) => this.#fresh.has(known))) {
      if (this.#inputs.has(name) && !this.#given.has(name) && !this.#heard.inputs.has(name)) {
        throw new RangeError(`Cannot say ${output}: it needs the input ${name}`);
      }
      this.#engine.execute(this.#program(name), 1);
      this.#fresh.add(name);
    }
    return this.#lowered.read(output);
  }

  #program(name: string): Program {
    const known = this.#programs.get(name);
    if (known) return known;
    const program = this.#lowered.plan.program(this.#lowered.sections.get(name)!);
    this.#programs.set(name, program);
    return program;
  }

  /** Nodes and all that they need and is not known, in an order in which they can be computed. */
  #needed(names: readonly string[], isKnown: (name: string) => boolean): string[] {
    const needed = new Set<string>();
    const visit = (name: string) => {
      if (needed.has(name) || isKnown(name)) return;
      needed.add(name);
      const { leader } = this.#operations.get(name)!;
      if (leader !== undefined) visit(leader);
      this.#nodes.get(name)!.from.forEach(visit);
    };
    names.forEach(visit);
    return [...this.#nodes.keys()].filter((name) => needed.has(name));
  }

  /** A node and all that come after it. */
  #dependentsOf(name: string): ReadonlySet<string> {
    const known = this.#dependents.get(name);
    if (known) return known;
    const all = new Set([name]);
    for (const node of this.#shape.nodes) if (node.from.some((from) => all.has(from))) all.add(node.name);
    this.#dependents.set(name, all);
    return all;
  }

  #put(inputs: Inputs): void {
    const { floats, ints } = this.#engine.arena;
    for (const [name, values] of Object.entries(inputs)) {
      const staging = this.#inputs.get(name);
      if (!staging) throw new RangeError(`Cannot hear an event: there is no input ${name}`);
      const { classes, lowest, length, at } = staging;
      if (values.length !== length) {
        throw new RangeError(`Cannot hear an event: ${name} must have ${length} numbers, got ${values.length}`);
      }
      if (classes !== undefined && !(values[0] >= lowest && values[0] < classes)) {
        throw new RangeError(`Cannot hear an event: ${name} must be a class below ${classes}, got ${values[0]}`);
      }
      (classes === undefined ? floats : ints).set(values, at / 4);
    }
  }

  /** Another that has heard the same, and goes its own way. */
  fork(): GraphPlayer {
    const twin = new GraphPlayer(this.#engine, this.#shape, this.#operations, this.#parameters);
    twin.#lowered.plan.copyStates(this.#lowered.plan);
    if (this.#heard) twin.#heard = twin.#listenTo(this.#heard.inputs);
    // What remembers has its numbers among the states; all else is computed again when it is needed.
    for (const name of this.#fresh) if (remembers(this.#nodes.get(name)!)) twin.#fresh.add(name);
    for (const name of this.#given) twin.#given.add(name);
    return twin;
  }

  /** Gives the memory back to the engine. */
  dispose(): void {
    this.#lowered.dispose();
  }
}
