/**
 * The models of `deno task bench --models`, as a person would put them
 * together in a cell; `peers/pytorch_models.py` has the same in PyTorch.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs";
import { categorical, type Head, paperHeads } from "../lib/heads/mod.ts";
import { glorotUniform, graphOf, lstm, normal, relativeAttention } from "../lib/layers/mod.ts";
import { type Prng, seeded } from "../lib/random/mod.ts";
import { settings, type Supervision } from "../lib/settings/mod.ts";
import { isNetwork, noteSystem, vanillaLstm } from "../lib/systems/mod.ts";
import type { Batch } from "../lib/windows/mod.ts";
import { isCompared, type Job, type ModelName, MODELS } from "./job.ts";

/** A model, what it is to learn, and how. */
export interface ModelToTrain {
  /** Its inputs are called as in {@linkcode batchFor}. */
  model: tf.LayersModel;
  /** What it names. */
  heads: readonly Head[];
  /** How much each loss counts. */
  lossWeights: Readonly<Record<string, number>>;
  /** Whether it names the event after the window, or the one after each event of it. */
  supervision: Supervision;
  /** Examples of its batches. */
  batchSize: number;
}

/** A layer's output, or an input. */
type Tensor = tf.SymbolicTensor;

/**
 * Builds the model of a job. Its weights are drawn. In a check it is without
 * dropout, which no two libraries draw alike.
 *
 * @throws {RangeError} If there is no network of that name.
 */
export function modelToTrain(job: Job): ModelToTrain {
  const { model, batch } = job;
  if (!isCompared(model)) return systemToTrain(model);
  return { batchSize: batch ?? MODELS[model].batch, ...BUILD[model](new Layers(job.work !== "check"), job) };
}

/** A network of the registry, as its own settings have it. */
function systemToTrain(name: string): ModelToTrain {
  const system = noteSystem(name);
  if (!isNetwork(system)) throw new RangeError(`Cannot train "${name}": it is no network`);
  const chosen = { ...settings("corrected"), ...system.defaults }, heads = system.heads(chosen);
  return {
    model: system.build({ ...chosen, prng: seeded(42) }),
    heads,
    lossWeights: Object.fromEntries(heads.map((head) => [head.name, 1])),
    supervision: chosen.supervision,
    batchSize: chosen.batchSize,
  };
}

type Build = (layers: Layers, job: Job) => Omit<ModelToTrain, "batchSize">;

const BUILD: Record<ModelName, Build> = {
  paper,
  beyond,
  bachbot,
  deepbach,
  transformer,
};

/** Layers as all the models have them. */
class Layers {
  readonly prng: Prng = seeded(42);
  readonly #hasDropout: boolean;

  constructor(hasDropout: boolean) {
    this.#hasDropout = hasDropout;
  }

  classes(name: string, steps: number): Tensor {
    return tf.input({ name, shape: [steps], dtype: "int32" });
  }

  embedding(name: string, classes: number, width: number): (heard: Tensor) => Tensor {
    const layer = tf.layers.embedding({
      name,
      inputDim: classes,
      outputDim: width,
      embeddingsInitializer: normal(this.prng, 0.1),
    });
    return (heard) => layer.apply(heard) as Tensor;
  }

  dense(name: string, units: number, activation: "linear" | "relu" | "gelu", below: Tensor): Tensor {
    const layer = tf.layers.dense({ name, units, activation, kernelInitializer: glorotUniform(this.prng) });
    return layer.apply(below) as Tensor;
  }

  lstm(name: string, units: number, below: Tensor, { last = false, goBackwards = false } = {}): Tensor {
    const layer = lstm({
      ...{ name, units, recurrentActivation: "sigmoid", returnSequences: !last, goBackwards },
      ...{ kernelInitializer: glorotUniform(this.prng), recurrentInitializer: glorotUniform(this.prng) },
    });
    return layer.apply(below) as Tensor;
  }

  dropout(rate: number, below: Tensor): Tensor {
    return this.#hasDropout ? tf.layers.dropout({ rate }).apply(below) as Tensor : below;
  }

  norm(name: string, below: Tensor): Tensor {
    return tf.layers.layerNormalization({ name, epsilon: 1e-5 }).apply(below) as Tensor;
  }
}

/** The paper's model, and its step. */
function paper({ prng }: Layers, { length = MODELS.paper.length, units = MODELS.paper.units }: Job): ReturnType<Build> {
  const { lossWeights } = settings("published");
  return { model: vanillaLstm({ length, units, prng }), heads: paperHeads(), lossWeights, supervision: "last" };
}

/** Pitch, step and duration as embedded classes, two LSTM, three heads of classes at every step. */
function beyond(layers: Layers): ReturnType<Build> {
  const { length, units, classes, widths } = MODELS.beyond;
  const names = ["pitch", "step", "duration"] as const;
  const inputs = names.map((name) => layers.classes(`heard.${name}`, length));
  const heard = names.map((name, i) => layers.embedding(`${name}_embedding`, classes[name], widths[name])(inputs[i]));
  const first = layers.dropout(0.3, layers.lstm("lstm_1", units, tf.layers.concatenate().apply(heard) as Tensor));
  const second = layers.dropout(0.3, layers.lstm("lstm_2", units, first));
  return {
    model: tf.model({ inputs, outputs: names.map((name) => layers.dense(name, classes[name], "linear", second)) }),
    heads: names.map((name) => categorical(name, { classes: classes[name] })),
    lossWeights: { pitch: 1, step: 1, duration: 1 },
    supervision: "every",
  };
}

