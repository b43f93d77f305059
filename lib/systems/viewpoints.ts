import * as tf from "@tensorflow/tfjs";
import {
  anchors,
  type Column,
  type Encoding,
  featureEncoding,
  habits,
  keyHeard,
  LENIENT,
  metreHeard,
  type NoteEvent,
  type NoteFeature,
  ownPast,
  recentNotes,
  RHYTHMIC,
} from "../encodings/mod.ts";
import { categorical, type Head } from "../heads/mod.ts";
import { glorotUniform, lstm, normal, orthogonal, shiftedLogits } from "../layers/mod.ts";
import { durationClasses, stepClasses } from "../notes/mod.ts";
import type { Prng } from "../random/mod.ts";
import { beside, columnInput } from "./network_parts.ts";
import type { NetworkSystem } from "./system.ts";

/** Rate of dropout of what is learned; half of it of what is heard. */
const DROPOUT = 0.5;
/** Width of the embedding of a class, and of a pitch. */
const EMBEDDING = 12, PITCH_EMBEDDING = 24;
/** Farthest interval from an anchor that has a logit of its own, in semitones; and in classes of time. */
const SEMITONES = 30, TIMES = 20;

/** Pitches from which the next one is an interval away. */
const PITCH_ANCHORS = ["last", "before", "third", "chordLow", "chordHigh"];
const MET_ANCHORS = ["ended", "endedBefore", "place", "low", "high"];
const STEP_ANCHORS = ["stepAnchor", "motionAnchor", "motionBeforeAnchor", "durationAnchor", "endAnchor", "endAnchor2"];
const DURATION_ANCHORS = ["lastDuration", "durationBefore", "leftFirst", "leftLast", "endedDuration"]
  .map((name) => `${name}Anchor`);

/** What stands in the embeddings of a note heard, and of one whose step is drawn. */
const EMBEDDED = [
  ...["interval", "intervalBefore", "stepHeard", "stepBefore", "durationHeard", "durationBefore", "motion"],
  ...["motionBefore", "chordSize", "chordSizeBefore", "end1", "end2", "end3", "sounding", "degree", "degreeBefore"],
  ...["beat", "beatPosition", "phraseBar", "metreFrom"],
];
const MET = [
  ...["endedCount", "soundingOn", "leftFirst", "leftLast", "endedDuration", "endedDegree", "placeDegree", "lowDegree"],
  ...MET_ANCHORS.map((name) => `${name}Interval`),
  ...["nextBeat", "nextBeatPosition", "nextPhraseBar"],
];
const HEARD_INTERVALS = ["before", "third", "chordLow", "chordHigh"].map((name) => `${name}Interval`);

const FEATURES: readonly NoteFeature[] = [recentNotes, anchors, keyHeard, metreHeard, habits];
const PAST = [
  ownPast(),
  ownPast({ name: "lenient", likeness: LENIENT }),
  ownPast({ name: "rhythm", likeness: RHYTHMIC }),
];

/** Width of a head's layers and of the LSTM, unless settings say another. */
const UNITS = 256;

/**
 * Viewpoints without a look back: what is remembered has a fixed size. Width, learning rate and weight decay were chosen
 * on held-out pieces of the paper's corpus.
 */
export const viewpoints: NetworkSystem<NoteEvent> = systemOf("viewpoints", "viewpoints", FEATURES, [], {
  units: 320,
  learningRate: 0.002,
  weightDecay: 0.3,
});

/** Viewpoints that also look back at where the piece has been before. */
export const viewpointsOwnPast: NetworkSystem<NoteEvent> = systemOf(
  "viewpoints-own-past",
  "viewpoints, own past",
  [...FEATURES, ...PAST],
  PAST.map(({ name }) => name),
);

