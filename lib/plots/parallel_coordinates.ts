import * as Plot from "@observablehq/plot";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { escapeMarkup, type Figure, MARGIN, shortened } from "./figure.ts";
import { FAINT, INK, PAPER, RULE } from "./palette.ts";
import { type Panel, panel, sheet, WIDTH } from "./plot.ts";

/** An axis: something that was chosen for each line. */
export interface ParallelAxis {
  /** What it is called. */
  name: string;
  /**
   * Whether differences are alike, or ratios.
   *
   * @default {"linear"}
   */
  scale?: "linear" | "log";
}

/** What was tried, and what came of it. */
export interface ParallelLine {
  /** What the best line is called. */
  name: string;
  /** Its values, by the names of the axes: numbers, or words. */
  values: Readonly<Record<string, number | string>>;
  /** What came of it: less is better. */
  loss: number;
  /** Whether it was given up early, so that its loss says less. */
  early: boolean;
}

/** What {@linkcode parallelCoordinates} can be told. */
export interface ParallelCoordinatesOptions {
  /** The axes, from left to right; the loss comes last. */
  axes: readonly ParallelAxis[];
  /** What the loss is called. */
  loss: string;
  /** Heading of the figure. @default {"Trials"} */
  title?: string;
  /** What stands under the heading. @default undefined */
  subtitle?: string;
}

/** Colours of the lowest loss, of the one in the middle and of the highest. */
const BEST_TO_WORST = ["#12408f", "#8a4f9e", "#d8792f"];
const HEIGHT = 330, TOP = 56, BOTTOM = 40, SIDE = 76;
/** The most words on an axis that are all written. */
const MOST_WORDS = 12;

/**
 * Parallel coordinates: an axis for each thing that was chosen, one for the loss at the right, and a line through all of
 * them for each try, coloured by its loss. Lines that were given up early are dashed; the best, of those that were not if
 * there are any, is thick and named. An axis of words has its words one above another.
 *
 * @param lines What was tried.
 * @throws {RangeError} If there is no line, one lacks a value or a finite loss, or a logarithmic axis a value above 0.
 */
export function parallelCoordinates(lines: readonly ParallelLine[], options: ParallelCoordinatesOptions): Figure {
  const { axes, loss, title = "Trials", subtitle } = checkOptions("draw parallel coordinates", options, {
    axes: kinds.list(
      "axes",
      kinds.entries<ParallelAxis>({ name: kinds.name, scale: optional(kinds.oneOf("linear", "log")) }),
    ),
    loss: kinds.name,
    title: optional(kinds.text),
    subtitle: optional(kinds.text),
  });
  if (lines.length === 0) throw new RangeError("Cannot draw parallel coordinates: there is no line");
  const lost = lines.find((line) => !Number.isFinite(line.loss));
  if (lost) throw new RangeError(`Cannot draw parallel coordinates: the loss of "${lost.name}" is ${lost.loss}`);
  const losses = lines.map((line) => line.loss);
  const steep = Math.min(...losses) > 0 && Math.max(...losses) > 8 * Math.min(...losses);
  const upright = [
    ...axes.map(({ name, scale }) => axisOf(name, lines.map(({ values }) => values[name]), scale)),
    axisOf(loss, losses, steep ? "log" : "linear"),
  ];
  // The best are drawn last, above the others.
  const order = lines.map((_, i) => i).sort((a, b) =>
    Number(lines[b].early) - Number(lines[a].early) || losses[b] - losses[a]
  );
  const best = order.at(-1)!;
  const points = order.flatMap((i) =>
    upright.map(({ heights }, axis) => ({ line: i, axis, height: heights[i], colour: upright.at(-1)!.heights[i] }))
  );
  const of = (which: (line: number) => boolean) => points.filter(({ line }) => which(line));
  const drawn = (some: typeof points, how: Plot.LineYOptions) =>
    Plot.line(some, { x: "axis", y: "height", z: "line", stroke: "colour", strokeLinejoin: "round", ...how });
  const halo = { stroke: PAPER, strokeWidth: 4, paintOrder: "stroke" } as const;
  const ticks = upright.flatMap(({ ticks }, axis) => ticks.map((tick) => ({ ...tick, axis })));
  // So that one bad loss does not make all others look alike.
  const middle = Math.min(0.95, Math.max(0.05, upright.at(-1)!.heights.toSorted((a, b) => a - b)[lines.length >> 1]));
  // Half of a tick, four pixels.
  const half = 4 * (upright.length - 1) / (WIDTH - 2 * MARGIN - 2 * SIDE);
  const { plot } = panel({
    width: WIDTH - 2 * MARGIN,
    height: HEIGHT,
    marginTop: TOP,
    marginBottom: BOTTOM,
    marginLeft: SIDE,
    marginRight: SIDE,
    x: { axis: null, domain: [0, upright.length - 1] },
    y: { axis: null, domain: [0, 1] },
    color: { type: "linear", domain: [0, middle, 1], range: BEST_TO_WORST },
    marks: [
      Plot.ruleX(upright.keys(), { stroke: RULE }),
      drawn(of((line) => lines[line].early), { strokeWidth: 1.2, strokeDasharray: "5 3", strokeOpacity: 0.75 }),
      drawn(of((line) => !lines[line].early && line !== best), { strokeWidth: 1.6 }),
      drawn(of((line) => line === best), { strokeWidth: 3.4 }),
      Plot.ruleY(ticks, { x1: ({ axis }) => axis - half, x2: ({ axis }) => axis + half, y: "height", stroke: RULE }),
      Plot.text(ticks, { x: "axis", y: "height", text: "text", dx: 7, textAnchor: "start", fill: INK, ...halo }),
      Plot.text(upright, {
        x: (_, axis) => axis,
        y: 1,
        text: ({ name }) => shortened(name, 20),
        dy: -24,
        fontWeight: 600,
        fill: INK,
      }),
      Plot.text(upright.filter(({ logarithmic }) => logarithmic), {
        x: (axis) => upright.indexOf(axis),
        y: 0,
        text: () => "logarithmic",
        dy: 20,
        fill: FAINT,
      }),
    ],
  });
  const early = lines.filter((line) => line.early).length;
  return sheet({
    title,
    subtitle,
    rows: [{ panels: [{ ...plot, content: plot.content }] }, { panels: [key(lines[best].name, early > 0)] }],
    description: `${title}: ${lines.length} lines over ${axes.map(({ name }) => name).join(", ")} and ${loss}; ` +
      `the best is ${lines[best].name} with ${text(lines[best].loss)}`,
  });
}

