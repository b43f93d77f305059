import * as tf from "@tensorflow/tfjs";
import { outputsAtEveryStep, stackOf } from "../layers/mod.ts";
import type { HeardNote, Listener, NextNote } from "../models/mod.ts";
import type { NetworkInputs } from "./carrying_listener.ts";
import { nextNote } from "./next_note.ts";

/** Numbers that a network hears of a note. */
const WIDTH = 3;
/** Windows that are computed at once. */
const BATCH = 64;

/** Reads the last `length` notes anew for each that it names, as the published run did, or as many as there are. */
export function windowListener(model: tf.LayersModel, length: number, inputs: NetworkInputs): Listener {
  const window = new Float32Array(length * WIDTH);
  let heard = 0;
  return {
    hear(note) {
      window.copyWithin(0, WIDTH);
      window.set(inputs(note), window.length - WIDTH);
      heard = Math.min(heard + 1, length);
    },
    next() {
      if (heard === 0) throw new Error("Cannot name the next note: the model has heard none");
      // A copy, because tfjs's cpu backend keeps the array that it is given.
      const notes = window.slice((length - heard) * WIDTH);
      return heard < length ? [...saidFromTheStart(model, notes)].at(-1)! : saidOf(model, notes, 1)[0];
    },
    dispose() {},
  };
}

/**
 * What a {@linkcode windowListener} says after each note of a piece but the
 * last, computed many windows at a time.
 */
export function* followWindows(
  model: tf.LayersModel,
  length: number,
  piece: readonly HeardNote[],
  inputs: NetworkInputs,
): Generator<NextNote> {
  const notes = new Float32Array(Math.max(0, piece.length - 1) * WIDTH);
  for (let i = 0; i < piece.length - 1; i++) notes.set(inputs(piece[i]), i * WIDTH);
  const count = piece.length - 1;
  if (count >= 1 && length > 1) yield* saidFromTheStart(model, notes.slice(0, Math.min(length - 1, count) * WIDTH));
  for (let first = 0; first + length <= count; first += BATCH) {
    const size = Math.min(BATCH, count - length + 1 - first);
    const windows = new Float32Array(size * length * WIDTH);
    for (let i = 0; i < size; i++) {
      const start = (first + i) * WIDTH;
      windows.set(notes.subarray(start, start + length * WIDTH), i * length * WIDTH);
    }
    yield* saidOf(model, windows, size);
  }
}

/** After each of some windows. */
function saidOf(model: tf.LayersModel, windows: Float32Array, size: number): NextNote[] {
  return said(model, size, () => {
    return model.apply(tf.tensor3d(windows, [size, windows.length / size / WIDTH, WIDTH])) as tf.Tensor[];
  });
}

/** After each of the first notes of a piece, too few for a window. */
function saidFromTheStart(model: tf.LayersModel, notes: Float32Array): NextNote[] {
  const stack = stackOf(model), count = notes.length / WIDTH;
  if (!stack) {
    throw new TypeError(
      `Cannot listen to ${count} notes: they do not fill the model's window, and it is no stack of LSTM or GRU layers`,
    );
  }
  return said(model, count, () => outputsAtEveryStep(stack, tf.tensor3d(notes, [1, count, WIDTH]), false));
}

/** What tensors say, each `count` rows of the output of that name. */
function said({ outputNames }: tf.LayersModel, count: number, compute: () => tf.Tensor[]): NextNote[] {
  let outputs: Float32Array[] = [];
  tf.tidy(() => void (outputs = compute().map((output) => output.dataSync() as Float32Array)));
  const rowOf = (values: Float32Array, row: number) => {
    const width = values.length / count;
    return values.subarray(row * width, (row + 1) * width);
  };
  return Array.from({ length: count }, (_, row) => nextNote(outputNames, outputs.map((values) => rowOf(values, row))));
}
