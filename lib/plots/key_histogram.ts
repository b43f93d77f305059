import * as Plot from "@observablehq/plot";
import { PITCH_CLASSES } from "../score/mod.ts";
import type { Key } from "../notes/mod.ts";
import { type Figure, MARGIN } from "./figure.ts";
import { COLOURS, FAINT } from "./palette.ts";
import { chart, sheet, WIDTH } from "./plot.ts";

const SCALE = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] };
const OUTSIDE = "#b1ab9d";

/**
 * How long each of the twelve pitch classes sounds. With a key (`findKey`), its scale stands out from the other
 * notes, its tonic from the scale, and the heading names it.
 *
 * @param histogram Twelve weights from C upwards: seconds, or counts of notes.
 * @throws {RangeError} If the histogram is not twelve finite numbers, none negative, or the tonic no pitch class.
 */
export function keyHistogram(
  histogram: ArrayLike<number>,
  key?: Pick<Key, "tonic" | "mode" | "name" | "correlation">,
): Figure {
  const weights = Array.from(histogram);
  if (weights.length !== 12 || weights.some((weight) => !Number.isFinite(weight) || weight < 0)) {
    throw new RangeError(
      `Cannot draw a key histogram: expected twelve weights of 0 or more, got [${weights.join(", ")}]`,
    );
  }
  if (key && !(Number.isInteger(key.tonic) && key.tonic >= 0 && key.tonic < 12)) {
    throw new RangeError(`Cannot draw a key histogram: the tonic must be an integer from 0 to 11, got ${key.tonic}`);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const bars = weights.map((weight, pitchClass) => ({
    name: PITCH_CLASSES[pitchClass],
    share: (100 * weight) / total,
    fill: barColour(pitchClass, key),
  }));
  const plot = chart({
    width: WIDTH - 2 * MARGIN,
    height: 236,
    marginLeft: 46,
    marginRight: 8,
    marginTop: 26,
    x: { domain: PITCH_CLASSES, padding: 0.22 },
    y: { domain: [0, Math.max(...bars.map((bar) => bar.share), 1) * 1.1] },
    marks: [
      Plot.barY(bars, { x: "name", y: "share", fill: "fill" }),
      Plot.text(bars, {
        x: "name",
        y: "share",
        text: (bar) => bar.share.toFixed(1),
        dy: -7,
        fontSize: 10.5,
        fill: FAINT,
      }),
      Plot.ruleY([0], { stroke: FAINT }),
    ],
  }, { x: { label: "pitch class", tickSize: 0 }, y: { label: "% of the sounding time", ticks: 5 } });
  const title = key ? `Key: ${key.name} (correlation ${key.correlation.toFixed(3)})` : "Pitch classes";
  return sheet({
    title,
    legend: key
      ? [
        { label: "tonic", color: COLOURS[1] },
        { label: `scale of ${key.name}`, color: COLOURS[0] },
        { label: "other notes", color: OUTSIDE },
      ]
      : [],
    rows: [{ panels: [plot] }],
    description: `${title}: share of each of the twelve pitch classes`,
  });
}

function barColour(pitchClass: number, key?: Pick<Key, "tonic" | "mode">): string {
  if (!key) return COLOURS[0];
  const degree = (pitchClass - key.tonic + 12) % 12;
  if (degree === 0) return COLOURS[1];
  return SCALE[key.mode].includes(degree) ? COLOURS[0] : OUTSIDE;
}
