import * as tf from "@tensorflow/tfjs";
import { type Cell, type Column, type Encoding, gridCells, type NoteEvent, START } from "../encodings/mod.ts";
import { categorical } from "../heads/mod.ts";
import { VOICES } from "../formats/mod.ts";
import { glorotUniform, normal, relativeAttention } from "../layers/mod.ts";
import type { Prng } from "../random/mod.ts";
import { gruMetre } from "./gru_metre.ts";
import { beside, columnInput } from "./network_parts.ts";
import { type NetworkSystem, rangeOf, type SystemSettings } from "./system.ts";
import type { Settings } from "../settings/mod.ts";

/** How many layers there are, how many heads each divides its width among, and how many times wider it is inside. */
const BLOCKS = 4, HEADS = 4, WIDER = 4;

/** How both of them learn. */
const DEFAULTS = {
  units: 192,
  dropout: 0.2,
  learningRate: 0.001,
  schedule: "cosine",
  warmUpSteps: 100,
  weightDecay: 0.1,
  clipNorm: 1,
  averageDecay: 0.99,
} as const satisfies Partial<Settings>;

/** Cells, each heard with its voice, 0 for the soprano; `START` has a voice of its own. */
function placedCells(settings: SystemSettings): Encoding<Cell> {
  const cells = gridCells(rangeOf(settings));
  const listen = (ears: ReturnType<typeof cells.listen>, heard: number): ReturnType<typeof cells.listen> => ({
    hear: (cell) => ({ ...ears.hear(cell), voice: cell === START ? VOICES : heard++ % VOICES }),
    fork: () => listen(ears.fork(), heard),
  });
  return {
    ...cells,
    name: "placed cells",
    hears: [...cells.hears, { name: "voice", size: VOICES + 1 }],
    knows: [],
    listen: () => listen(cells.listen(), 0),
  };
}

/**
 * Music Transformer over the cells of chorales, soprano, alto, tenor, bass of one sixteenth after the other: four layers
 * of relative attention, which are told nothing of where a cell stands but its voice. It hears classes of cells and of
 * voices, `[batch, length]` each, and says logits of the cell after each, `[batch, length, classes]`. In training it hears
 * up to 1,024 cells: two of five chorales are longer and are cut, and what comes after the cut is learned without what
 * comes before it. Scored, it looks back to the beginning of the piece; all distances from 1,023 on count as one.
 *
 * C.-Z. A. Huang et al., "Music Transformer" (2018); normalised before each part, not after it (R. Xiong et al., "On
 * Layer Normalization in the Transformer Architecture", 2020).
 */
export const musicTransformer: NetworkSystem<Cell> = {
  name: "music-transformer",
  title: "Music Transformer",
  citation: 'Huang et al., "Music Transformer" (2018): relative attention over cells and their voices',
  onRequest: true,
  encoding: placedCells,
  heads: (settings) => [categorical("cell", { classes: placedCells(settings).says[0].size! })],
  build({ prng, ...settings }) {
    const { hears: [cell, voice], says: [{ size }] } = placedCells(settings), { length, units } = settings;
    const inputs = [columnInput("heard.cell", cell, length), columnInput("voice", voice, length)];
    const embedded = inputs.map((input, i) => embedding(input, [cell, voice][i], units, prng));
    const states = attended(tf.layers.add().apply(embedded) as tf.SymbolicTensor, settings, prng);
    return tf.model({ name: "music_transformer", inputs, outputs: dense(states, size!, prng, { name: "cell" }) });
  },
  defaults: {
    ...DEFAULTS,
    length: 1024,
    shift: 1024,
    partial: true,
    augmentation: { transpose: [-5, 6], jitter: true },
    supervision: "every",
    batchSize: 2,
    epochs: 22,
    lossWeights: { cell: 1 },
  },
};

/**
 * Music Transformer over notes, in the same terms as `gruMetre`: it hears what that hears, and says each note's step, then
 * its pitch and its duration, both given the step; logits, `[batch, length, classes]` each.
 */
export const musicTransformerNotes: NetworkSystem<NoteEvent> = {
  name: "music-transformer-notes",
  title: "Music Transformer",
  citation: 'Huang et al., "Music Transformer" (2018): relative attention over embedded notes and metre',
  onRequest: true,
  encoding: gruMetre.encoding,
  heads: gruMetre.heads,
  build({ prng, ...settings }) {
    const { hears, knows = [], says } = gruMetre.encoding(settings), { length, units } = settings;
    const said = (name: string) => says.find((column) => column.name === name)!;
    const input = (name: string, column: Column) => {
      const tensor = columnInput(name, column, length);
      return { tensor, values: embedding(tensor, column, units, prng) };
    };
    const heard = hears.map((column) => input(column.name === "place" ? "place" : `heard.${column.name}`, column));
    const next = [said("step"), ...knows].map((column) => input(`next.${column.name}`, column));
    const sum = tf.layers.add().apply(heard.map(({ values }) => values)) as tf.SymbolicTensor;
    const states = attended(sum, settings, prng);
    const known = beside([states, ...next.map(({ values }) => values)]);
    return tf.model({
      name: "music_transformer_notes",
      inputs: [...heard, ...next].map(({ tensor }) => tensor),
      outputs: says.map(({ name, size }) => dense(name === "step" ? states : known, size!, prng, { name })),
    });
  },
  defaults: {
    ...gruMetre.defaults,
    ...DEFAULTS,
    carryState: true,
    length: 512,
    shift: 512,
    batchSize: 4,
    epochs: 40,
  },
};

/** Layers of attention, and a normalisation after the last: `[batch, length, units]`, from the same. */
function attended(
  from: tf.SymbolicTensor,
  { length, units, dropout }: Pick<SystemSettings, "length" | "units" | "dropout">,
  prng: Prng,
): tf.SymbolicTensor {
  const drop = (x: tf.SymbolicTensor) => tf.layers.dropout({ rate: dropout }).apply(x) as tf.SymbolicTensor;
  const add = (...both: tf.SymbolicTensor[]) => tf.layers.add().apply(both) as tf.SymbolicTensor;
  const norm = (x: tf.SymbolicTensor) => tf.layers.layerNormalization().apply(x) as tf.SymbolicTensor;
  let x = drop(from);
  for (let block = 0; block < BLOCKS; block++) {
    const before = norm(x), asked = ["queries", "keys", "values"].map(() => dense(before, units, prng));
    const seen = relativeAttention({ heads: HEADS, distances: length }).apply(asked) as tf.SymbolicTensor;
    x = add(x, drop(dense(seen, units, prng)));
    const wide = dense(norm(x), WIDER * units, prng, { activation: "gelu" });
    x = add(x, drop(dense(wide, units, prng)));
  }
  return norm(x);
}

function embedding(from: tf.SymbolicTensor, { size }: Column, units: number, prng: Prng): tf.SymbolicTensor {
  return tf.layers.embedding({ inputDim: size!, outputDim: units, embeddingsInitializer: normal(prng, 0.1) })
    .apply(from) as tf.SymbolicTensor;
}

function dense(
  from: tf.SymbolicTensor,
  units: number,
  prng: Prng,
  how: Partial<Parameters<typeof tf.layers.dense>[0]> = {},
): tf.SymbolicTensor {
  return tf.layers.dense({ units, kernelInitializer: glorotUniform(prng), ...how }).apply(from) as tf.SymbolicTensor;
}