function systemOf(
  name: string,
  title: string,
  features: readonly NoteFeature[],
  pasts: readonly string[],
  chosen: NetworkSystem<NoteEvent>["defaults"] = {},
): NetworkSystem<NoteEvent> {
  const encoding = featureEncoding(features);
  return {
    name,
    title,
    citation: 'After Conklin and Witten, "Multiple viewpoint systems for music prediction" (1995), as a network',
    onRequest: true,
    reads: pasts.length > 0 ? "own past" : "state",
    defaults: {
      units: UNITS,
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
      ...chosen,
    },
    encoding: () => encoding,
    heads: () => viewpointHeads(encoding),
    build: (settings) => new ViewpointModel(encoding, pasts, settings).model(name),
  };
}

/** Step, then the pitch given the step, then the duration given both. */
function viewpointHeads({ says }: Pick<Encoding<NoteEvent>, "says">): Head[] {
  return says.map(({ name, size }, i) =>
    categorical(name, { classes: size!, reads: says.slice(0, i).map((s) => s.name) })
  );
}

/**
 * The model. One LSTM hears embeddings of what the features say of each note;
 * a head of two layers says each of the three classes. Its logits are sums: of the
 * absolute class; of intervals from each anchor; of the degree in the key; and of
 * the logs that habits and the piece's past give, each times a gate.
 */
class ViewpointModel {
  readonly length: number;
  readonly units: number;
  readonly prng: Prng;
  readonly #inputs = new Map<string, tf.SymbolicTensor>();
  readonly #columns: ReadonlyMap<string, Column>;

