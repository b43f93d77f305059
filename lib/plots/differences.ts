import * as Plot from "@observablehq/plot";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { type Figure, MARGIN, shortened } from "./figure.ts";
import { coloursOf, FAINT, GRID } from "./palette.ts";
import { panel, sheet, WIDTH } from "./plot.ts";

/** A difference and its interval; null where there is none. */
export interface DrawnDifference {
  /** The difference. */
  value: number;
  /** Lower end of its interval. */
  low: number | null;
  /** Upper end. */
  high: number | null;
}

/** What {@linkcode differences} draws on one line. */
export interface DifferenceRow {
  /** What it is the difference of. */
  label: string;
  /** Differences by the names of what they are measured in; not every row needs every one. */
  values: Readonly<Record<string, DrawnDifference>>;
}

/** Options of {@linkcode differences}. */
export interface DifferencesOptions {
  /** Heading of the figure. @default {"Differences"} */
  title?: string;
  /** A line below it. @default none */
  subtitle?: string;
  /** What the axis counts. @default {"difference"} */
  unit?: string;
}

/** Pixels of a row, of the labels, and between the differences of a row. */
const ROW = 30, LABELS = 312, APART = 9;
/** Letters that the labels have room for. */
const LETTERS = 50;

/**
 * Differences with their intervals, one row for each thing: to the right of the line it helps, to the left it harms, and
 * an interval across the line says that nobody knows.
 *
 * @param rows From top to bottom; no two have one label.
 * @throws {RangeError} If there are no differences, two rows have one label, or a number is not finite.
 */
export function differences(rows: readonly DifferenceRow[], options: DifferencesOptions = {}): Figure {
  const { title = "Differences", subtitle, unit = "difference" } = checkOptions("draw differences", options, {
    title: optional(kinds.text),
    subtitle: optional(kinds.text),
    unit: optional(kinds.text),
  });
  const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))], colours = coloursOf(names);
  if (names.length === 0) throw new RangeError("Cannot draw differences: there are none");
  const labels = rows.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined) throw new RangeError(`Cannot draw differences: two rows have the label "${twice}"`);
  const points = rows.flatMap(({ label, values }) =>
    Object.entries(values).map(([name, { value, low, high }]) => ({
      label,
      name,
      value,
      low: low ?? value,
      high: high ?? value,
    }))
  );
  const odd = points.find(({ value, low, high }) => ![value, low, high].every(Number.isFinite));
  if (odd) {
    throw new RangeError(`Cannot draw differences: "${odd.label}" is ${odd.value} from ${odd.low} to ${odd.high}`);
  }
  const { plot } = panel({
    width: WIDTH - 2 * MARGIN,
    height: ROW * rows.length + 64,
    marginLeft: LABELS,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 42,
    x: { nice: true },
    y: { type: "point", domain: labels, padding: 0.5 },
    marks: [
      Plot.gridX({ stroke: GRID, strokeOpacity: 1 }),
      Plot.ruleX([0], { stroke: FAINT }),
      ...names.flatMap((name, i) => {
        const own = points.filter((point) => point.name === name);
        const dy = (i - (names.length - 1) / 2) * APART;
        return [
          Plot.link(own, { x1: "low", x2: "high", y: "label", stroke: colours[i], strokeWidth: 1.8, dy }),
          Plot.dot(own, { x: "value", y: "label", fill: colours[i], r: 3.4, dy }),
        ];
      }),
      Plot.axisX({ label: unit, labelAnchor: "center", labelArrow: "none", labelOffset: 36 }),
      Plot.axisY({ label: null, tickSize: 0, tickFormat: (label: string) => shortened(label, LETTERS) }),
    ],
  });
  return sheet({
    title,
    subtitle,
    legend: names.map((label, i) => ({ label, color: colours[i] })),
    rows: [{ panels: [plot] }],
    description: `${title}: ${
      points.map(({ label, name, value }) => `${label}, ${name}: ${value.toFixed(2)}`).join("; ")
    }`,
  });
}
