import * as tf from "@tensorflow/tfjs";
import type { Column, Values } from "../encodings/mod.ts";
import { applyModel } from "../layers/mod.ts";
import type { SaidByHead } from "../systems/mod.ts";
import type { Player } from "./player.ts";

/** Windows that are computed at once. */
const BATCH = 64;

/** What goes into one input of a model. */
export interface InputColumn {
  /** What it is called in a batch: the name of a heard column, or `next.` and one that is known or said. */
  name: string;
  /** The column. */
  column: Column;
  /** Whether it is of the event to come, and not of those heard. */
  next: boolean;
}

/** An event as a model's inputs have it. */
interface Row {
  /** What is heard of it. */
  heard: Values;
  /** What was known and said of it, by `next.` and the columns' names. */
  came: Values;
}

/** A model that reads windows, and what goes into it. */
export interface WindowModel {
  /** The model. */
  model: tf.LayersModel;
  /** What its inputs are. */
  inputs: readonly InputColumn[];
  /** Events in a window. */
  length: number;
}

/** Reads the last `length` events anew for each that it names, as the published run did, or as many as there are. */
export function windowPlayer(windows: WindowModel, heardBefore: readonly Row[] = []): Player {
  let rows = [...heardBefore];
  const asked = windows.inputs.filter(({ next }) => next).map(({ name }) => name);
  let latest: { of: string; said: SaidByHead } | undefined;
  return {
    hear(heard, came) {
      rows = [...rows, { heard, came }].slice(-windows.length);
      latest = undefined;
    },
    say(output, next) {
      // All outputs are computed at once, so that the next head may have been answered already.
      const of = JSON.stringify(asked.map((name) => next[name]));
      if (latest?.of !== of) latest = { of, said: outputsOf(windows, [[...rows, { heard: {}, came: next }]])[0] };
      return latest.said[output];
    },
    fork: () => windowPlayer(windows, rows),
    dispose() {},
  };
}

/** What a {@linkcode windowPlayer} says after each event of a piece but the last, computed many windows at a time. */
export function* followWindows(windows: WindowModel, piece: readonly Row[]): Generator<SaidByHead> {
  const { length } = windows;
  const first = Math.min(length - 1, piece.length - 1);
  for (let end = 1; end <= first; end++) yield* outputsOf(windows, [piece.slice(0, end + 1)]);
  for (let end = length; end < piece.length; end += BATCH) {
    const size = Math.min(BATCH, piece.length - end);
    yield* outputsOf(windows, Array.from({ length: size }, (_, i) => piece.slice(end + i - length, end + i + 1)));
  }
}

/**
 * What a model says of the last event of each stretch, having heard all before it.
 *
 * @param stretches All of one length, at most one more than the windows.
 */
function outputsOf({ model, inputs, length }: WindowModel, stretches: readonly (readonly Row[])[]): SaidByHead[] {
  const size = stretches.length, steps = stretches[0].length - 1;
  let outputs: Float32Array[] = [];
  tf.tidy(() => {
    const tensors = inputs.map((input, i) => tensorOf(input, stretches, model.inputs[i].shape));
    outputs = apply(model, tensors, steps, length).map((output) => output.dataSync() as Float32Array);
  });
  return stretches.map((_, row) =>
    Object.fromEntries(model.outputNames.map((name, i) => {
      const width = model.outputs[i].shape.at(-1)!, each = outputs[i].length / size;
      // The last step, where it says something at every step.
      return [name, outputs[i].subarray((row + 1) * each - width, (row + 1) * each)];
    }))
  );
}

function apply(model: tf.LayersModel, tensors: tf.Tensor[], steps: number, length: number): tf.Tensor[] {
  if (steps === length) return [model.apply(tensors.length === 1 ? tensors[0] : tensors)].flat() as tf.Tensor[];
  try {
    return applyModel(model, tensors, { training: false, every: false });
  } catch (error) {
    throw new TypeError(
      `Cannot listen to ${steps} events: they do not fill the model's window of ${length}, and it cannot do with fewer`,
      { cause: error },
    );
  }
}

/** An input of a model: of each stretch what is heard of all events but the last, or known of all but the first. */
function tensorOf(
  { name, column: { size: classes, width = 1 }, next }: InputColumn,
  stretches: readonly (readonly Row[])[],
  [, places]: readonly (number | null)[],
): tf.Tensor {
  const values: number[] = [];
  let steps = 0;
  for (const stretch of stretches) {
    // What is of the event to come alone stands once.
    const rows = next ? stretch.slice(places === 1 ? -1 : 1) : stretch.slice(0, -1);
    for (const { heard, came } of rows) {
      const value = (next ? came : heard)[name];
      // What is not drawn yet has no value; the head that is asked for does not depend on it.
      if (value === undefined) { for (let k = 0; k < width; k++) values.push(0); }
      else if (typeof value === "number") values.push(value);
      else for (let k = 0; k < width; k++) values.push(value[k]);
    }
    steps = rows.length;
  }
  const size = stretches.length;
  return classes === undefined
    ? tf.tensor3d(Float32Array.from(values), [size, steps, width])
    : tf.tensor2d(Int32Array.from(values), [size, steps], "int32");
}
