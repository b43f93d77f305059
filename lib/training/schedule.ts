import type { Schedule } from "../settings/mod.ts";
import type { EpochRecord, Monitor } from "./history.ts";

/** How the step size goes through a run. */
export interface ScheduleOptions {
  /** Adam's step size, at its highest. */
  learningRate: number;
  /**
   * `"constant"`; `"cosine"`, down to 0 at the end of the last epoch (I. Loshchilov and F. Hutter, "SGDR", 2017);
   * `"plateau"`, halved whenever the monitored loss has not become lower for `plateauPatience` epochs.
   *
   * @default "constant"
   */
  schedule?: Schedule;
  /**
   * Steps in which it rises from next to nothing, in a straight line, before anything else begins.
   *
   * @default 0
   */
  warmUpSteps?: number;
  /**
   * Epochs without a lower loss after which `"plateau"` halves it.
   *
   * @default 2
   */
  plateauPatience?: number;
}

/** Where a run is. */
export interface Moment {
  /** Steps that are done. */
  step: number;
  /** Steps of the whole run. */
  steps: number;
  /** The epochs that are done. */
  epochs: readonly EpochRecord[];
  /** The loss that a plateau is one of. */
  monitor: Monitor;
}

/** The step size at a moment: it hangs on nothing but that, so that a resumed run has the same. */
export function learningRateAt(options: ScheduleOptions, { step, steps, epochs, monitor }: Moment): number {
  const { learningRate, schedule = "constant", warmUpSteps = 0, plateauPatience = 2 } = options;
  if (step < warmUpSteps) return learningRate * (step + 1) / warmUpSteps;
  if (schedule === "cosine") {
    const share = (step - warmUpSteps) / Math.max(1, steps - warmUpSteps);
    return learningRate * (1 + Math.cos(Math.PI * Math.min(1, share))) / 2;
  }
  return schedule === "plateau" ? learningRate / 2 ** plateaus(epochs, monitor, plateauPatience) : learningRate;
}

function plateaus(epochs: readonly EpochRecord[], monitor: Monitor, patience: number): number {
  let lowest = Infinity, since = 0, count = 0;
  for (const record of epochs) {
    const { total } = record[monitor]!;
    if (total < lowest) [lowest, since] = [total, 0];
    else if (++since >= patience) [count, since] = [count + 1, 0];
  }
  return count;
}
