import { checkOptions } from "../options/mod.ts";
import * as Plot from "@observablehq/plot";
import type { DataFrame } from "nodejs-polars";
import { numberColumn } from "../notes/mod.ts";
import { type Figure, MARGIN } from "./figure.ts";
import { COLOURS, GRID, RULE } from "./palette.ts";
import { drawRoll, type PianoRollOptions, ROLL, type Roll, SIDES } from "./piano_roll.ts";
import { type Panel, panel, sheet, WIDTH } from "./plot.ts";

/** What is drawn, from the top; the colours are none of the first four parts'. */
const CURVES = [
  { name: "diameter", label: "cloud diameter: dissonance", colour: COLOURS[4] },
  { name: "momentum", label: "cloud momentum: movement", colour: COLOURS[5] },
  { name: "strain", label: "tensile strain: distance from the key", colour: COLOURS[6] },
] as const;

/**
 * Tonal tension under the piano roll of the same notes: cloud diameter, cloud momentum and tensile strain, a step for
 * each window, in radii of the spiral array, on the roll's time axis and with its bar lines.
 *
 * @param table Notes of one piece, as {@linkcode pianoRoll} takes them.
 * @param tension A row per window: `start` (seconds), `diameter`, `momentum`, `strain`; each lasts until the next begins,
 * the last one to the end of the roll. The metrics' `tonalTension` gives it as `curve`.
 * @param options Title, names of the parts, and which notes to draw.
 * @throws {TypeError} If a column is missing or does not hold numbers.
 * @throws {RangeError} If the roll cannot be drawn, a value is missing or no number, windows do not follow one another,
 * or none is in the range drawn.
 */
export function tensionCurves(table: DataFrame, tension: DataFrame, options: PianoRollOptions = {}): Figure {
  const { title = "Tonal tension" } = checkOptions("draw tension", options, ROLL);
  const roll = drawRoll(table, options);
  const start = numberColumn(tension, "start");
  const back = start.findIndex((seconds, i) => i > 0 && seconds <= start[i - 1]);
  if (back > 0) {
    throw new RangeError(
      `Cannot draw tension: window ${back} begins at ${start[back]} seconds, after one at ${start[back - 1]}`,
    );
  }
  const [from, to] = roll.time;
  const shown = [...start.keys()].filter((i) => start[i] < to && (start[i + 1] ?? Infinity) > from);
  if (shown.length === 0) {
    throw new RangeError(`Cannot draw tension: none of ${start.length} windows is within ${from} to ${to} seconds`);
  }
  const panels = CURVES.map(({ name, label, colour }, i) => {
    const values = numberColumn(tension, name);
    const points = shown.map((row) => ({ time: Math.max(from, start[row]), value: values[row] }));
    const steps = [...points, { time: to, value: points[points.length - 1].value }];
    return curvePanel(steps, { roll, label, colour, last: i === CURVES.length - 1 });
  });
  const what = `${shown.length} ${shown.length === 1 ? "window" : "windows"}`;
  return sheet({
    title,
    subtitle: `${roll.span}${roll.lines.length > 0 ? "; the numbers above are bars" : ""}. Tension in ${what}`,
    legend: roll.legend,
    rows: [roll.plot, ...panels].map((each) => ({ panels: [each] })),
    description: `${title}: cloud diameter, cloud momentum and tensile strain in ${what}, under ${roll.span}`,
  });
}

function curvePanel(
  steps: { time: number; value: number }[],
  { roll, label, colour, last }: { roll: Roll; label: string; colour: string; last: boolean },
): Panel {
  const top = Math.max(...steps.map(({ value }) => value)) || 1;
  const along = { x: "time", y: "value", curve: "step-after" } as const;
  return panel({
    width: WIDTH - 2 * MARGIN,
    height: last ? 134 : 96,
    marginLeft: SIDES.left,
    marginRight: SIDES.right,
    marginTop: 24,
    marginBottom: last ? 44 : 6,
    x: { domain: roll.time },
    y: { domain: [0, top * 1.08] },
    marks: [
      Plot.ruleX(roll.lines, { x: "time", stroke: GRID }),
      Plot.areaY(steps, { ...along, fill: colour, fillOpacity: 0.22 }),
      Plot.line(steps, { ...along, stroke: colour, strokeWidth: 1.6 }),
      Plot.frame({ stroke: RULE }),
      Plot.axisX({
        label: last ? "time (seconds)" : null,
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 38,
        ticks: last ? 10 : [],
      }),
      Plot.axisY({ label, labelArrow: "none", tickSize: 0, ticks: 3 }),
    ],
  }).plot;
}
