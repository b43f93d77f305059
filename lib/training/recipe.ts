import { crc32 } from "node:zlib";
import type * as tf from "@tensorflow/tfjs";
import type { Head } from "../heads/mod.ts";
import type { Examples, Windows } from "../windows/mod.ts";
import type { FitOptions } from "./fit_options.ts";
import type { Monitor } from "./history.ts";
import type { InitialWeights } from "./initial_weights.ts";
import type { LossWeights } from "./losses.ts";
import type { OptimiserOptions } from "./optimiser.ts";
import type { ScheduleOptions } from "./schedule.ts";
import { shapesOf } from "./weights.ts";

/** What windows a run saw: enough to tell others apart from them. */
export interface WindowsMark {
  /** Name of the encoding. */
  encoding: string;
  /** Its settings, as JSON. */
  settings: string;
  /** How examples are changed, as JSON. */
  augmentation: string;
  /** Events in a window. */
  length: number;
  /** Events between the starts of two windows. */
  shift: number;
  /** Number of windows. */
  size: number;
  /** Number of events. */
  events: number;
  /** CRC-32 of the names and values of all columns, heard, known and said, of the starts, and of what each window holds. */
  content: number;
}

/** Everything that decides which weights a run ends with, besides the number of epochs. */
export interface Recipe {
  /** Seed of the generator. */
  seed: number;
  /** Windows in a batch. */
  batchSize: number;
  /** Adam's step size, at its highest. */
  learningRate: number;
  /** What stands around Adam, and how its step size goes, as far as it is not the default. */
  optimiser: OptimiserOptions & Partial<ScheduleOptions>;
  /** How many epochs there are to be, where the step size hangs on it. */
  epochs?: number;
  /** How much each head's loss counts. */
  lossWeights: LossWeights;
  /** Whether the last, smaller batch is left out. */
  dropRemainder: boolean;
  /** The loss that names the best epoch. */
  monitor: Monitor;
  /** Whether the best epoch's weights are put back at the end, and by which loss if not by the monitored one. */
  restoreBest: boolean | Monitor;
  /** Given if all epochs have the same batches in the same order. */
  reshuffle?: false;
  /** Given if the note after each note counts, and not the one after the window alone. */
  supervision?: "every";
  /** Kinds and shapes of the model's weights. */
  weights: string;
  /** Given if it began with the weights of another run: their CRC-32. */
  initialWeights?: number;
  /** The windows learned from. */
  windows: WindowsMark;
  /** The windows held out. */
  heldOut?: WindowsMark;
}

/** The recipe that a model is trained by. */
export function recipeOf(
  model: tf.LayersModel,
  windows: Examples,
  options: FitOptions,
  heads: readonly Head[],
  initial?: InitialWeights,
): Recipe {
  const { batchSize, learningRate, lossWeights, heldOut, prng } = options;
  const { dropRemainder = false, monitor = "train", restoreBest = false } = options;
  const { schedule = "constant", warmUpSteps = 0, plateauPatience, weightDecay = 0, clipNorm = Infinity } = options;
  const optimiser = {
    ...schedule !== "constant" && { schedule },
    ...schedule === "plateau" && { plateauPatience },
    ...warmUpSteps > 0 && { warmUpSteps },
    ...weightDecay > 0 && { weightDecay },
    ...clipNorm < Infinity && { clipNorm },
    ...options.averageDecay && { averageDecay: options.averageDecay },
  };
  return {
    seed: prng.seed,
    batchSize,
    learningRate,
    optimiser,
    ...schedule === "cosine" && { epochs: options.epochs },
    lossWeights: Object.fromEntries(heads.map(({ name }) => [name, lossWeights[name]])),
    dropRemainder,
    monitor,
    restoreBest,
    ...options.reshuffle === false && { reshuffle: false },
    ...options.supervision === "every" && { supervision: "every" },
    weights: shapesOf(model).join(", "),
    ...initial && { initialWeights: initial.content },
    windows: markOf(windows),
    heldOut: heldOut && markOf(heldOut),
  };
}

function markOf(examples: Examples): WindowsMark {
  const { encoding, augmentation, length, shift, size, events } = examples;
  const content = "columns" in examples ? contentOf(examples as Windows) : examples.content ?? 0;
  const [settings, changes] = [encoding.settings, augmentation].map((value) => JSON.stringify(value));
  return { encoding: encoding.name, settings, augmentation: changes, length, shift, size, events, content };
}

function contentOf({ columns: { heard, known, said }, starts, counts }: Windows): number {
  let content = sumOf(counts, sumOf(starts, 0));
  for (const [name, values] of [heard, known, said].flatMap(Object.entries)) {
    content = sumOf(values, crc32(`${name}\n`, content));
  }
  return content;
}

function sumOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array, before: number): number {
  return crc32(new Uint8Array(buffer, byteOffset, byteLength), before);
}

/**
 * Refuses to go on with a run under another recipe than it was begun with.
 *
 * @throws {RangeError} If they differ; the message says in what.
 */
export function checkSameRecipe(before: Recipe, now: Recipe): void {
  const [was, is] = [flat(before), flat(now)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changes = names.filter((name) => was[name] !== is[name])
    .map((name) => `${name} was ${was[name] ?? "not given"}, is ${is[name] ?? "not given"}`);
  if (changes.length > 0) {
    throw new RangeError(
      `Cannot resume: the run was begun otherwise (${changes.join("; ")}); give it these settings, or start a new run`,
    );
  }
}

/** `{ windows: { length: 75 } }` as `{ "windows.length": 75 }`. */
function flat(value: object, prefix = ""): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) =>
      typeof inner === "object" && inner !== null ? flat(inner, `${prefix}${key}.`) : { [`${prefix}${key}`]: inner }
    ),
  );
}
