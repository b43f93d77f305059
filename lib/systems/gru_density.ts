import * as tf from "@tensorflow/tfjs";
import {
  type Column,
  featureEncoding,
  movingPitches,
  type NoteEvent,
  type NoteFeature,
  noteFeatures,
  type NoteSide,
  pastFeature,
  scalingDurations,
  scalingSteps,
} from "../encodings/mod.ts";
import { categorical, type Head, logNormal, mixtureDensity, regression } from "../heads/mod.ts";
import { glorotUniform, normal } from "../layers/mod.ts";
import { durationClasses, stepClasses } from "../notes/mod.ts";
import { beside, columnInput, everyState } from "./network_parts.ts";
import type { NetworkSystem, SystemSettings } from "./system.ts";

/** What each side of the next note is called once it is drawn. */
const DRAWN: Readonly<Record<NoteSide, string>> = { step: "drawnStep", pitch: "drawnPitch", duration: "drawnDuration" };

/** What has been drawn of the next note, as classes, however it is said. */
const drawn: NoteFeature = pastFeature("drawn", {
  knows: [
    { name: DRAWN.step, size: stepClasses.count, after: ["step"], scaling: scalingSteps },
    { name: DRAWN.pitch, size: 128, after: ["pitch"], transposing: movingPitches() },
    { name: DRAWN.duration, size: durationClasses.count, after: ["duration"], scaling: scalingDurations },
  ],
}, {
  hear: () => ({}),
  know: (_, said) => Object.fromEntries(Object.entries(said).map(([side, value]) => [DRAWN[side as NoteSide], value])),
});

/** The head of one side of a note, which reads those drawn before. */
function headOf(side: NoteSide, { order, times, bias }: SystemSettings): Head {
  const reads = order.slice(0, order.indexOf(side));
  if (side === "pitch") return categorical("pitch", { classes: 128, reads });
  const classes = side === "step" ? stepClasses : durationClasses;
  if (times === "classes") return categorical(side, { classes: classes.count, reads });
  if (times === "seconds") return regression(side, { classes, reads });
  if (times === "logNormal") return logNormal(side, { classes, bias, reads });
  // Notes begin together, but none is over at once.
  return mixtureDensity(side, { classes, zero: side === "step", bias, reads });
}

/**
 * A GRU over features of the notes so far, which says how likely every time
 * is, by mixture densities, and draws the sides of a note one after the other.
 *
 * Settings choose the order (`order`), how times are said (`times`), what is
 * heard (`features`, names of `NOTE_FEATURES`), and how boldly times are drawn (`bias`). With densities it trains through tfjs, because
 * the kernel does not have their loss; with `times` as `"classes"` or `"seconds"`, on the kernel.
 *
 * A log-normal distribution has no place for a step of 0: with `times` as `"logNormal"` notes that begin together count
 * as a hundredth of a second apart in training.
 *
 * A. Graves, "Generating sequences with recurrent neural networks" (2013);
 * C. M. Bishop, "Mixture density networks" (1994).
 */
export const gruDensity: NetworkSystem<NoteEvent> = {
  name: "gru-density",
  title: "GRU, densities",
  citation:
    'Graves, "Generating sequences with recurrent neural networks" (2013): a GRU whose times are mixture densities',
  // It trains through tfjs, and that takes its time.
  onRequest: true,
  encoding(settings, lessons) {
    const { features, order, times, maxSeconds } = settings;
    return featureEncoding([drawn, ...noteFeatures(features, order, lessons)], {
      order,
      times: times === "classes" ? "classes" : "seconds",
      maxSeconds,
    });
  },
  heads: (settings) => settings.order.map((side) => headOf(side, settings)),
  build(settings) {
    const { length, units, order, prng } = settings;
    const { hears, knows = [] } = this.encoding(settings);
    const inputs: tf.SymbolicTensor[] = [];
    const valuesOf = (column: Column, of: "heard" | "next") => {
      const { name, size } = column;
      const input = columnInput(`${of}.${name}`, column, length);
      inputs.push(input);
      if (size === undefined) return input;
      const embedding = tf.layers.embedding({
        name: `${of}_${name}_embedding`,
        inputDim: size,
        outputDim: size > 100 ? 32 : size > 40 ? 16 : 8,
        embeddingsInitializer: normal(prng, 0.1),
      });
      return embedding.apply(input) as tf.SymbolicTensor;
    };
    // Anchors are for logits that are sums; as classes they may be -1.
    const isRead = ({ serves }: Column) => serves?.as !== "anchor";
    const heard = hears.filter(isRead).map((column) => valuesOf(column, "heard"));
    const hidden = tf.layers.dropout({ rate: 0.2 }).apply(everyState(beside(heard), units, prng)) as tf.SymbolicTensor;
    // What is known with the last side alone, no head can read.
    const readable = knows.filter((column) => isRead(column) && !column.after?.includes(order.at(-1)!));
    const known = readable.map((column) => ({ after: column.after ?? [], values: valuesOf(column, "next") }));
    const outputs = this.heads(settings).map(({ name, width, reads = [] }) => {
      const of = known.filter(({ after }) => after.every((side) => reads.includes(side))).map(({ values }) => values);
      const layer = (name: string, units: number, activation: "linear" | "relu") =>
        tf.layers.dense({ name, units, activation, kernelInitializer: glorotUniform(prng) });
      const mixed = layer(`${name}_mixed`, units, "relu").apply(beside([hidden, ...of]));
      return layer(name, width, "linear").apply(mixed) as tf.SymbolicTensor;
    });
    return tf.model({ name: "gru_density", inputs, outputs });
  },
  defaults: {
    length: 64,
    shift: 64,
    partial: true,
    augmentation: { transpose: [-6, 5], tempo: [0.8, 1.25], jitter: true },
    acrossPieces: false,
    supervision: "every",
    order: ["step", "pitch", "duration"],
    times: "mixture",
    features: ["recent", "metre"],
    batchSize: 16,
    dropRemainder: false,
    reshuffle: true,
    maxSeconds: 4,
    learningRate: 0.003,
    clipNorm: 1,
    lossWeights: { step: 1, pitch: 1, duration: 1 },
    monitor: "heldOut",
    temperature: 1,
  },
};
