import * as tf from "@tensorflow/tfjs";
import { type Stack, stackOf } from "../layers/mod.ts";
import { noteNetwork } from "../training/mod.ts";

/** What a model says of the next note. */
export interface Said {
  /** One a MIDI number. */
  logits: ArrayLike<number>;
  /** Seconds, of any sign. */
  step: number;
  /** Seconds, of any sign. */
  duration: number;
}

/** A model that hears notes, and says what comes next. */
export interface Listener {
  /**
   * @param notes Those that come next: pitch / 128, step and duration each.
   * @returns What follows them. It may be overwritten when the next notes are heard.
   */
  hear(notes: Float32Array): Said;
  /** Frees what it holds; the model stays. */
  dispose(): void;
}

/** Reads the last `length` notes anew for each that it names, as the published run did. */
export function windowListener(model: tf.LayersModel, length: number): Listener {
  const window = new Float32Array(length * 3);
  return {
    hear(notes) {
      window.copyWithin(0, notes.length);
      window.set(notes, window.length - notes.length);
      return saidBy(model.outputNames, () => {
        // A copy, because tfjs's cpu backend keeps the array that it is given.
        return model.apply(tf.tensor3d(window.slice(), [1, length, 3])) as tf.Tensor[];
      });
    },
    dispose() {},
  };
}

/**
 * Carries what the layers remember from note to note: each costs the same,
 * however many came before, and none is forgotten. On the kernel, or without it
 * on tfjs.
 *
 * @returns Nothing if the model is no stack of LSTM or GRU layers.
 */
export function carryingListener(model: tf.LayersModel): Listener | undefined {
  const notes = noteNetwork(model);
  if (notes) {
    const player = notes.network.player();
    return {
      hear(heard) {
        let outputs: Float32Array[] = [];
        for (let i = 0; i < heard.length; i += 3) outputs = player.step(heard.subarray(i, i + 3));
        return said(model.outputNames, outputs);
      },
      dispose() {
        player.dispose();
        notes.dispose();
      },
    };
  }
  const stack = stackOf(model);
  return stack && tfjsListener(stack);
}

/** The same on tfjs's cells. */
function tfjsListener({ layers, heads }: Stack): Listener {
  let states = layers.map(({ cell, units }) =>
    Array.from({ length: cell === "lstm" ? 2 : 1 }, () => tf.zeros([1, units]))
  );
  const step = (note: Float32Array): tf.Tensor => {
    const before = states;
    let x: tf.Tensor = tf.tensor2d(note.slice(), [1, 3]);
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
    hear(heard) {
      return saidBy(heads.map(({ name }) => name), () => {
        let hidden: tf.Tensor | undefined;
        for (let i = 0; i < heard.length; i += 3) hidden = step(heard.subarray(i, i + 3));
        return heads.map(({ layer }) => layer.apply(hidden!) as tf.Tensor);
      });
    },
    dispose: () => void tf.dispose(states),
  };
}

/** What tensors say, each the output of that name. */
function saidBy(names: string[], compute: () => tf.Tensor[]): Said {
  const outputs: ArrayLike<number>[] = [];
  tf.tidy(() => {
    for (const output of compute()) outputs.push(output.dataSync());
  });
  return said(names, outputs);
}

function said(names: string[], outputs: ArrayLike<number>[]): Said {
  const [logits, { 0: step }, { 0: duration }] = ["pitch", "step", "duration"].map((head) =>
    outputs[names.indexOf(head)]
  );
  if (!Number.isFinite(step) || !Number.isFinite(duration)) {
    throw new Error(`Cannot generate: the model says step ${step} and duration ${duration}; its weights are broken`);
  }
  return { logits, step, duration };
}
