import * as tf from "@tensorflow/tfjs";
import {
  type BarPlace,
  type Column,
  type Encoding,
  noteClasses,
  type NoteEvent,
  placeAfter,
} from "../encodings/mod.ts";
import { categorical } from "../heads/mod.ts";
import { glorotUniform, normal } from "../layers/mod.ts";
import { stepClasses } from "../notes/mod.ts";
import { beside, everyState } from "./network_parts.ts";
import type { NetworkSystem } from "./system.ts";

/** Places in a bar that are told apart: 32 sixteenths, and one for those that nobody knows or that come later. */
const PLACES = 33, UNKNOWN = PLACES - 1;

function classOf(place: BarPlace | undefined): number {
  if (!place) return UNKNOWN;
  // Just before the barline is on it.
  const sixteenth = Math.round(4 * place.quarter) % Math.max(1, Math.round(4 * place.bar));
  return Math.min(sixteenth, UNKNOWN);
}

const place: Column = { name: "place", size: PLACES };

/**
 * Notes as three classes each, and their places in the bar, in sixteenths: of
 * the notes heard, and of the one to come, once its step is drawn. A note's own
 * place is taken from its file; after a drawn note the bar is counted on.
 */
export const metreEncoding: Encoding<NoteEvent> = {
  ...noteClasses,
  name: "metre",
  hears: [...noteClasses.hears, place],
  knows: [{ ...place, after: ["step"] }],
  // The step first: the pitch and the duration know where in the bar the note will be.
  says: ["step", "pitch", "duration"].map((name) => noteClasses.says.find((column) => column.name === name)!),
  listen() {
    const listenerOf = (before: BarPlace | undefined): ReturnType<Encoding<NoteEvent>["listen"]> => {
      let last = before;
      return {
        hear(note) {
          last = note.place ?? (last && placeAfter(last, note.step));
          return { ...noteClasses.say(note), place: classOf(last) };
        },
        know: ({ step }) => ({
          place: classOf(step === undefined || !last ? undefined : placeAfter(last, stepClasses.seconds(step))),
        }),
        fork: () => listenerOf(last),
      };
    };
    return listenerOf(undefined);
  },
};

/**
 * A GRU over embedded classes and the metre, which names the next note's step,
 * then its pitch and duration, given the step and where in the bar that puts it.
 *
 * K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for
 * Statistical Machine Translation" (2014), for the GRU.
 */
export const gruMetre: NetworkSystem<NoteEvent> = {
  name: "gru-metre",
  title: "GRU, metre",
  citation:
    'Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder" (2014), over embedded notes and metre',
  encoding: () => metreEncoding,
  heads: () => [
    categorical("step", { classes: 65 }),
    categorical("pitch", { classes: 128, reads: ["step"] }),
    categorical("duration", { classes: 64, reads: ["step"] }),
  ],
  build({ length, units, prng }) {
    const embedded = (name: string, size: number, width: number) => {
      const input = tf.input({ shape: [length], name, dtype: "int32" });
      const layer = tf.layers.embedding({
        name: `${name.replace(".", "_")}_embedding`,
        inputDim: size,
        outputDim: width,
        embeddingsInitializer: normal(prng, 0.1),
      });
      return { input, values: layer.apply(input) as tf.SymbolicTensor };
    };
    const past = [
      embedded("heard.pitch", 128, 32),
      embedded("heard.step", 65, 16),
      embedded("heard.duration", 64, 16),
      embedded("place", PLACES, 8),
    ];
    const next = [embedded("next.step", 65, 16), embedded("next.place", PLACES, 8)];
    const hidden = tf.layers.dropout({ rate: 0.2 }).apply(
      everyState(beside(past.map(({ values }) => values)), units, prng),
    ) as tf.SymbolicTensor;
    const known = beside([hidden, ...next.map(({ values }) => values)]);
    const head = (name: string, size: number, from: tf.SymbolicTensor) =>
      tf.layers.dense({ name, units: size, kernelInitializer: glorotUniform(prng) }).apply(from) as tf.SymbolicTensor;
    return tf.model({
      name: "gru_metre",
      inputs: [...past, ...next].map(({ input }) => input),
      outputs: [head("step", 65, hidden), head("pitch", 128, known), head("duration", 64, known)],
    });
  },
  defaults: {
    length: 64,
    shift: 64,
    partial: true,
    augmentation: { transpose: [-6, 5], jitter: true },
    acrossPieces: false,
    supervision: "every",
    batchSize: 16,
    dropRemainder: false,
    reshuffle: true,
    learningRate: 0.003,
    lossWeights: { step: 1, pitch: 1, duration: 1 },
    monitor: "heldOut",
    temperature: 1,
  },
};
