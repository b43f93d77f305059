import { featureEncoding, type NoteEvent, noteFeatures } from "../encodings/mod.ts";
import { categorical } from "../heads/mod.ts";
import type { NetworkSystem, SystemDescription } from "./system.ts";
import { viewpointNetwork } from "./viewpoint_network.ts";

/** What a system of viewpoints says of itself; `defaults.features` are the features that it hears. */
export type ViewpointSystemOptions = Omit<SystemDescription, "citation" | "onRequest">;

/** What is heard without a look back: what is remembered has a fixed size. */
const STATE = ["recent", "anchors", "key", "metre", "habits", "chord", "instrument"];
/** What looks back at where the piece has been before. */
const OWN_PAST = ["transitions", "past", "lenient", "rhythm", "line"];

/**
 * A system of viewpoints: a network over any features of notes, which says a note's sides one after the other as classes.
 *
 * Its settings switch each feature on or off (`features`, names of `NOTE_FEATURES`) and chain the heads in any order
 * (`order`); the network derives from the columns that come of it. What is drawn of the next note earlier, later heads
 * read, the own past's votes among them. Width, learning rate, weight decay, dropout and the features were chosen by hand on the
 * held-out pieces of the paper's corpus.
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
      units: 320,
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
      learningRate: 0.002,
      schedule: "cosine",
      warmUpSteps: 100,
      weightDecay: 1.2,
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
 * Viewpoints without a look back: what is remembered has a fixed size.
 *
 * Its defaults are the best of ten trials, rounded (`data/sweeps/viewpoints-bachcentral.json`): 3.366 nats per note on held-out pieces
 * (standard deviation of two seeds 0.003), where those of {@linkcode viewpointSystem} have 3.404 (0.011).
 */
export const viewpoints: NetworkSystem<NoteEvent> = viewpointSystem({
  name: "viewpoints",
  title: "viewpoints",
  defaults: { units: 384, learningRate: 0.0032, weightDecay: 2.35, dropout: 0.4 },
});

/** Viewpoints on two time scales: a slow layer hears each bar when it has ended, and tells the notes' layer and the heads. */
export const viewpointsBars: NetworkSystem<NoteEvent> = viewpointSystem({
  name: "viewpoints-bars",
  title: "viewpoints, bars over notes",
  defaults: { features: [...STATE, "bars"] },
});

/**
 * Viewpoints that also look back at where the piece has been before.
 *
 * These were chosen by hand. Of nine other settings of the learning rate, units, weight decay and dropout that were drawn
 * (`data/sweeps/viewpoints-own-past-bachcentral.json`, two seeds) the best has 2.378 nats per note on held-out pieces after nine
 * epochs, these have 2.406; what mixtures and the way of playing come to was measured with these.
 */
export const viewpointsOwnPast: NetworkSystem<NoteEvent> = viewpointSystem({
  name: "viewpoints-own-past",
  title: "viewpoints, own past",
  reads: "own past",
  defaults: { features: [...STATE, ...OWN_PAST] },
});

/** Viewpoints that look back at the pieces they learn from, too. */
export const viewpointsTraining: NetworkSystem<NoteEvent> = viewpointSystem({
  name: "viewpoints-training",
  title: "viewpoints, own past and training pieces",
  reads: "training",
  defaults: { features: [...STATE, ...OWN_PAST, "trainingMelody", "trainingRhythm"] },
});