  constructor(
    encoding: Encoding<NoteEvent>,
    readonly pasts: readonly string[],
    settings: { length: number; units: number; prng: Prng },
  ) {
    this.length = settings.length;
    this.units = settings.units;
    this.prng = settings.prng;
    const { hears, knows = [], says } = encoding;
    this.#columns = new Map([
      ...hears.map((column) => [column.name, column] as const),
      ...[...knows, ...says].map((column) => [`next.${column.name}`, column] as const),
    ]);
  }

  model(name: string): tf.LayersModel {
    const heard = this.#drop(
      beside([
        ...EMBEDDED.map((name) => this.#embedded(name)),
        this.#embedded("last", PITCH_EMBEDDING),
        this.#input("times"),
        this.#input("scale"),
      ]),
      DROPOUT / 2,
    );
    const hidden = lstm({
      name: "lstm",
      units: this.units,
      returnSequences: true,
      recurrentActivation: "sigmoid",
      unitForgetBias: true,
      kernelInitializer: glorotUniform(this.prng),
      recurrentInitializer: orthogonal(this.prng),
    }).apply(heard) as tf.SymbolicTensor;
    const soFar = [this.#drop(hidden, DROPOUT), heard];
    const met = this.#drop(
      beside([
        ...[...MET, "step"].map((name) => this.#embedded(`next.${name}`)),
        ...HEARD_INTERVALS.map((name) => this.#embedded(name)),
      ]),
      DROPOUT / 2,
    );
    const drawn = this.#drop(
      beside(["pitch", "leap", "nextDegree"].map((name) => this.#embedded(`next.${name}`))),
      DROPOUT / 2,
    );
    const pitches = [...PITCH_ANCHORS, ...MET_ANCHORS.map((name) => `next.${name}`)];
    const outputs = [
      this.#head("step", stepClasses.count, [...soFar, ...this.#pastBest("Step")], (said) => [
        ...STEP_ANCHORS.map((anchor) => this.#shifted(said, anchor, stepClasses.count, TIMES)),
        ...this.#weighed(said, ["stepsLately", "stepsSoFar", ...this.#pastLogs("Step")]),
      ]),
      this.#head("pitch", 128, [...soFar, met, ...this.#pastBest("Pitch")], (said) => [
        ...pitches.map((anchor) => this.#shifted(said, anchor, 128, SEMITONES)),
        this.#degrees(said),
        ...this.#weighed(said, ["pitchesLately", "pitchesSoFar", ...this.#pastLogs("Pitch")]),
      ]),
      this.#head("duration", durationClasses.count, [...soFar, met, drawn, ...this.#pastBest("Duration")], (said) => [
        ...DURATION_ANCHORS.map((anchor) => this.#shifted(said, `next.${anchor}`, durationClasses.count, TIMES)),
        ...this.#weighed(said, ["durationsLately", "durationsSoFar", ...this.#pastLogs("Duration")]),
      ]),
    ];
    return tf.model({ name: name.replaceAll("-", "_"), inputs: [...this.#inputs.values()], outputs });
  }

  /** A head: two layers, the second beside the first, and logits that are a sum. */
  #head(
    name: string,
    classes: number,
    reads: readonly tf.SymbolicTensor[],
    terms: (said: tf.SymbolicTensor) => tf.SymbolicTensor[],
  ): tf.SymbolicTensor {
    const first = this.#drop(this.#dense(beside(reads), this.units, "gelu"), DROPOUT);
    const second = this.#drop(this.#dense(first, this.units, "gelu"), DROPOUT);
    const said = tf.layers.add().apply([first, second]) as tf.SymbolicTensor;
    return tf.layers.add({ name }).apply([this.#logits(said, classes), ...terms(said)]) as tf.SymbolicTensor;
  }

  #input(name: string): tf.SymbolicTensor {
    const known = this.#inputs.get(name);
    if (known) return known;
    const input = columnInput(name, this.#columns.get(name)!, this.length);
    this.#inputs.set(name, input);
    return input;
  }

  #embedded(name: string, width = EMBEDDING): tf.SymbolicTensor {
    const { size } = this.#columns.get(name)!;
    return tf.layers.embedding({
      name: `embedding.${name}`,
      inputDim: size!,
      outputDim: width,
      embeddingsInitializer: normal(this.prng, 0.4),
    }).apply(this.#input(name)) as tf.SymbolicTensor;
  }

  /** Intervals from an anchor, as far as each has a logit of its own. */
  #shifted(said: tf.SymbolicTensor, anchor: string, classes: number, farthest: number): tf.SymbolicTensor {
    const intervals = this.#logits(said, 2 * farthest + 1);
    return shiftedLogits({ classes, farthest }).apply([intervals, this.#input(anchor)]) as tf.SymbolicTensor;
  }

  #degrees(said: tf.SymbolicTensor): tf.SymbolicTensor {
    const degrees = this.#logits(said, 12);
    return shiftedLogits({ classes: 128, modulo: 12 }).apply([degrees, this.#input("tonic")]) as tf.SymbolicTensor;
  }

  /** Columns of logs, each times a gate of its own. */
  #weighed(said: tf.SymbolicTensor, names: readonly string[]): tf.SymbolicTensor[] {
    return names.map((name) =>
      tf.layers.multiply().apply([this.#logits(said, 1), this.#input(name)]) as tf.SymbolicTensor
    );
  }

  #pastLogs(of: string): string[] {
    return this.pasts.flatMap((past) => [1, 2].map((floor) => `next.${past}${of}${floor}`));
  }

  /** How alike the best passage is, and the votes. */
  #pastBest(of: string): tf.SymbolicTensor[] {
    const votes = of === "Pitch" ? "Interval" : of;
    return this.pasts.flatMap((past) =>
      [`next.${past}Best${of}`, `next.${past}${votes}Votes`].map((name) => this.#input(name))
    );
  }

  #logits(said: tf.SymbolicTensor, units: number): tf.SymbolicTensor {
    const kernelInitializer = normal(this.prng, 0.3 / Math.sqrt(this.units));
    return tf.layers.dense({ units, kernelInitializer }).apply(said) as tf.SymbolicTensor;
  }

  #dense(from: tf.SymbolicTensor, units: number, activation: "gelu"): tf.SymbolicTensor {
    const kernelInitializer = glorotUniform(this.prng);
    return tf.layers.dense({ units, activation, kernelInitializer }).apply(from) as tf.SymbolicTensor;
  }

  #drop(from: tf.SymbolicTensor, rate: number): tf.SymbolicTensor {
    return tf.layers.dropout({ rate }).apply(from) as tf.SymbolicTensor;
  }
}
