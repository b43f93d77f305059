import * as Plot from "@observablehq/plot";
import type { AxisXOptions, AxisYOptions, PlotOptions } from "@observablehq/plot";
import { document } from "./dom.ts";
import { escapeMarkup, type Figure, figure, MARGIN, shortened } from "./figure.ts";
import { coloursOf, FAINT, GRID } from "./palette.ts";

/** Width of a figure in pixels: what a notebook's cell has in a window of 1280. */
export const WIDTH = 800;

/** A drawn plot: SVG content and its size, to be placed on a sheet. */
export interface Panel {
  /** SVG elements. */
  content: string;
  /** Width in pixels. */
  width: number;
  /** Height in pixels. */
  height: number;
}

/** Panels side by side, under a heading of their own. */
export interface Row {
  /** What the row shows. */
  heading?: string;
  /** Its panels, from left to right. */
  panels: Panel[];
}

/** One colour and what it stands for. */
export interface LegendEntry {
  /** What the colour stands for. */
  label: string;
  /** A CSS colour. */
  color: string;
}

/** Draws Plot options as a panel; legends come as panels of their own. */
export function panel(options: PlotOptions): { plot: Panel; legends: Panel[] } {
  const drawn = Plot.plot({ ...options, document });
  if (drawn.localName === "svg") return { plot: placeable(drawn as unknown as SVGElement), legends: [] };
  const children = [...drawn.children];
  const plot = children.findLast((child) => child.localName === "svg") as SVGElement;
  const legends = children.filter((child) => child !== plot);
  return { plot: placeable(plot), legends: legends.map((legend) => legendPanel(legend)) };
}

/** A panel with faint lines across, and its axes named in words. */
export function chart(options: PlotOptions, axes: { x: AxisXOptions; y: AxisYOptions }): Panel {
  return panel({
    marginBottom: 42,
    ...options,
    marks: [
      Plot.gridY({ stroke: GRID, strokeOpacity: 1, ticks: axes.y.ticks }),
      ...(options.marks ?? []),
      Plot.axisX({ labelAnchor: "center", labelArrow: "none", labelOffset: 36, ...axes.x }),
      Plot.axisY({ labelArrow: "none", tickSize: 0, ...axes.y }),
    ],
  }).plot;
}

/**
 * An `<svg>` of Plot's as a group. Its style sheet is for pages (`height: auto`) and would misplace an inner `<svg>`.
 */
function placeable(svg: SVGElement): Panel {
  const inherited = ["fill", "text-anchor"]
    .filter((name) => svg.hasAttribute(name))
    .map((name) => ` ${name}="${svg.getAttribute(name)}"`);
  const content = [...svg.children].filter((child) => child.localName !== "style");
  return {
    content: `<g font-size="12"${inherited.join("")}>${content.map((child) => rounded(child.outerHTML)).join("")}</g>`,
    width: Number(svg.getAttribute("width")),
    height: Number(svg.getAttribute("height")),
  };
}

/** Coordinates to a hundredth of a pixel: half the size, and nothing that anyone sees. */
function rounded(markup: string): string {
  const tag = (text: string) => text.replace(/-?\d+\.\d{3,}/g, (number) => `${Number(Number(number).toFixed(2))}`);
  return markup.replace(/<[^>]*>/g, (text) => text.includes("data:") ? text : tag(text));
}

/** Plot's legend: an `<svg>` for a continuous scale, swatches of HTML for names. */
function legendPanel(legend: Element): Panel {
  if (legend.localName === "svg") return placeable(legend as SVGElement);
  const entries = [...legend.querySelectorAll(".plot-swatch, [class$=-swatch]")].map((swatch) => ({
    label: swatch.textContent ?? "",
    color: swatch.querySelector("svg")?.getAttribute("fill") ?? "currentColor",
  }));
  return swatches(entries, WIDTH - 2 * MARGIN);
}

