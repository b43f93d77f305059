import { type Head, HEADS } from "../heads/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { trainingCurves } from "../plots/mod.ts";
import type { EpochRecord, FitOptions, History, StepReport } from "../training/mod.ts";
import { kernel } from "./kernel.ts";
import { progress } from "./progress.ts";
import { live } from "./show.ts";
import { interrupted } from "./stop.ts";
import type { Progress } from "./terminal_progress.ts";

/** What {@linkcode liveTraining} can be told. */
export interface LiveTrainingOptions {
  /** Heading of the curves. @default {"Training"} */
  title?: string;
  /**
   * The model's heads, by which the axes name the units of the losses.
   *
   * @default {[]}
   */
  heads?: readonly Head[];
}

/**
 * Makes a training run visible and stoppable: a bar with the remaining time, the curves of all losses drawn anew after
 * each epoch, and the Stop button, which ends the run with what has been learned. Spread it into the options of `fit`:
 *
 *     const history = await fit(model, windows, { ...recipe, heads, prng, ...liveTraining({ heads }) });
 *
 * Outside a notebook there is the bar alone.
 */
export function liveTraining(
  options: LiveTrainingOptions = {},
): Required<Pick<FitOptions, "signal" | "onStep" | "onEpoch">> {
  const { title = "Training", heads = [] } = checkOptions("show training", options, {
    title: optional(kinds.text),
    heads: optional(HEADS),
  });
  const curves = kernel() && live();
  let bar: Progress | undefined;
  let epochs = 0;
  const signal = interrupted();
  signal.addEventListener("abort", () => bar?.done("stopped"), { once: true });
  return {
    signal,
    async onStep(report: StepReport) {
      const { epoch, step, steps, losses } = report;
      epochs = report.epochs;
      bar ??= progress(title, epochs * steps);
      const note = `epoch ${epoch} of ${epochs}, step ${step} of ${steps}, loss ${losses.total.toPrecision(4)}`;
      await bar.update((epoch - 1) * steps + step, note);
    },
    async onEpoch({ epoch, train, heldOut }: EpochRecord, history: Pick<History, "epochs" | "stopped">) {
      const note = `epoch ${epoch} of ${epochs}, loss ${train.total.toPrecision(4)}` +
        (heldOut ? `, held out ${heldOut.total.toPrecision(4)}` : "") +
        (history.stopped === "early" ? ", stopped early" : "");
      if (history.stopped !== "running") await bar?.done(note);
      await curves?.(trainingCurves(history, { title, heads }));
    },
  };
}
