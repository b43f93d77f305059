import * as Plot from "@observablehq/plot";
import type { Head } from "../heads/mod.ts";
import type { History } from "../training/mod.ts";
import { MARGIN } from "./figure.ts";
import { FAINT } from "./palette.ts";
import { chart, type Panel, WIDTH } from "./plot.ts";

/**
 * The names of the losses that any of these histories has, the total first, and how an axis names them.
 *
 * @param heads Whose losses they are; of a loss without its head no unit is known.
 */
export function lossesOf(
  histories: readonly Pick<History, "epochs">[],
  heads: readonly Head[],
): { name: string; label: string }[] {
  const losses = histories.flatMap(({ epochs }) => epochs.flatMap(({ train }) => Object.keys(train)));
  const names = [...new Set(losses)].filter((name) => name !== "total");
  const units = names.map((name) => {
    const head = heads.find((head) => head.name === name);
    return head && unitOf(head);
  });
  const summed = units.length > 0 && units.every((unit) => unit === "nats") ? "weighted sum, nats" : "weighted sum";
  return [
    { name: "total", label: `total loss (${summed})` },
    ...names.map((name, i) => ({ name, label: units[i] ? `${name}: loss (${units[i]})` : `${name}: loss` })),
  ];
}

/** In what a head's loss is measured: it is `-ln` of a probability or of a density, but for errors of times. */
function unitOf({ kernel }: Head): string {
  return kernel?.loss === "pressedError" || kernel?.loss === "squaredError" ? "squared seconds" : "nats";
}

/** A loss after an epoch. */
export interface Point {
  /** The epoch, from 1. */
  epoch: number;
  /** The loss. */
  loss: number;
}

/** A loss by epoch, and the colour of its line. */
export interface LossCurve {
  /** What was measured; epochs without a finite number are left out. */
  points: Point[];
  /** A CSS colour. */
  colour: string;
}

/** A loss by epoch, where it was measured and is a finite number. */
export function lossPoints(
  { epochs }: Pick<History, "epochs">,
  which: "train" | "heldOut",
  name: string,
): Point[] {
  return epochs.flatMap((record) => {
    const loss: number | undefined = record[which]?.[name];
    return loss !== undefined && Number.isFinite(loss) ? [{ epoch: record.epoch, loss }] : [];
  });
}

/**
 * One loss by epoch, half a sheet wide. The axis is logarithmic where its values span more than a factor of 8.
 *
 * @param within All that panels of the same loss show, so that their axes are the same.
 * @param best The epoch to mark.
 */
export function lossPanel(
  label: string,
  curves: LossCurve[],
  { within = curves, best }: { within?: LossCurve[]; best?: number } = {},
): Panel {
  const all = within.flatMap(({ points }) => points);
  const losses = all.map(({ loss }) => loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const logarithmic = low > 0 && high / low > 8;
  const epochs = all.map(({ epoch }) => epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const domain = lossDomain(low, high, logarithmic);
  const ticks = logarithmic ? logarithmicTicks(domain) : 5;
  const line = ({ points, colour: stroke }: LossCurve) => [
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
      ...curves.flatMap(line),
    ],
  }, {
    x: { label: "epoch", ticks: epochTicks(first, last), tickFormat: String },
    y: {
      label: label + (logarithmic ? ", logarithmic" : ""),
      ticks,
      tickFormat: (loss: number) => `${Number(loss.toPrecision(3))}`,
    },
  });
}

/** Whole epochs, eight or a few more at most. */
function epochTicks(first: number, last: number): number[] {
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => (last - first) / step <= 8) ?? 1000;
  const from = Math.ceil(first / every) * every;
  return last >= from ? Array.from({ length: Math.floor((last - from) / every) + 1 }, (_, i) => from + i * every) : [];
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
