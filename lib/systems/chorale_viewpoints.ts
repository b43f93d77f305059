import { frameEncoding, type FrameEvent, frameFeatures } from "../encodings/mod.ts";
import { categorical } from "../heads/mod.ts";
import { type NetworkSystem, rangeOf, type SystemDescription } from "./system.ts";
import { viewpointNetwork } from "./viewpoint_network.ts";

/** What a system of viewpoints of chorales says of itself; `defaults.features` are the features that it hears. */
export type ChoraleViewpointSystemOptions = Omit<SystemDescription, "citation">;

/** What is heard without a look back: what is remembered has a fixed size. */
const STATE = ["voices", "distances", "key", "place", "phase", "phrases", "lines", "harmony", "above"];

/**
 * A system of viewpoints of chorales: a network over any features of frames, which takes one step a frame and says its
 * voices one after the other, soprano, alto, tenor, bass, each knowing those above it: logits of a pitch or a rest,
 * `[batch, length, classes]` for each voice.
 *
 * Its settings switch each feature on or off (`features`, names of `FRAME_FEATURES`); the network follows from the columns
 * that these bring. Settings were chosen on the `valid` side of the JSB chorales.
 *
 * D. Conklin and I. H. Witten, "Multiple viewpoint systems for music prediction" (1995), as a network.
 */
export function choraleViewpointSystem(
  { defaults, ...description }: ChoraleViewpointSystemOptions,
): NetworkSystem<FrameEvent> {
  const encoding: NetworkSystem<FrameEvent>["encoding"] = (settings, lessons) => {
    const range = rangeOf(settings);
    return frameEncoding(frameFeatures(settings.features, range, lessons), range);
  };
  return {
    citation:
      'After Conklin and Witten, "Multiple viewpoint systems for music prediction" (1995), as a network of frames',
    onRequest: true,
    ...description,
    defaults: {
      features: STATE,
      units: 256,
      dropout: 0.5,
      length: 128,
      shift: 128,
      partial: true,
      acrossPieces: false,
      augmentation: { transpose: [-6, 6], jitter: true, forget: 0.15 },
      batchSize: 16,
      dropRemainder: false,
      supervision: "every",
      lossWeights: { soprano: 1, alto: 1, tenor: 1, bass: 1 },
      learningRate: 0.002,
      schedule: "cosine",
      warmUpSteps: 100,
      weightDecay: 0.5,
      clipNorm: 1,
      averageDecay: 0.99,
      epochs: 40,
      patience: Infinity,
      monitor: "heldOut",
      carryState: true,
      temperature: 1,
      ...defaults,
    },
    encoding,
    heads: (settings) =>
      encoding(settings).says.map(({ name, size }, i, says) =>
        categorical(name, { classes: size!, reads: says.slice(0, i).map(({ name }) => name) })
      ),
    build: (settings) => viewpointNetwork(encoding(settings), { name: description.name, ...settings }),
  };
}

/** Viewpoints of chorales without a look back: what is remembered has a fixed size. */
export const choraleViewpoints: NetworkSystem<FrameEvent> = choraleViewpointSystem({
  name: "chorale-viewpoints",
  title: "viewpoints of frames",
});

/** Viewpoints of chorales that also look back at where the piece has been before, but at no other piece. */
export const choraleViewpointsOwnPast: NetworkSystem<FrameEvent> = choraleViewpointSystem({
  name: "chorale-viewpoints-own-past",
  title: "viewpoints of frames, own past",
  reads: "own past",
  defaults: { features: [...STATE, "past"] },
});

/** Viewpoints of chorales that also look back at where the piece, and those they learn from, have been before. */
export const choraleViewpointsTraining: NetworkSystem<FrameEvent> = choraleViewpointSystem({
  name: "chorale-viewpoints-training",
  title: "viewpoints of frames, own past and training chorales",
  reads: "training",
  // What looks back learns sooner, and needs less width.
  defaults: { features: [...STATE, "past", "passages", "quotations"], units: 192, epochs: 24 },
});