/** Coloured squares with their names, in as many lines as the width needs. */
export function swatches(entries: LegendEntry[], width: number): Panel {
  const lineHeight = 20;
  let [x, y] = [0, 0];
  let content = "";
  for (const { label, color } of entries) {
    const text = shortened(label, 60);
    const needed = 22 + 7 * text.length + 14;
    if (x > 0 && x + needed > width) [x, y] = [0, y + lineHeight];
    content += `<rect x="${x}" y="${y + 3}" width="13" height="13" rx="2" fill="${escapeMarkup(color)}"/>` +
      `<text x="${x + 19}" y="${y + 14}" font-size="12">${escapeMarkup(text)}</text>`;
    x += needed;
  }
  return { content, width, height: entries.length ? y + lineHeight + 4 : 0 };
}

/** Lays title, legends and rows of panels out on a sheet. */
export function sheet(
  options: { title?: string; subtitle?: string; legend?: LegendEntry[]; rows: Row[]; description: string },
): Figure {
  let y = MARGIN;
  let content = "";
  let width = 0;
  const line = (text: string, size: number, attributes: string) => {
    // Letters are half as wide as high, or a little more in bold: nothing runs out of the sheet.
    const room = Math.floor((WIDTH - 2 * MARGIN) / ((attributes.includes("font-weight") ? 0.6 : 0.52) * size));
    content += `<text x="${MARGIN}" y="${y + size}" font-size="${size}" ${attributes}>` +
      `${escapeMarkup(shortened(text, room))}</text>`;
    y += Math.round(size * 1.5);
  };
  const place = (each: Panel, x: number) => {
    content += `<g transform="translate(${x},${y})">${each.content}</g>`;
    width = Math.max(width, x + each.width + MARGIN);
  };
  if (options.title) line(options.title, 16, `font-weight="600"`);
  if (options.subtitle) line(options.subtitle, 12, `fill="${FAINT}"`);
  if (options.legend?.length) {
    const legend = swatches(options.legend, WIDTH - 2 * MARGIN);
    y += 4;
    place(legend, MARGIN);
    y += legend.height;
  }
  for (const { heading, panels } of options.rows) {
    if (heading) {
      y += 8;
      line(heading, 13, `font-weight="600"`);
    }
    let x = MARGIN;
    for (const each of panels) {
      place(each, x);
      x += each.width;
    }
    y += Math.max(...panels.map((each) => each.height));
  }
  return figure(content, { width, height: y + MARGIN / 2 }, options.description);
}

/**
 * Draws with [Observable Plot](https://observablehq.com/plot): its options, title, caption and colour legend included,
 * as a standalone SVG. Labels of axes stand clear of their ticks, and names that `color.domain` lists get the colours
 * that they have throughout the book ({@linkcode coloursOf}), unless there is a range or a scheme. What the figure shows is said by `ariaDescription`,
 * else by its title, otherwise by its axes.
 *
 * @param options As `Plot.plot` takes them; `width` is 772 unless given, what the sheet of a notebook holds.
 */
export function plot(options: PlotOptions): Figure {
  const { title, subtitle, caption, x, y, color, ariaDescription, ...rest } = options;
  const text = (value: string | Node | undefined | null) =>
    (typeof value === "string" ? value : value?.textContent) ?? undefined;
  const drawn = panel({
    width: WIDTH - 2 * MARGIN,
    marginTop: 30,
    marginBottom: 44,
    ...rest,
    x: { labelAnchor: "center", labelArrow: "none", labelOffset: 38, ...x },
    y: { labelArrow: "none", ...y },
    color: namedColours(color),
  });
  const rows: Row[] = [...drawn.legends, drawn.plot].map((each) => ({ panels: [each] }));
  if (text(caption)) rows.push({ panels: [captionPanel(text(caption)!)] });
  const axes = [y?.label, x?.label].filter((label) => label).join(" against ");
  const description = ariaDescription ?? text(title) ?? (axes ? `Plot of ${axes}` : "Plot");
  return sheet({ title: text(title), subtitle: text(subtitle), rows, description });
}

function namedColours(color: PlotOptions["color"]): PlotOptions["color"] {
  const { domain, range, scheme } = color ?? {};
  if (!Array.isArray(domain) || range || scheme || !domain.every((name) => typeof name === "string")) return color;
  return { ...color, range: coloursOf(domain) };
}

function captionPanel(text: string): Panel {
  const content = `<text y="16" font-size="12" fill="${FAINT}">${escapeMarkup(shortened(text, 112))}</text>`;
  return { content, width: WIDTH - 2 * MARGIN, height: 24 };
}
