import * as Plot from "@observablehq/plot";
import type { History } from "../training/mod.ts";
import { type Figure, MARGIN } from "./figure.ts";
import { FAINT, PALETTE } from "./palette.ts";
import { chart, type Panel, sheet, WIDTH } from "./plot.ts";

/** What {@linkcode trainingCurves} can be told. */
export interface TrainingCurvesOptions {
  /** Heading of the figure. @default {"Training"} */
  title?: string;
}

interface Point {
  epoch: number;
  loss: number;
}

const LOSSES = [
  { name: "total", label: "total loss (weighted sum)" },
  { name: "pitch", label: "pitch: cross-entropy (nats)" },
  { name: "step", label: "step: squared error (s²)" },
  { name: "duration", label: "duration: squared error (s²)" },
] as const;

/**
 * The losses by epoch: the total and its three terms, on the training notes and, where there are any, on the held-out
 * ones, whose lowest total is marked. An axis is logarithmic where its values span more than a factor of 8.
 * A loss that is not a finite number is left out.
 *
 * @throws {RangeError} If there is no epoch.
 */
export function trainingCurves(history: Pick<History, "epochs">, options: TrainingCurvesOptions = {}): Figure {
  const { title = "Training" } = options;
  const { epochs } = history;
  if (epochs.length === 0) throw new RangeError("Cannot draw training curves: the history has no epoch yet");
  const heldOut = epochs.flatMap(({ epoch, heldOut }) => heldOut ? [{ epoch, loss: heldOut.total }] : []);
  const best = heldOut.reduce<Point | undefined>((a, b) => a && !(b.loss < a.loss) ? a : b, undefined);
  const last = epochs[epochs.length - 1];
  const panels = LOSSES.map(({ name, label }) => {
    const points = (which: "train" | "heldOut") =>
      epochs.flatMap((record) => {
        const loss = record[which]?.[name];
        return loss !== undefined && Number.isFinite(loss) ? [{ epoch: record.epoch, loss }] : [];
      });
    return curvePanel(label, points("train"), points("heldOut"), best?.epoch);
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
    rows: [{ panels: panels.slice(0, 2) }, { panels: panels.slice(2) }],
    description: `${title}: losses by epoch; epoch ${last.epoch}: total ${figures}${lowest}`,
  });
}

function curvePanel(label: string, train: Point[], heldOut: Point[], best: number | undefined): Panel {
  const losses = [...train, ...heldOut].map((point) => point.loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const logarithmic = low > 0 && high / low > 8;
  const epochs = [...train, ...heldOut].map((point) => point.epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const domain = lossDomain(low, high, logarithmic);
  const ticks = logarithmic ? logarithmicTicks(domain) : 5;
  const line = (points: Point[], stroke: string) => [
    Plot.line(points, { x: "epoch", y: "loss", stroke, strokeWidth: 1.8 }),
    ...(points.length <= 30 ? [Plot.dot(points, { x: "epoch", y: "loss", fill: stroke, r: 2.6 })] : []),
  ];
  return chart({
    width: (WIDTH - 2 * MARGIN) / 2,
    height: 214,
    marginLeft: 56,
    marginRight: 14,
    marginTop: 30,
    x: { domain: first < last ? [first, last] : [first - 0.5, first + 0.5] },
    y: { type: logarithmic ? "log" : "linear", domain, nice: !logarithmic },
    marks: [
      ...(best === undefined ? [] : [Plot.ruleX([best], { stroke: FAINT, strokeDasharray: "3,3" })]),
      ...line(train, PALETTE.training),
      ...line(heldOut, PALETTE.heldOut),
    ],
  }, {
    x: {
      label: "epoch",
      ticks: Math.min(8, last - first + 1),
      tickFormat: (epoch: number) => Number.isInteger(epoch) ? `${epoch}` : "",
    },
    y: {
      label: label + (logarithmic ? ", logarithmic" : ""),
      ticks,
      tickFormat: (loss: number) => `${Number(loss.toPrecision(3))}`,
    },
  });
}

function lossDomain(low: number, high: number, logarithmic: boolean): [number, number] {
  if (!(low <= high)) return [0, 1];
  if (logarithmic) return [low / 1.15, high * 1.15];
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - room < 0 && low >= 0 ? 0 : low - room, high + room];
}

/** 1, 2 and 5 times the powers of ten; over many decades the powers alone, or every second of them. */
function logarithmicTicks([low, high]: [number, number]): number[] {
  const decades = Math.log10(high / low);
  const first = Math.floor(Math.log10(low));
  const multiples = decades <= 2.5 ? [1, 2, 5] : [1];
  const every = Math.ceil(decades / 6);
  return Array.from({ length: Math.ceil((decades + 2) / every) }, (_, i) => first + i * every)
    .flatMap((power) => multiples.map((multiple) => Number(`${multiple}e${power}`)))
    .filter((tick) => tick >= low && tick <= high);
}
