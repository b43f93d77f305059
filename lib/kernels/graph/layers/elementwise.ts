import type { Block } from "../../layer_buffers.ts";
import { type NodeOf, type Operation, refuse, type Signal, type Surroundings } from "../operation.ts";
import type { Plan } from "../plan.ts";
import { columns, fromWords, Tensor, toWords } from "../tensor.ts";

function isReversed(from: readonly Tensor[]): boolean {
  return from.some(({ reversed }) => reversed);
}

/** Rows side by side. What nobody else reads, and can be written anywhere, is written there in the first place. */
export class Concatenate implements Operation {
  readonly width: number;
  readonly #node: NodeOf<"concatenate">;
  readonly #firstColumns: number[] = [];
  readonly #rows = new WeakMap<Plan, Block>();

  constructor(node: NodeOf<"concatenate">, widths: readonly number[]) {
    this.#node = node;
    let next = 0;
    for (const width of widths) {
      this.#firstColumns.push(next);
      next += width;
    }
    this.width = next;
  }

  /** Where the rows of the node at a place among those that it reads go. */
  place(plan: Plan, index: number, steps: number): Block {
    return columns(this.#rowsOf(plan, steps), this.#firstColumns[index]);
  }

  #rowsOf(plan: Plan, steps: number): Block {
    const rows = this.#rows.get(plan) ?? plan.rows(this.width, steps);
    this.#rows.set(plan, rows);
    return rows;
  }

  lower(plan: Plan, from: readonly Tensor[]): Tensor {
    const { steps } = from[0];
    if (from.some((x) => x.steps !== steps)) refuse(this.#node, "must read tensors with the same number of steps");
    const rows = this.#rowsOf(plan, steps);
    const said = new Tensor(rows, this.width, steps, from.some(({ learns }) => learns), isReversed(from));
    const places = this.#firstColumns.map((column) => columns(rows, column));
    const isPlaced = (i: number) => from[i].block.at === places[i].at;
    from.forEach(({ block, width }, i) => {
      if (!isPlaced(i)) plan.copy(block, places[i], width, steps);
    });
    said.isPart = from.some((_, i) => isPlaced(i));
    plan.whenGoingBack(() => {
      if (!said.touched) return;
      from.forEach((x, i) => {
        const slope = columns(said.gradient!, this.#firstColumns[i]), { width } = x;
        if (!x.learns) return;
        if (isPlaced(i)) Object.assign(x, { gradient: slope, touched: true, isPart: true });
        else {
          const { to, accumulate } = plan.contribute(x);
          plan.addRows(slope, to, width, steps, accumulate);
        }
      });
    });
    return said;
  }
}

/** Rows of a tensor, those of a single step as often as they are wanted. */
function spread(block: Block, has: number, steps: number): Block {
  return has === steps ? block : { ...block, step: 0 };
}

/** Where to leave the gradient of what was spread: one step's is the sum over all. */
function contributeSpread(plan: Plan, x: Tensor, steps: number): { to: Block; accumulate: 0 | 1 } {
  if (x.steps === steps) return plan.contribute(x);
  return { to: spread(plan.contributeSum(x), x.steps, steps), accumulate: 1 };
}

function widest(node: NodeOf<"add" | "multiply">, signals: readonly Signal[]): number {
  const width = Math.max(...signals.map((signal) => signal.width));
  const other = signals.find((signal) => signal.width !== width && signal.width !== 1);
  if (other) refuse(node, `cannot join widths of ${other.width} and ${width}`);
  return width;
}

function longest(node: NodeOf<"add" | "multiply">, from: readonly Tensor[]): number {
  const steps = Math.max(...from.map((x) => x.steps));
  const other = from.find((x) => x.steps !== steps && x.steps !== 1);
  if (other) refuse(node, `cannot join ${other.steps} and ${steps} steps`);
  return steps;
}

/** The sum of all. */
export function add(node: NodeOf<"add">, { signals }: Surroundings): Operation {
  const width = widest(node, signals);
  return {
    width,
    lower(plan, from) {
      const steps = longest(node, from), batch = plan.extent.size;
      const said = new Tensor(plan.rows(width, steps), width, steps, from.some((x) => x.learns), isReversed(from));
      const isWhole = (x: Tensor) => x.width === width && x.steps === steps;
      from.forEach((x, i) => {
        const accumulate = i > 0 ? 1 : 0;
        if (x.addTo && isWhole(x)) return x.addTo(said.block, accumulate);
        // A single step, or a single class, that is shifted: it needs rows first.
        const rows = x.addTo ? plan.rows(x.width, x.steps) : x.block;
        x.addTo?.(rows, 0);
        const words = { fromWidth: x.width, toWidth: width, width, steps, batch, accumulate };
        plan.add("add", {
          ...fromWords(spread(rows, x.steps, steps)),
          ...toWords(said.block),
          ...words,
        });
      });
      said.isPart = from.some((x) => x.addTo && isWhole(x));
      plan.whenGoingBack(() => {
        if (!said.touched) return;
        for (const x of from) {
          if (!x.learns) continue;
          if (x.addTo && isWhole(x)) {
            Object.assign(x, { gradient: said.gradient, touched: true, isPart: true });
            continue;
          }
          const { to, accumulate } = contributeSpread(plan, x, steps);
          const words = { fromWidth: width, toWidth: x.width, width, steps, batch, accumulate };
          plan.add("add", { ...fromWords(said.gradient!), ...toWords(to), ...words });
        }
      });
      return said;
    },
  };
}

/** The product of all, number by number. */
export function multiply(node: NodeOf<"multiply">, { signals }: Surroundings): Operation {
  const width = widest(node, signals);
  const pair = (plan: Plan, a: Tensor, b: Tensor): Tensor => {
    const steps = longest(node, [a, b]), batch = plan.extent.size, width = Math.max(a.width, b.width);
    const said = new Tensor(plan.rows(width, steps), width, steps, a.learns || b.learns, isReversed([a, b]));
    const factors = (x: Block, xWidth: number, y: Tensor) => {
      const other = spread(y.block, y.steps, steps);
      return {
        ...{ a: x.at, aRow: x.row, aStep: x.step, aWidth: xWidth },
        ...{ b: other.at, bRow: other.row, bStep: other.step, bWidth: y.width },
      };
    };
    const words = { ...factors(spread(a.block, a.steps, steps), a.width, b), ...toWords(said.block), toWidth: width };
    plan.add("product", { ...words, width, steps, batch, accumulate: 0 });
    plan.whenGoingBack(() => {
      if (!said.touched) return;
      for (const [x, other] of [[a, b], [b, a]]) {
        if (!x.learns) continue;
        const { to, accumulate } = contributeSpread(plan, x, steps);
        plan.add("product", {
          ...factors(said.gradient!, width, other),
          ...toWords(to),
          ...{ toWidth: x.width, width, steps, batch, accumulate },
        });
      }
    });
    return said;
  };
  return { width, lower: (plan, [first, ...rest]) => rest.reduce((product, x) => pair(plan, product, x), first) };
}
