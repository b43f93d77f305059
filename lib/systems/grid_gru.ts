import * as tf from "@tensorflow/tfjs";
import { type Cell, gridCells } from "../encodings/mod.ts";
import { categorical } from "../heads/mod.ts";
import { glorotUniform, normal, shiftedLogits } from "../layers/mod.ts";
import { beside, everyState } from "./network_parts.ts";
import { type NetworkSystem, rangeOf, type SystemSettings } from "./system.ts";

/** The farthest interval from what a voice had before that has a logit of its own: two octaves. */
const FARTHEST = 24;

/** The cells of the corpus's range. */
function cellsOf(settings: SystemSettings) {
  return gridCells(rangeOf(settings));
}

/**
 * A GRU over the cells of chorales, one step a cell, which knows the voice of
 * the cell to come and its place in a bar of 4/4. Its logits are a sum: one
 * part says which pitch, the other how far from what the voice had before.
 *
 * K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for
 * Statistical Machine Translation" (2014), for the GRU.
 */
export const gridGru: NetworkSystem<Cell> = {
  name: "grid-gru",
  title: "GRU",
  citation:
    'Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder" (2014), over cells, places and intervals',
  onRequest: true,
  encoding: cellsOf,
  heads: (settings) => [categorical("cell", { classes: cellsOf(settings).says[0].size! })],
  build({ prng, ...settings }) {
    const { length, units } = settings, classes = cellsOf(settings).says[0].size!;
    const input = (name: string) => tf.input({ shape: [length], name, dtype: "int32" });
    const [heard, voice, sixteenth, before] = ["heard.cell", "next.voice", "next.sixteenth", "next.before"].map(input);
    const embedded = (from: tf.SymbolicTensor, inputDim: number, outputDim: number) =>
      tf.layers.embedding({ inputDim, outputDim, embeddingsInitializer: normal(prng, 0.1) })
        .apply(from) as tf.SymbolicTensor;
    // START is one class more.
    const place = [embedded(voice, 4, 4), embedded(sixteenth, 16, 8)];
    const states = everyState(beside([embedded(heard, classes + 1, 32), ...place]), units, prng);
    const known = beside([tf.layers.dropout({ rate: 0.2 }).apply(states) as tf.SymbolicTensor, ...place]);
    const dense = (units: number) =>
      tf.layers.dense({ units, kernelInitializer: glorotUniform(prng) }).apply(known) as tf.SymbolicTensor;
    const farthest = Math.min(FARTHEST, classes - 1);
    const intervals = shiftedLogits({ classes, farthest }).apply([dense(2 * farthest + 1), before]);
    const cell = tf.layers.add({ name: "cell" }).apply([dense(classes), intervals as tf.SymbolicTensor]);
    return tf.model({
      name: "grid_gru",
      inputs: [heard, voice, sixteenth, before],
      outputs: cell as tf.SymbolicTensor,
    });
  },
  defaults: {
    length: 256,
    shift: 256,
    units: 256,
    partial: true,
    augmentation: { transpose: [-5, 6], jitter: true },
    supervision: "every",
    batchSize: 16,
    learningRate: 0.003,
    clipNorm: 1,
    epochs: 20,
    lossWeights: { cell: 1 },
  },
};
