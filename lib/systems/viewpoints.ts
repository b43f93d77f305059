import { featureEncoding, type NoteEvent, noteFeatures } from "../encodings/mod.ts";
import { categorical } from "../heads/mod.ts";
import type { NetworkSystem, SystemDescription } from "./system.ts";
import { viewpointNetwork } from "./viewpoint_network.ts";

/** What a system of viewpoints says of itself; `defaults.features` are the features that it hears. */
export type ViewpointSystemOptions = Omit<SystemDescription, "citation" | "onRequest">;

/** Viewpoints without a look back: what is remembered has a fixed size. */
const STATE = ["recent", "anchors", "key", "metre", "habits"];

/**
 * A system of viewpoints: a network over any features of notes, which says a note's sides one after the other as classes.
 *
 * Its settings switch each feature on or off (`features`, names of `NOTE_FEATURES`) and chain the heads in any order
 * (`order`); the network derives from the columns that come of it. What is drawn of the next note earlier, later heads
 * read, the own past's votes among them.
 *
 * D. Conklin and I. H. Witten, "Multiple viewpoint systems for music prediction" (1995), as a network.
 */
export function viewpointSystem({ defaults, ...description }: ViewpointSystemOptions): NetworkSystem<NoteEvent> {
  const encoding: NetworkSystem<NoteEvent>["encoding"] = ({ features, order }, lessons) =>
    featureEncoding(noteFeatures(features, order, lessons), { order });
  return {
    citation: 'After Conklin and Witten, "Multiple viewpoint systems for music prediction" (1995), as a network',
    onRequest: true,
    ...description,
    defaults: {
      features: STATE,
      order: ["step", "pitch", "duration"],
      units: 256,
      dropout: 0.5,
      length: 128,
      shift: 128,
      partial: true,
      acrossPieces: false,
      augmentation: { transpose: [-6, 6], jitter: true },
      maxSeconds: Infinity,
      batchSize: 16,
      dropRemainder: false,
      supervision: "every",
      lossWeights: { step: 1, pitch: 1, duration: 1 },
      learningRate: 0.003,
      schedule: "cosine",
      warmUpSteps: 100,
      weightDecay: 0.02,
      clipNorm: 1,
      averageDecay: 0.99,
      epochs: 9,
      patience: Infinity,
      monitor: "heldOut",
      carryState: true,
      temperature: 1,
      feedback: "scaled",
      ...defaults,
    },
    encoding,
    heads: (settings) =>
      encoding(settings).says.map(({ name, size }, i) =>
        categorical(name, { classes: size!, reads: settings.order.slice(0, i) })
      ),
    build: (settings) => viewpointNetwork(encoding(settings), { name: description.name, ...settings }),
  };
}

/**
 * Viewpoints without a look back: what is remembered has a fixed size. Width, learning rate and weight decay were chosen
 * on held-out pieces of the paper's corpus.
 */
export const viewpoints: NetworkSystem<NoteEvent> = viewpointSystem({
  name: "viewpoints",
  title: "viewpoints",
  defaults: { units: 320, learningRate: 0.002, weightDecay: 0.3 },
});

/** Viewpoints on two time scales: a slow layer hears each bar when it has ended, and tells the notes' layer and the heads. */
export const viewpointsBars: NetworkSystem<NoteEvent> = viewpointSystem({
  name: "viewpoints-bars",
  title: "viewpoints, bars over notes",
  defaults: { ...viewpoints.defaults, features: [...STATE, "bars"] },
});

/** Viewpoints that also look back at where the piece has been before. */
export const viewpointsOwnPast: NetworkSystem<NoteEvent> = viewpointSystem({
  name: "viewpoints-own-past",
  title: "viewpoints, own past",
  reads: "own past",
  defaults: { features: [...STATE, "past", "lenient", "rhythm"] },
});

/** Viewpoints that look back at the pieces they learn from, too. */
export const viewpointsTraining: NetworkSystem<NoteEvent> = viewpointSystem({
  name: "viewpoints-training",
  title: "viewpoints, own past and training pieces",
  reads: "training",
  defaults: { features: [...STATE, "past", "lenient", "rhythm", "trainingMelody", "trainingRhythm"] },
});
