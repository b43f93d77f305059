import * as Plot from "@observablehq/plot";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { type Figure, MARGIN } from "./figure.ts";
import { coloursOf } from "./palette.ts";
import { chart, sheet, WIDTH } from "./plot.ts";

/** What a way of learning brings with so much to learn from. */
export interface SizeCurve {
  /** What it is called. */
  name: string;
  /** For each size, what each of several runs brought. */
  points: readonly { size: number; values: readonly number[] }[];
  /** What it is worth before it learns from anything of this; a dashed line where it is given. */
  before?: number | null;
}

/** Options of {@linkcode sizeCurves}. */
export interface SizeCurvesOptions {
  /** Heading of the figure. @default {"How much there is to learn from"} */
  title?: string;
  /** A line below it. @default none */
  subtitle?: string;
  /** Name of the sizes. @default {"pieces to learn from"} */
  x?: string;
  /** Name of the values. @default {"nats per note"} */
  y?: string;
}

/**
 * How good ways of learning are, by how much they learn from, on a logarithmic axis: a line through the means of several
 * runs for each way, with a band from the lowest to the highest, and a dot for each run.
 *
 * @param curves Their sizes are above 0.
 * @throws {RangeError} If there is no curve, or one without a point.
 */
export function sizeCurves(curves: readonly SizeCurve[], options: SizeCurvesOptions = {}): Figure {
  const text = optional(kinds.text);
  const {
    title = "How much there is to learn from",
    subtitle,
    x = "pieces to learn from",
    y = "nats per note",
  } = checkOptions("draw curves by size", options, { title: text, subtitle: text, x: text, y: text });
  if (curves.length === 0) throw new RangeError("Cannot draw curves by size: there are none");
  const empty = curves.find(({ points }) => points.every(({ values }) => values.length === 0));
  if (empty) throw new RangeError(`Cannot draw curves by size: "${empty.name}" has no point`);
  const colours = coloursOf(curves.map(({ name }) => name));
  const drawn = curves.map(({ points }) =>
    points.filter(({ values }) => values.length > 0).map(({ size, values }) => ({
      size,
      low: Math.min(...values),
      high: Math.max(...values),
      middle: values.reduce((a, b) => a + b) / values.length,
    })).toSorted((a, b) => a.size - b.size)
  );
  const sizes = [...new Set(drawn.flat().map(({ size }) => size))].sort((a, b) => a - b);
  const panel = chart({
    width: WIDTH - 2 * MARGIN,
    height: 380,
    marginLeft: 48,
    marginTop: 26,
    x: { type: "log", domain: [sizes[0] / 1.15, sizes.at(-1)! * 1.15] },
    y: { nice: true },
    marks: curves.flatMap(({ points, before }, i) => [
      Plot.areaY(drawn[i], { x: "size", y1: "low", y2: "high", fill: colours[i], fillOpacity: 0.15 }),
      ...before === undefined || before === null
        ? []
        : [Plot.ruleY([before], { stroke: colours[i], strokeDasharray: "4 3" })],
      Plot.line(drawn[i], { x: "size", y: "middle", stroke: colours[i], strokeWidth: 2 }),
      Plot.dot(points.flatMap(({ size, values }) => values.map((value) => ({ size, value }))), {
        x: "size",
        y: "value",
        fill: colours[i],
        r: 2.5,
      }),
    ]),
  }, { x: { label: x, ticks: sizes, tickFormat: String }, y: { label: y } });
  return sheet({
    title,
    subtitle,
    legend: curves.map(({ name }, i) => ({ label: name, color: colours[i] })),
    rows: [{ panels: [panel] }],
    description: `${title}: ${y} by ${x}: ` +
      curves.map(({ name }, i) =>
        `${name} ${drawn[i].map(({ size, middle }) => `${middle.toFixed(2)} with ${size}`).join(", ")}`
      ).join("; "),
  });
}
