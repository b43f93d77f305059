import type { Head } from "../heads/mod.ts";
import type { Supervision } from "../settings/mod.ts";
import type { Batch } from "../windows/mod.ts";

/** What a model is wrong by: of each head, by its name, the mean over what it has named, and their weighted total. */
export interface Losses {
  /** The others, each times its weight, in sum: what training makes small. */
  total: number;
  /** As the head's `loss` has it: nats of a class, seconds squared of a time. */
  [head: string]: number;
}

/** How much each head's loss counts in the total, by its name; the paper has 0.05, 1 and 1. */
export type LossWeights = Readonly<Record<string, number>>;

/** Losses of several batches, to make a mean of. */
export interface LossSums {
  /** Of each head, its loss times what it has named. */
  sums: Record<string, number>;
  /** How much each head has named. */
  counts: Record<string, number>;
}

/** No losses yet. */
export function noLosses(heads: readonly Pick<Head, "name">[]): LossSums {
  const zeros = () => Object.fromEntries(heads.map(({ name }) => [name, 0]));
  return { sums: zeros(), counts: zeros() };
}

/** Adds the mean losses of a batch to `all`, each as often as it counts. */
export function addLosses(
  all: LossSums,
  losses: Readonly<Record<string, number>>,
  batch: Batch,
  at: Supervision,
): void {
  for (const head in all.sums) {
    const { values, isCounted } = targetsOf(batch, head, at);
    let count = 0;
    for (let i = 0; i < values.length; i++) if (isCounted(i)) count++;
    // Of a batch in which nothing counts there is no mean.
    if (count > 0) all.sums[head] += losses[head] * count;
    all.counts[head] += count;
  }
}

/** The mean losses, as Keras prints them while an epoch runs, and their weighted total. */
export function meanLosses({ sums, counts }: LossSums, weights: LossWeights): Losses {
  const means = Object.entries(sums).map(([head, sum]) => [head, sum / counts[head]] as const);
  return { total: means.reduce((sum, [head, mean]) => sum + weights[head] * mean, 0), ...Object.fromEntries(means) };
}

/**
 * The targets of a head that count: not those behind the lengths of the
 * examples, and no class below 0.
 *
 * @param batch Gathered for the events after windows, or after each event of them.
 * @param at Whether the event after each event of a window counts, or the one after the last alone.
 * @returns The values, and the rows of the model's outputs that they belong to, if those are not all.
 */
export function countedTargets(
  batch: Batch,
  head: string,
  at: Supervision,
): { values: Int32Array | Float32Array; rows?: Int32Array } {
  const { values, isCounted } = targetsOf(batch, head, at);
  const rows = Int32Array.from(values.keys()).filter(isCounted);
  return rows.length === values.length ? { values } : { values: values.filter((_, i) => isCounted(i)), rows };
}

/** All targets of a head, and whether the one at a place counts. */
function targetsOf(batch: Batch, head: string, at: Supervision) {
  const { size, lengths } = batch;
  const values = at === "last" ? lastTargets(batch, head) : batch.targets[head];
  const isClass = values instanceof Int32Array, each = values.length / size;
  const isCounted = (i: number) =>
    (!isClass || values[i] >= 0) && (!lengths || each === 1 || i % each < lengths[Math.floor(i / each)]);
  return { values, isCounted };
}

/** The targets of a head after the last event of each window. */
export function lastTargets({ size, lengths, targets }: Batch, head: string): Int32Array | Float32Array {
  const all = targets[head], steps = all.length / size;
  if (steps === 1) return all;
  const values = new (all instanceof Int32Array ? Int32Array : Float32Array)(size);
  return values.map((_, i) => all[i * steps + (lengths?.[i] ?? steps) - 1]);
}
