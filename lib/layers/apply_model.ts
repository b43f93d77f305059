import * as tf from "@tensorflow/tfjs";
import { dropoutMask } from "../kernels/mod.ts";
import { statesToSay } from "./every_step.ts";
import type { RecurrentLayer } from "./run_on_kernel.ts";
import { ShiftedLogits } from "./shifted_logits.ts";

/** Options of {@linkcode applyModel}. */
export interface ApplyModelOptions {
  /** Whether dropout is on. */
  training: boolean;
  /** Whether the outputs are wanted at every step, and not at the last alone. */
  every: boolean;
  /**
   * Steps of each example that count; what is to the right of them is padding.
   *
   * @default all steps
   */
  lengths?: Int32Array;
  /**
   * Decides the masks of dropout in training.
   *
   * @default 0
   */
  dropoutSeed?: number;
}

/** What a layer gives: `rows` if its examples are the steps of all examples, one after the other. */
interface Value {
  x: tf.Tensor;
  rows: boolean;
}

/**
 * What a model says, computed by its layers one after the other, so that
 * gradients go back through them: for models that the kernel does not know, and
 * where there is no kernel. Where the kernel knows a model it says the same,
 * to rounding, the masks of dropout included.
 *
 * @param model Any model.
 * @param inputs In the order of its inputs, each [batch, steps, width], or [batch, steps] of classes.
 * @returns In the order of its outputs, each [batch, width] or, with `every`, [batch * steps, width], step after step of
 * one example, then of the next.
 * @throws {TypeError} If a model has nothing to say before the end of a window, and is asked to.
 */
export function applyModel(
  model: tf.LayersModel,
  inputs: readonly tf.Tensor[],
  options: ApplyModelOptions,
): tf.Tensor2D[] {
  const { training, every, lengths, dropoutSeed = 0 } = options;
  const { states, obstacle } = every ? statesToSay(model) : { states: new Set<number>() };
  if (obstacle) throw new TypeError(`Cannot name what comes after every step: ${obstacle}`);
  const steps = Math.max(...inputs.map(({ shape }) => shape[1] ?? 1));
  const values = new Map<number, Value>();
  let dropouts = 0;

  /** A value whose examples are steps: what stands once for an example is repeated. */
  const inRows = ({ x, rows }: Value): tf.Tensor => {
    if (rows) return x;
    const [batch, length, ...rest] = x.shape;
    if (x.rank > 2 ? length === steps : x.dtype === "int32" && length === steps) {
      return tf.reshape(x, [batch * steps, ...x.rank > 2 ? rest : [1]]);
    }
    const once = tf.reshape(x, [batch, 1, x.size / batch]);
    return tf.reshape(tf.tile(once, [1, steps, 1]), [batch * steps, ...x.shape.slice(1)]);
  };

  const masks = lengths &&
    tf.tidy(() => tf.less(tf.range(0, steps, 1, "int32"), tf.tensor2d(lengths, [lengths.length, 1], "int32")));

  const call = (tensor: tf.SymbolicTensor): Value => {
    const layer = tensor.sourceLayer;
    const { inputTensors, callArgs } = layer.inboundNodes[tensor.nodeIndex];
    const given = inputTensors.map(value);
    if (layer.getClassName() === "Dropout") {
      const { rate } = layer.getConfig() as { rate: number };
      const [{ x, rows }] = given;
      if (rate === 0) return given[0];
      // As graphOf calls the node, so that the kernel draws the same mask.
      const output = model.outputs.findIndex(({ id }) => id === tensor.id);
      const name = output < 0 ? `dropout/${++dropouts}` : model.outputNames[output];
      if (!training) return given[0];
      const width = x.shape.at(-1)!, mask = dropoutMask(name, rate, dropoutSeed, [x.size / width, 1, width]);
      return { x: tf.mul(x, tf.tensor(mask, x.shape)), rows };
    }
    const rows = given.some(({ rows }) => rows);
    const xs = given.map((each) => rows ? inRows(each) : each.x);
    if (layer instanceof ShiftedLogits && xs[0].rank === 2 && xs[1].size > xs[1].shape[0]) {
      xs[1] = lastOf(xs[1], lengths);
    }
    const mask = masks && !rows && xs[0].rank === 3 && xs[0].shape[1] === steps && { mask: masks };
    const apply = () => {
      const said = layer.apply(xs.length === 1 ? xs[0] : xs, { training, ...callArgs, ...mask }) as
        | tf.Tensor
        | tf.Tensor[];
      return Array.isArray(said) ? said[tensor.tensorIndex] : said;
    };
    const seeded = () => training ? withSeededDropout(layer, dropoutSeed, apply) : apply();
    if (!states.has(tensor.id)) return { x: seeded(), rows };
    const x = atEveryStep(layer as RecurrentLayer, seeded);
    return { x: tf.reshape(x, [-1, x.shape.at(-1)!]), rows: true };
  };
  const value = (tensor: tf.SymbolicTensor): Value => {
    let made = values.get(tensor.id);
    if (!made) values.set(tensor.id, made = call(tensor));
    return made;
  };

  model.inputs.forEach((input, i) => {
    const x = inputs[i], isOnce = input.shape[1] === 1 || (input.rank === 2 && input.dtype === "float32");
    // What is known of the event after each, for a model that has a place for one alone.
    const rows = every && isOnce && steps > 1 && x.shape[1] === steps;
    values.set(input.id, { x: rows ? tf.reshape(x, [-1, ...input.shape.slice(1) as number[]]) : x, rows });
  });
  return model.outputs.map((output) => {
    const { x, rows } = value(output);
    if (x.rank === 2 && rows === every) return x as tf.Tensor2D;
    if (x.rank !== 3) throw new TypeError(`Cannot learn: output "${output.name}" must be [batch, steps, width]`);
    return (every ? tf.reshape(x, [-1, x.shape[2]!]) : lastOf(x, lengths)) as tf.Tensor2D;
  });
}

/** A recurrent layer's own dropout by a seed: tfjs would draw it anew each time. */
function withSeededDropout<Result>(layer: tf.layers.Layer, seed: number, apply: () => Result): Result {
  const { cell } = layer as unknown as { cell?: { dropoutFunc?: unknown } };
  if (!cell || !("dropoutFunc" in cell)) return apply();
  const { dropoutFunc } = cell;
  let masks = 0;
  cell.dropoutFunc = (x: tf.Tensor, rate: number) => {
    const width = x.shape.at(-1)!, shape = [x.size / width, 1, width] as const;
    return tf.mul(x, tf.tensor(dropoutMask(`own/${++masks}`, rate, seed, shape), x.shape));
  };
  try {
    return apply();
  } finally {
    cell.dropoutFunc = dropoutFunc;
  }
}

/** The last step of each example that counts. */
function lastOf(x: tf.Tensor, lengths?: Int32Array): tf.Tensor {
  const [batch, length, ...rest] = x.shape;
  const last = Int32Array.from({ length: batch }, (_, i) => i * length + (lengths?.[i] ?? length) - 1);
  return tf.gather(tf.reshape(x, [batch * length, ...rest]), tf.tensor1d(last, "int32"));
}

/** A recurrent layer's states of all steps, where it returns the last alone by itself. */
function atEveryStep(layer: RecurrentLayer, apply: () => tf.Tensor): tf.Tensor {
  const asked = layer as { returnSequences: boolean };
  asked.returnSequences = true;
  try {
    return apply();
  } finally {
    asked.returnSequences = false;
  }
}
