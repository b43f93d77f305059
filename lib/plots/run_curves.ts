import { type Head, HEADS } from "../heads/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { History } from "../training/mod.ts";
import type { Figure } from "./figure.ts";
import { lossesOf, lossPanel, lossPoints } from "./loss_panel.ts";
import { coloursOf } from "./palette.ts";
import { type Row, sheet } from "./plot.ts";

/** What {@linkcode runCurves} can be told. */
export interface RunCurvesOptions {
  /** Heading of the figure. @default {"Runs"} */
  title?: string;
  /**
   * The model's heads, by which the axes name the units of the losses.
   *
   * @default {[]}
   */
  heads?: readonly Head[];
}

/**
 * The losses of several runs by epoch, a colour for each run: a row for the total and for each head, with
 * the training notes at the left and, where any run has them, the held-out ones at the right, on the same axis. An axis
 * is logarithmic where its values span more than a factor of 8. A loss that is not a finite number is left out.
 *
 * @param runs Histories by the runs' names.
 * @throws {RangeError} If there is no run, or one without an epoch.
 */
export function runCurves(runs: Record<string, Pick<History, "epochs">>, options: RunCurvesOptions = {}): Figure {
  const { title = "Runs", heads = [] } = checkOptions("draw the curves of runs", options, {
    title: optional(kinds.text),
    heads: optional(HEADS),
  });
  const names = Object.keys(runs);
  if (names.length === 0) throw new RangeError("Cannot draw the curves of runs: there is no run");
  for (const name of names) {
    if (runs[name].epochs.length === 0) {
      throw new RangeError(`Cannot draw the curves of runs: "${name}" has no epoch yet`);
    }
  }
  const colours = coloursOf(names);
  const sides = [{ which: "train", side: "training" }, { which: "heldOut", side: "held out" }] as const;
  const rows: Row[] = lossesOf(Object.values(runs), heads).map(({ name, label }) => {
    const curves = sides.map(({ which }) =>
      names.map((run, i) => ({ points: lossPoints(runs[run], which, name), colour: colours[i] }))
    );
    const panels = sides.flatMap(({ side }, i) =>
      curves[i].some(({ points }) => points.length > 0)
        ? [lossPanel(`${side}, ${label}`, curves[i], { within: curves.flat() })]
        : []
    );
    return { panels };
  }).filter(({ panels }) => panels.length > 0);
  return sheet({
    title,
    legend: names.map((label, i) => ({ label, color: colours[i] })),
    rows,
    description: `${title}: losses by epoch of ${names.join(", ")}`,
  });
}
