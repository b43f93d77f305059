import type { InitialWeights } from "./initial_weights.ts";
import type { Losses } from "./losses.ts";

/** Which total loss early stopping and `best` look at. */
export type Monitor = "train" | "heldOut";

/** What one epoch brought. */
export interface EpochRecord {
  /** Counted from 1. */
  epoch: number;
  /** Running mean over the epoch's batches, while the model changed: what Keras prints. */
  train: Losses;
  /** Losses on the held-out windows at the end of the epoch, where there are any. */
  heldOut?: Losses;
  /** How long it took in seconds, held-out windows included. */
  seconds: number;
}

/** What a training run brought. */
export interface History {
  /** The finished epochs, in order. */
  epochs: EpochRecord[];
  /**
   * Why it ended: all epochs done, no better loss for as long as `patience` says, or stopped by the signal.
   * `"running"` until it ends.
   */
  stopped: "running" | "finished" | "early" | "interrupted";
  /** Median time of a step in seconds, over the steps of the latest call; 0 before the first step. */
  secondsPerStep: number;
  /** The kernel that has computed it, `"tfjs"` where there is none; not in the records of older runs. */
  kernel?: string;
  /** Whose weights it began with; nothing where they were drawn. */
  initialWeights?: InitialWeights;
  /** The epoch with the lowest monitored total loss, counted from 1; 0 before the first is finished. */
  best: number;
}

/**
 * The epoch with the lowest monitored total loss, the earliest of equals, counted
 * from 1; 0 where there is none.
 */
export function bestEpoch(epochs: readonly EpochRecord[], monitor: Monitor): number {
  let best = 0, lowest = Infinity;
  for (const record of epochs) {
    const { total } = record[monitor]!;
    if (total < lowest) [best, lowest] = [record.epoch, total];
  }
  return best;
}

/** The middle value, the mean of the two middle ones where their number is even; 0 of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
