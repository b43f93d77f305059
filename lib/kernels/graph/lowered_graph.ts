import type { Engine } from "../engine/engine.ts";
import type { Program } from "../engine/program.ts";
import type { GraphBatch, GraphShape } from "./graph_shape.ts";
import { addLoss, type LossBuffers } from "./layers/losses.ts";
import type { Operation } from "./operation.ts";
import type { Parameters } from "./parameters.ts";
import { type Extent, type Instruction, Plan } from "./plan.ts";
import type { Tensor } from "./tensor.ts";

/** A graph for one size of batch: its buffers, and the programs that go over them. */
export class LoweredGraph {
  /** The buffers. */
  readonly plan: Plan;
  /** What each node has computed. */
  readonly tensors = new Map<string, Tensor>();
  /** What computes each node. */
  readonly sections = new Map<string, Instruction[]>();
  /** Forward, losses and, if it is for training, backward up to the sum of the threads' gradients. */
  readonly learn: Program;
  /** Forward alone. */
  readonly predict: Program;
  readonly #engine: Engine;
  readonly #shape: GraphShape;
  readonly #losses: LossBuffers[];
  readonly #counted: number[] = [];

  constructor(
    engine: Engine,
    shape: GraphShape,
    operations: ReadonlyMap<string, Operation>,
    parameters: Parameters,
    extent: Extent,
  ) {
    this.#engine = engine;
    this.#shape = shape;
    const plan = this.plan = new Plan(engine, parameters, extent);
    for (const node of shape.nodes) {
      const from = node.from.map((name) => this.tensors.get(name)!);
      const made: { said?: Tensor } = {};
      // Before what goes back through the node is registered, so that it comes after it.
      plan.whenGoingBack(() => {
        const { gradient, isPart, width, steps } = made.said!;
        if (gradient && !isPart && !from.includes(made.said!)) plan.release(gradient, width, steps);
      });
      made.said = operations.get(node.name)!.lower(plan, from);
      this.tensors.set(node.name, made.said);
      this.sections.set(node.name, plan.collect());
    }
    const at = (name: string) => this.tensors.get(name)!;
    const isOnly = (name: string) =>
      shape.losses.filter(({ node }) => at(node).block.at === at(name).block.at).length === 1;
    this.#losses = shape.losses.map((loss) => addLoss(plan, loss, at(loss.node), isOnly(loss.node)));
    const forward = [...this.sections.values()].flat();
    const losses = plan.collect();
    plan.goBack();
    if (extent.training) {
      plan.barrier();
      const { gradients, floats, squares } = parameters;
      plan.add("reduce", { gradients, gradientsThread: floats * 4, floats, result: squares });
    }
    this.predict = plan.program(forward);
    this.learn = plan.program([...forward, ...losses, ...plan.collect()]);
  }

  /** Puts a batch where the programs find it. */
  put(batch: Omit<GraphBatch, "targets"> & Pick<Partial<GraphBatch>, "targets">): void {
    const { floats, ints } = this.#engine.arena;
    const { size, inputs, targets, lengths, dropoutSeed = 0 } = batch;
    const { plan } = this;
    for (const { name, length, classes, lowest, at } of plan.inputs) {
      const values = inputs[name];
      checkLength(`input ${name}`, values, length);
      if (classes !== undefined) checkClasses(`input ${name}`, values, lowest, classes);
      (classes !== undefined ? ints : floats).set(values, at / 4);
    }
    if (lengths) {
      checkLength("lengths", lengths, size);
      const longest = Math.max(...Object.values(plan.extent.steps));
      const wrong = lengths.find((length) => !(length >= 1 && length <= longest));
      if (wrong !== undefined) fail(`the lengths must be from 1 to ${longest}, got ${wrong}`);
      ints.set(lengths, plan.lengths / 4);
    }
    ints[plan.seed / 4] = dropoutSeed;
    if (targets) this.#losses.forEach((buffers, i) => this.#counted[i] = this.#putTargets(buffers, targets, lengths));
  }

  /** @returns How many targets count. */
  #putTargets(
    { loss, length, width, steps, targets: at, scale }: LossBuffers,
    targets: GraphBatch["targets"],
    lengths?: Int32Array,
  ): number {
    const { floats, ints } = this.#engine.arena;
    const values = targets[loss.target], isClass = loss.loss === "crossEntropy";
    checkLength(`targets ${loss.target}`, values, length);
    if (isClass) checkClasses(`targets ${loss.target}`, values, -1, width);
    else if (!values.every(Number.isFinite)) fail(`the targets ${loss.target} must be finite numbers`);
    const memory = isClass ? ints : floats;
    memory.set(values, at / 4);
    // What is padding, the kernel knows by a target that is none.
    lengths?.forEach((music, example) => {
      if (steps > 1) memory.fill(isClass ? -1 : NaN, at / 4 + example * steps + music, at / 4 + (example + 1) * steps);
    });
    let counted = 0;
    for (let i = at / 4; i < at / 4 + length; i++) if (isClass ? ints[i] !== -1 : floats[i] === floats[i]) counted++;
    // Where none counts there is nothing to learn from.
    floats[scale / 4] = counted > 0 ? loss.weight / counted : 0;
    return counted;
  }

  /** The mean of each loss over the targets that count; 0 where none does. */
  meanLosses(): Float64Array {
    const doubles = new Float64Array(this.#engine.arena.floats.buffer);
    return Float64Array.from(this.#losses, ({ sums }, i) => {
      let sum = 0;
      for (let thread = 0; thread < this.plan.extent.threads; thread++) sum += doubles[sums / 8 + thread * 8];
      return this.#counted[i] > 0 ? sum / this.#counted[i] : 0;
    });
  }

  /** What the outputs have computed, shape [size, steps, width] each. */
  outputs(): Float32Array[] {
    return this.#shape.outputs.map((name) => this.read(name));
  }

  /** What a node has computed. */
  read(name: string): Float32Array {
    const { block, width, steps } = this.tensors.get(name)!, { size } = this.plan.extent;
    const result = new Float32Array(size * steps * width);
    for (let example = 0; example < size; example++) {
      for (let step = 0; step < steps; step++) {
        const at = (block.at + example * block.row + step * block.step) / 4;
        result.set(this.#engine.arena.floats.subarray(at, at + width), (example * steps + step) * width);
      }
    }
    return result;
  }

  /** Gives the memory back. */
  dispose(): void {
    this.plan.dispose();
  }
}

function fail(why: string): never {
  throw new RangeError(`Cannot compute a batch: ${why}`);
}

function checkLength(name: string, values: ArrayLike<number> | undefined, length: number): void {
  if (values?.length !== length) fail(`the ${name} must have ${length} numbers, got ${values?.length ?? "none"}`);
}

/** Classes from `first` to below `classes`. */
function checkClasses(name: string, values: ArrayLike<number>, first: number, classes: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= first && value < classes)) {
      fail(`the ${name} must be classes from 0 to ${classes - 1}, got ${value}`);
    }
  }
}
