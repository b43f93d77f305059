import type { Arena } from "../../engine/arena.ts";
import type { Block } from "../../layer_buffers.ts";
import { roundUp, rowBytes } from "../../layer_shape.ts";
import { type NodeOf, type Operation, refuse, type Surroundings } from "../operation.ts";
import type { Table } from "../parameters.ts";
import type { Carried, Plan } from "../plan.ts";
import { padded, Tensor } from "../tensor.ts";

/** Queries that the kernel takes at once: QUERIES in assembly/attention.ts. */
const QUERIES = 28;

/** What a graph's attention is like. */
interface Sizes {
  heads: number;
  /** Width of a head. */
  each: number;
  /** Rows of the table for each head. */
  distances: number;
}

/** Causal self-attention with relative positions: Huang et al. (2018), Music Transformer. */
export function attention(node: NodeOf<"attention">, around: Surroundings): Operation {
  const { signals: [{ width }], parameters } = around;
  const { heads } = node;
  if (around.signals.some((signal) => signal.width !== width)) refuse(node, "must read three tensors of one width");
  const [weight] = node.weights;
  const [tableHeads, distances, each] = around.weights[weight].shape;
  if (tableHeads !== heads || each * heads !== width) {
    refuse(
      node,
      `has ${heads} heads of a width of ${width}, and a table of the shape [${around.weights[weight].shape}]`,
    );
  }
  const table = parameters.table(weight);
  const sizes = { heads, each, distances };
  return {
    width,
    lower(plan, from) {
      return plan.extent.carrying ? recall(plan, sizes, table, from) : attend(plan, sizes, table, from);
    },
  };
}

const words = ({ at, row, step }: Block) => [at, row, step];

function attend(plan: Plan, { heads, each, distances }: Sizes, table: Table, from: readonly Tensor[]): Tensor {
  const [queries, keys, values] = from, { steps } = queries, width = heads * each;
  const { size: batch, training } = plan.extent, { parameters } = plan;
  const said = new Tensor(plan.rows(width, steps), width, steps, true, queries.reversed);
  const sharesRow = rowBytes(padded(steps));
  const shares = plan.take(batch * heads * steps * sharesRow / 4);
  const scratch = plan.shareScratch(scratchFloats(steps, each, distances, training));
  const record = plan.take(64);
  plan.whenWritten(() => {
    // In the order of Attention in lib/kernels/assembly/attention.ts.
    plan.arena.ints.set([
      ...[heads, batch, steps, each, distances],
      ...[queries, keys, values, said].flatMap(({ block }) => words(block)),
      ...[parameters.parameters + table.offset, table.row, shares, sharesRow],
      ...[scratch.at, scratch.floats * 4],
    ], record / 4);
  });
  plan.add("attention", { record });
  plan.whenGoingBack(() => {
    if (!said.touched) return;
    // One tensor can be queries, keys and values: what goes back to the queries is there before the rest is added.
    const slopes = from.map((x) =>
      x.learns ? plan.contribute(x) : { to: plan.borrow(width, steps), accumulate: 0 as const }
    );
    const clear = plan.accumulates(table) ? 0 : 1, by = said.gradient!;
    plan.whenWritten(() => {
      plan.arena.ints.set([
        ...[by, ...slopes.map(({ to }) => to)].flatMap(words),
        ...slopes.map(({ accumulate }) => accumulate),
        ...[parameters.gradients + table.offset, parameters.floats * 4, clear],
      ], record / 4 + SLOPES);
    });
    plan.add("attentionGradient", { record });
    from.forEach((x, i) => {
      if (!x.learns) plan.release(slopes[i].to, width, steps);
    });
  });
  return said;
}

/** Where in the record the way back begins, in words. */
const SLOPES = 23;

/** Floats that a thread needs for one head of one example: `layOut` of assembly/attention.ts. */
function scratchFloats(steps: number, each: number, distances: number, training: boolean): number {
  const side = padded(steps), reach = padded(Math.min(distances, steps)), width = padded(each);
  const factors = training ? (Math.max(side, reach) + 4 + width) * QUERIES : 0;
  return roundUp((6 * side + 2 * reach) * width + QUERIES * (side + reach + 32 + width) + factors, 16);
}

/** One event: it looks at those that are remembered, and is remembered with them. */
function recall(plan: Plan, sizes: Sizes, table: Table, from: readonly Tensor[]): Tensor {
  const width = sizes.heads * sizes.each;
  const said = new Tensor(plan.rows(width, 1), width, 1, true);
  const memory = plan.own(new AttentionMemory(plan.arena, width));
  // In the order of Recall in lib/kernels/assembly/recall.ts; the memory writes the rest.
  plan.arena.ints.set([
    ...[sizes.heads, sizes.each, sizes.distances],
    ...[...from, said].map(({ block }) => block.at),
    ...[plan.parameters.parameters + table.offset, table.row],
  ], memory.record / 4);
  plan.states.push(memory);
  plan.carry(said.block.at, said.block.row / 4);
  plan.add("recall", { record: memory.record });
  return said;
}

/** Where in its record the memory is, in words. */
const MEMORY = 9;

/** Keys and values of all events so far, in arrays that grow. */
class AttentionMemory implements Carried {
  readonly record: number;
  readonly #arena: Arena;
  readonly #width: number;
  #count = 0;
  #room = 0;
  #pieces: { at: number; floats: number }[] = [];

  constructor(arena: Arena, width: number) {
    this.#arena = arena;
    this.#width = width;
    this.record = arena.take(16);
  }

  get #row(): number {
    return padded(this.#width) * 4;
  }

  /** Makes room for the next event, which the kernel then puts there. */
  beforeEvent(): void {
    if (this.#count === this.#room) this.#grow(Math.max(2 * this.#room, 64));
    const [keys, values, scores] = this.#pieces;
    this.#arena.ints.set([keys.at, values.at, this.#row, scores.at, this.#count], this.record / 4 + MEMORY);
    this.#count++;
  }

  #grow(room: number): void {
    const old = this.#pieces;
    this.#pieces = [this.#row / 4, this.#row / 4, 1].map((width) => ({
      at: this.#arena.take(room * width),
      floats: room * width,
    }));
    old.forEach(({ at, floats }, i) => {
      this.#arena.copy(at, this.#pieces[i].at, floats);
      this.#arena.give(at);
    });
    this.#room = room;
  }

  copyFrom(other: this): void {
    this.#count = other.#count;
    if (other.#room > this.#room) this.#grow(other.#room);
    other.#pieces.forEach(({ at, floats }, i) => this.#arena.copy(at, this.#pieces[i].at, floats));
  }

  dispose(): void {
    for (const { at } of this.#pieces.splice(0)) this.#arena.give(at);
    this.#arena.give(this.record);
  }
}