/** F. Liang et al., "Automatic stylistic composition of Bach chorales with deep LSTM" (2017): tokens, three LSTM. */
function bachbot(layers: Layers): ReturnType<Build> {
  const { length, units, tokens, width } = MODELS.bachbot;
  const heard = layers.classes("heard.token", length);
  let hidden = layers.embedding("embedding", tokens, width)(heard);
  for (const name of ["lstm_1", "lstm_2", "lstm_3"]) hidden = layers.dropout(0.3, layers.lstm(name, units, hidden));
  return {
    model: tf.model({ inputs: heard, outputs: layers.dense("token", tokens, "linear", hidden) }),
    heads: [categorical("token", { classes: tokens })],
    lossWeights: { token: 1 },
    supervision: "every",
  };
}

/**
 * G. Hadjeres et al., "DeepBach" (2017), the network of one voice: it names a
 * pitch by the sixteenths before it, those after it, and the other voices beside
 * it, each with its place in the beat and whether a fermata holds.
 */
function deepbach(layers: Layers): ReturnType<Build> {
  const { length, units, voices, pitches, places, fermatas, width } = MODELS.deepbach;
  const pitch = layers.embedding("pitch_embedding", pitches, width);
  const place = layers.embedding("place_embedding", places, width);
  const fermata = layers.embedding("fermata_embedding", fermatas, width);
  const inputs: Tensor[] = [];
  const embedded = (side: string, voices: number, steps: number) => {
    const named = (name: string) => inputs[inputs.push(layers.classes(`${side}.${name}`, steps)) - 1];
    const columns = Array.from({ length: voices }, (_, voice) => pitch(named(`voice_${voice + 1}`)));
    return tf.layers.concatenate().apply([...columns, place(named("place")), fermata(named("fermata"))]) as Tensor;
  };
  const side = (name: string, goBackwards: boolean) => {
    const first = layers.lstm(`${name}_1`, units, embedded(name, voices, length), { goBackwards });
    return layers.lstm(`${name}_2`, units, layers.dropout(0.2, first), { last: true });
  };
  const left = side("left", false), right = side("right", true);
  const present = tf.layers.flatten().apply(layers.dense("present", units, "relu", embedded("beside", voices - 1, 1)));
  const all = tf.layers.concatenate().apply([left, right, present as Tensor]) as Tensor;
  const merged = layers.dense("merged", units, "relu", all);
  return {
    model: tf.model({ inputs, outputs: layers.dense("pitch", pitches, "linear", merged) }),
    heads: [categorical("pitch", { classes: pitches })],
    lossWeights: { pitch: 1 },
    supervision: "last",
  };
}

/** C.-Z. A. Huang et al., "Music Transformer" (2018), on tokens, with a normalisation before each part. */
function transformer(layers: Layers): ReturnType<Build> {
  const { length, tokens, width, blocks, heads, inner } = MODELS.transformer;
  const heard = layers.classes("heard.token", length);
  const add = (a: Tensor, b: Tensor) => tf.layers.add().apply([a, b]) as Tensor;
  let x = layers.embedding("embedding", tokens, width)(heard);
  for (let block = 1; block <= blocks; block++) {
    const before = layers.norm(`attention_norm_${block}`, x);
    const asked = ["queries", "keys", "values"].map((name) =>
      layers.dense(`${name}_${block}`, width, "linear", before)
    );
    const attention = relativeAttention({ name: `attention_${block}`, heads, distances: length });
    x = add(x, layers.dense(`attended_${block}`, width, "linear", attention.apply(asked) as Tensor));
    const widened = layers.dense(`inner_${block}`, inner, "gelu", layers.norm(`inner_norm_${block}`, x));
    x = add(x, layers.dense(`outer_${block}`, width, "linear", widened));
  }
  const token = layers.dense("token", tokens, "linear", layers.norm("norm", x));
  return {
    model: tf.model({ inputs: heard, outputs: token }),
    heads: [categorical("token", { classes: tokens })],
    lossWeights: { token: 1 },
    supervision: "every",
  };
}

/** A batch of drawn numbers and classes for a model. */
export function batchFor({ model, heads, supervision, batchSize: size }: ModelToTrain, prng: Prng): Batch {
  const draw = (length: number, classes?: number) =>
    classes === undefined
      ? Float32Array.from({ length }, () => prng())
      : Int32Array.from({ length }, () => classes * prng());
  const { graph, obstacle } = graphOf(model);
  if (!graph) throw new TypeError(`The kernel cannot train this model: ${obstacle}`);
  const batch: Batch = { size, inputs: {}, steps: {}, targets: {} };
  const stepsOf = ({ shape }: Tensor, isClass: boolean) => isClass || shape.length === 3 ? shape[1]! : 1;
  const longest = Math.max(...model.inputs.map((input) => stepsOf(input, input.dtype === "int32")));
  const said = supervision === "every" ? longest : 1;
  for (const node of graph.shape.nodes) {
    if (node.op !== "input") continue;
    const own = stepsOf(model.inputs[model.inputNames.indexOf(node.name)], node.classes !== undefined);
    // What is known of the event to come is known of each that is named.
    const steps = node.name.startsWith("next.") ? said : own;
    batch.inputs[node.name] = draw(size * steps * node.width, node.classes);
    batch.steps[node.name] = steps;
  }
  for (const { name, classes, kernel } of heads) {
    batch.targets[name] = draw(size * said, kernel?.loss === "crossEntropy" ? classes : undefined);
  }
  return batch;
}