/** An axis with where each line crosses it, from 0 to 1. */
interface Upright {
  name: string;
  logarithmic: boolean;
  heights: number[];
  ticks: { height: number; text: string }[];
}

function axisOf(name: string, values: readonly (number | string | undefined)[], scale = "linear"): Upright {
  const missing = values.findIndex((value) => value === undefined);
  if (missing >= 0) throw new RangeError(`Cannot draw parallel coordinates: line ${missing + 1} has no "${name}"`);
  if (!values.every((value): value is number => typeof value === "number" && Number.isFinite(value))) {
    return axisOfWords(name, values.map(String));
  }
  const logarithmic = scale === "log";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (logarithmic && low <= 0) {
    throw new RangeError(`Cannot draw parallel coordinates: "${name}" is logarithmic, and has the value ${low}`);
  }
  const along = logarithmic ? Math.log : (value: number) => value;
  const place = (value: number) => low === high ? 0.5 : (along(value) - along(low)) / (along(high) - along(low));
  const different = [...new Set(values)].sort((a, b) => a - b);
  // Of few values each is named; of many, round numbers between the ends.
  const named = different.length <= 5 ? different : [low, ...roundBetween(low, high, logarithmic), high];
  const ticks = named.map((value) => ({ height: place(value), text: text(value) }));
  return { name, logarithmic, heights: values.map(place), ticks: apart(ticks) };
}

function axisOfWords(name: string, words: readonly string[]): Upright {
  const different = [...new Set(words)];
  const place = (word: string) => different.length === 1 ? 0.5 : different.indexOf(word) / (different.length - 1);
  const ticks = different.slice(0, MOST_WORDS).map((word) => ({ height: place(word), text: shortened(word, 24) }));
  return { name, logarithmic: false, heights: words.map(place), ticks };
}

/** Round numbers between two ends, a handful. */
function roundBetween(low: number, high: number, logarithmic: boolean): number[] {
  if (!logarithmic) {
    const step = [1, 2, 5, 10].map((k) => k * 10 ** Math.floor(Math.log10((high - low) / 4)))
      .find((step) => (high - low) / step <= 5)!;
    const first = Math.ceil(low / step);
    return Array.from(
      { length: Math.floor(high / step) - first + 1 },
      (_, i) => Number(((first + i) * step).toPrecision(6)),
    );
  }
  const powers = Math.ceil(Math.log10(high / low)) + 2;
  const steps = high / low > 100 ? [1] : [1, 2, 5];
  return Array.from({ length: powers }, (_, i) => Math.floor(Math.log10(low)) + i)
    .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
    .filter((value) => value > low && value < high);
}

/** Leaves out what would stand on its neighbour; the ends, which come first and last, stay. */
function apart(ticks: Upright["ticks"]): Upright["ticks"] {
  const room = 15 / (HEIGHT - TOP - BOTTOM), top = ticks.at(-1)!;
  const kept = [ticks[0]];
  for (const tick of ticks.slice(1, -1)) {
    if (tick.height - kept.at(-1)!.height >= room && top.height - tick.height >= room) kept.push(tick);
  }
  return ticks.length > 1 ? [...kept, top] : kept;
}

function text(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}

/** What the kinds of lines mean. */
function key(best: string, early: boolean): Panel {
  const line = (x: number, style: string) => `<path d="M${x},10 h26" fill="none" ${style}/>`;
  const words = (x: number, text: string) => `<text x="${x}" y="14" font-size="12">${escapeMarkup(text)}</text>`;
  const [from, middle, to] = BEST_TO_WORST;
  const name = shortened(best, 30);
  const content = line(0, `stroke="${from}" stroke-width="3.4"`) + words(34, `the best: ${name}`) +
    (early
      ? line(190, `stroke="${middle}" stroke-width="1.2" stroke-dasharray="5 3"`) + words(224, "ended early")
      : "") +
    line(330, `stroke="${from}" stroke-width="1.6"`) + line(358, `stroke="${middle}" stroke-width="1.6"`) +
    line(386, `stroke="${to}" stroke-width="1.6"`) + words(420, "the lowest loss, the median, the highest");
  return { content, width: WIDTH - 2 * MARGIN, height: 26 };
}
