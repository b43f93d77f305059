/** Models of notes besides the paper's, to train. */

import * as tf from "@tensorflow/tfjs";
import pl from "nodejs-polars";
import { paperEncoding } from "../../lib/encodings/mod.ts";
import { paperHeads } from "../../lib/heads/mod.ts";
import { gru, lstm } from "../../lib/layers/mod.ts";
import { gaussian, seeded } from "../../lib/random/mod.ts";
import { type Windows, windows } from "../../lib/windows/mod.ts";

/** What {@linkcode noteModel} is made of. */
export interface NoteModelOptions {
  /** Units of each recurrent layer. */
  units?: number[];
  /** Which cell. */
  cell?: "lstm" | "gru";
  /** tfjs's layers instead of ours. */
  stock?: boolean;
  /** Whether the heads answer at every step. */
  every?: boolean;
  /** More options of the recurrent layers. */
  args?: Partial<tf.LSTMLayerArgs>;
}

/** A model for windows of `length` notes; the same weights each time, whatever the layers' kind. */
export function noteModel(length: number, options: NoteModelOptions = {}): tf.LayersModel {
  const { units = [6], cell = "lstm", stock = false, every = false, args = {} } = options;
  const layer = stock ? { lstm: tf.layers.lstm, gru: tf.layers.gru }[cell] : { lstm, gru }[cell];
  const notes = tf.input({ shape: [length, 3] });
  const hidden = units.reduce<tf.SymbolicTensor>((below, width, i) =>
    layer({
      units: width,
      recurrentActivation: "sigmoid",
      returnSequences: every || i < units.length - 1,
      kernelInitializer: "zeros",
      recurrentInitializer: "zeros",
      ...args,
    }).apply(below) as tf.SymbolicTensor, notes);
  // In another order than `pitch`, `step`, `duration`: nothing may hang on it.
  const heads = Object.entries({ duration: 1, pitch: 128, step: 1 }).map(([name, size]) => {
    const head = tf.layers.dense({ name: every ? undefined : name, units: size, kernelInitializer: "zeros" });
    const answer = every ? tf.layers.timeDistributed({ name, layer: head }) : head;
    return answer.apply(hidden) as tf.SymbolicTensor;
  });
  const model = tf.model({ inputs: notes, outputs: heads });
  const prng = seeded(3);
  tf.tidy(() => {
    model.setWeights(
      model.getWeights().map(({ shape, size }) =>
        tf.tensor(Float32Array.from({ length: size }, () => 0.4 * gaussian(prng)), shape)
      ),
    );
  });
  return model;
}

/** What the paper's model hears and says. */
export function paper(maxSeconds?: number) {
  return { encoding: paperEncoding({ maxSeconds }), heads: paperHeads() };
}

/** Windows over notes drawn at random. */
export function drawnWindows(length: number, notes = 80): Windows {
  const prng = seeded(5), rows = [...Array(notes).keys()];
  return windows(
    pl.DataFrame({
      piece: rows.map(() => "drawn"),
      pitch: rows.map(() => Math.floor(40 + 40 * prng())),
      step: rows.map(() => prng()),
      duration: rows.map(() => 2 * prng()),
    }),
    { length },
  );
}
