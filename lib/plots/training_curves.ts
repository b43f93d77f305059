import { type Head, HEADS } from "../heads/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { History } from "../training/mod.ts";
import type { Figure } from "./figure.ts";
import { lossesOf, lossPanel, lossPoints, type Point } from "./loss_panel.ts";
import { PALETTE } from "./palette.ts";
import { sheet } from "./plot.ts";

/** What {@linkcode trainingCurves} can be told. */
export interface TrainingCurvesOptions {
  /** Heading of the figure. @default {"Training"} */
  title?: string;
  /**
   * The model's heads, by which the axes name the units of the losses.
   *
   * @default {[]}
   */
  heads?: readonly Head[];
}

/**
 * The losses by epoch: the total and that of each head, on the training notes and, where there are any, on the held-out
 * ones, whose lowest total is marked. An axis is logarithmic where its values span more than a factor of 8.
 * A loss that is not a finite number is left out.
 *
 * @throws {RangeError} If there is no epoch.
 */
export function trainingCurves(history: Pick<History, "epochs">, options: TrainingCurvesOptions = {}): Figure {
  const { title = "Training", heads = [] } = checkOptions("draw training curves", options, {
    title: optional(kinds.text),
    heads: optional(HEADS),
  });
  const { epochs } = history;
  if (epochs.length === 0) throw new RangeError("Cannot draw training curves: the history has no epoch yet");
  const heldOut = epochs.flatMap(({ epoch, heldOut }) => heldOut ? [{ epoch, loss: heldOut.total }] : []);
  const best = heldOut.reduce<Point | undefined>((a, b) => a && !(b.loss < a.loss) ? a : b, undefined);
  const last = epochs[epochs.length - 1];
  const panels = lossesOf([history], heads).map(({ name, label }) => {
    const train = { points: lossPoints(history, "train", name), colour: PALETTE.training };
    const heldOut = { points: lossPoints(history, "heldOut", name), colour: PALETTE.heldOut };
    return lossPanel(label, [train, heldOut], { best: best?.epoch });
  });
  const figures = `${last.train.total.toPrecision(3)} on the training notes` +
    (last.heldOut ? `, ${last.heldOut.total.toPrecision(3)} on the held-out ones` : "");
  const lowest = best ? `; lowest held-out total ${best.loss.toPrecision(3)} at epoch ${best.epoch}` : "";
  return sheet({
    title,
    subtitle: `Epoch ${last.epoch}: total ${figures}${lowest}`,
    legend: [
      { label: "training", color: PALETTE.training },
      ...(best ? [{ label: "held out", color: PALETTE.heldOut }] : []),
    ],
    rows: panels.flatMap((_, i) => i % 2 === 0 ? [{ panels: panels.slice(i, i + 2) }] : []),
    description: `${title}: losses by epoch; epoch ${last.epoch}: total ${figures}${lowest}`,
  });
}
