import * as tf from "@tensorflow/tfjs";
import { type Stack, stackOf } from "../layers/mod.ts";
import type { HeardNote, Listener, NextNote } from "../models/mod.ts";
import { noteNetwork } from "../training/mod.ts";
import { nextNote } from "./next_note.ts";

/** What a network hears of a note: pitch / 128, step and duration. */
export type NetworkInputs = (note: HeardNote) => Float32Array;

/**
 * Carries what the layers remember from note to note: each costs the same,
 * however many came before, and none is forgotten. On the kernel, or without it
 * on tfjs.
 *
 * @returns Nothing if the model is no stack of LSTM or GRU layers.
 */
export function carryingListener(model: tf.LayersModel, inputs: NetworkInputs): Listener | undefined {
  const stack = stackOf(model);
  if (!stack) return;
  const { step, dispose } = kernelStep(model) ?? tfjsStep(stack);
  const names = model.outputNames;
  let said: NextNote | undefined;
  return {
    hear: (note) => void (said = nextNote(names, step(inputs(note)))),
    next() {
      if (!said) throw new Error("Cannot name the next note: the model has heard none");
      return said;
    },
    dispose,
  };
}

/** Hears a note; returns what the heads say, in the order of the model's outputs. */
interface Step {
  step(inputs: Float32Array): ArrayLike<number>[];
  dispose(): void;
}

function kernelStep(model: tf.LayersModel): Step | undefined {
  const notes = noteNetwork(model);
  if (!notes) return;
  const player = notes.network.player();
  return {
    step: (inputs) => player.step(inputs),
    dispose() {
      player.dispose();
      notes.dispose();
    },
  };
}

/** The same on tfjs's cells. */
function tfjsStep({ layers, heads }: Stack): Step {
  let states = layers.map(({ cell, units }) =>
    Array.from({ length: cell === "lstm" ? 2 : 1 }, () => tf.zeros([1, units]))
  );
  const hear = (note: Float32Array): tf.Tensor => {
    const before = states;
    let x: tf.Tensor = tf.tensor2d(note, [1, note.length]);
    states = layers.map(({ layer: { cell } }, i) => {
      // Dropout's masks of the last training, which tfjs leaves here.
      Object.assign(cell, { dropoutMask: null, recurrentDropoutMask: null });
      const [output, ...state] = cell.call([x, ...before[i]], { training: false }) as tf.Tensor2D[];
      x = output;
      return state.map((tensor) => tf.keep(tensor.clone()));
    });
    tf.dispose(before);
    return x;
  };
  return {
    step(inputs) {
      const outputs: ArrayLike<number>[] = [];
      tf.tidy(() => {
        const hidden = hear(inputs);
        for (const { layer } of heads) outputs.push((layer.apply(hidden) as tf.Tensor).dataSync());
      });
      return outputs;
    },
    dispose: () => void tf.dispose(states),
  };
}
