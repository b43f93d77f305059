import { checkOptions, kinds, optional } from "../options/mod.ts";
import { crc32 } from "node:zlib";
import { type Bar, barsOf } from "../formats/mod.ts";
import { type Figure, MARGIN } from "./figure.ts";
import { type Panel, sheet, WIDTH } from "./plot.ts";

/** What {@linkcode engrave} can be told. */
export interface EngraveOptions {
  /** Heading of the figure. @default {none} */
  title?: string;
  /** First and last bar to engrave, by their numbers in the text. @default {all} */
  bars?: readonly [first: number, last: number];
  /** All pages, one below another, instead of the first alone. @default {false} */
  allPages?: boolean;
}

/** The part of Verovio's toolkit that we use; the package comes without types. */
interface Toolkit {
  setOptions(options: Record<string, unknown>): void;
  loadData(text: string): number;
  select(selection: Record<string, unknown>): number;
  redoLayout(): void;
  getPageCount(): number;
  renderToSVG(page: number): string;
}

/** Pixels on the screen for one of Verovio's units, in percent. */
const SCALE = 38;
/** Height of a page in pixels: that of a sheet of A4 of the same width. */
const PAGE_HEIGHT = Math.round(WIDTH * Math.SQRT2);

let toolkit: Promise<Toolkit> | undefined;

/** Verovio, loaded when first needed: 12 MB of WebAssembly. */
async function loadVerovio(): Promise<Toolkit> {
  const { default: createVerovioModule } = await import("verovio/wasm-hum");
  const { enableLog, LOG_OFF, VerovioToolkit } = await import("verovio/esm");
  const silent = { print: () => {}, printErr: () => {} };
  const module = await createVerovioModule(silent);
  enableLog(LOG_OFF, module);
  return new VerovioToolkit(module);
}

/**
 * Engraves a score with [Verovio](https://www.verovio.org): the first page, or all of them, as wide as the other figures. Notes that the
 * text does not beam are beamed by the metre.
 *
 * @param kern A `**kern` text.
 * @throws {KernError} If the text cannot be read; it names line and spine.
 * @throws {RangeError} If the score has no bars with these numbers.
 */
export async function engrave(kern: string, options: EngraveOptions = {}): Promise<Figure> {
  const { title, bars, allPages = false } = checkOptions("engrave the score", options, {
    title: optional(kinds.text),
    bars: optional(kinds.pair("numbers of bars", kinds.integer())),
    allPages: optional(kinds.boolean),
  });
  const numbered = barsOf(kern);
  const selection = bars ? { measureRange: measureRange(kern, numbered, bars) } : undefined;
  const verovio = await (toolkit ??= loadVerovio());
  const inner = WIDTH - 2 * MARGIN;
  verovio.setOptions({
    inputFrom: "humdrum",
    scale: SCALE,
    pageWidth: Math.round((inner * 100) / SCALE),
    pageHeight: Math.round((PAGE_HEIGHT * 100) / SCALE),
    adjustPageHeight: true,
    pageMarginLeft: 30,
    pageMarginRight: 30,
    pageMarginTop: 20,
    pageMarginBottom: 20,
    breaks: "auto",
    header: "none",
    footer: "none",
    // Ids come from the seed, a positive 32-bit integer: the same text gives the same SVG, and two scores on one page do not share ids.
    xmlIdSeed: (crc32(kern + JSON.stringify(options)) >>> 1) || 1,
  });
  let svgs: string[];
  let pages: number;
  try {
    const loaded = verovio.loadData(isBeamed(kern) ? kern : `${kern.trimEnd()}\n!!!filter: autobeam\n`);
    if (!loaded) throw new Error("it could not load the text");
    // A selection outlives the data; an empty one takes the last one back.
    verovio.select(selection ?? {});
    if (selection) verovio.redoLayout();
    pages = verovio.getPageCount();
    svgs = Array.from({ length: allPages ? pages : 1 }, (_, i) => verovio.renderToSVG(i + 1));
  } catch (error) {
    // After an exception the module's memory is in an unknown state; the next score gets a new one.
    toolkit = undefined;
    throw new Error("Cannot engrave the score: Verovio failed on it", { cause: error });
  }
  const first = pages > svgs.length;
  // What comes before bar 1 is an upbeat.
  const range = bars &&
    (bars[1] === 0 ? "upbeat" : `${bars[0] === 0 ? "upbeat and " : ""}bars ${bars[0] || 1} to ${bars[1]}`);
  const what = `${title ?? "Score"}, ${range ?? `${numbered.length} bars`}`;
  return sheet({
    title,
    subtitle: [
      ...(range ? [range[0].toUpperCase() + range.slice(1)] : []),
      ...(first ? [`${bars ? "page" : "Page"} 1 of ${pages}`] : []),
    ].join(", "),
    rows: svgs.map((svg) => ({ panels: [engravedPanel(svg)] })),
    description: `${what}${first ? `, page 1 of ${pages}` : ""}, engraved`,
  });
}

/** Verovio counts measures from 1, with pickups and the halves of bars that a repeat sign divides. */
function measureRange(kern: string, bars: Bar[], [first, last]: readonly [number, number]): string {
  const from = bars.findIndex((bar) => bar.number === first);
  const to = bars.findLastIndex((bar) => bar.number === last);
  if (from < 0 || to < from) {
    const [lowest, highest] = [bars[0]?.number, bars[bars.length - 1]?.number];
    throw new RangeError(`Cannot engrave bars ${first} to ${last}: the score has the bars ${lowest} to ${highest}`);
  }
  const lines = kern.split(/\r?\n/);
  const end = to + 1 < bars.length ? bars[to + 1].line : lines.length + 1;
  return `${measuresBefore(lines, bars[from].line) + 1}-${measuresBefore(lines, end)}`;
}

/** Measures with music in them, from one barline to the next, before a line of the text (from 1). */
function measuresBefore(lines: string[], line: number): number {
  let [measures, music] = [0, false];
  for (const text of lines.slice(0, line - 1)) {
    if (text === "" || text.startsWith("!") || text.startsWith("*")) continue;
    if (!text.startsWith("=")) music = true;
    else if (music) [measures, music] = [measures + 1, false];
  }
  return measures + (music ? 1 : 0);
}

/** Whether any note begins or ends a beam (`L`, `J`). */
function isBeamed(kern: string): boolean {
  return kern.split(/\r?\n/).some((line) => /^[^!*=]/.test(line) && /[LJ]/.test(line));
}

function engravedPanel(svg: string): Panel {
  const [, width, height] = svg.match(/<svg width="([\d.]+)px" height="([\d.]+)px"/) ?? [];
  if (!width) throw new Error("Cannot engrave the score: Verovio's SVG does not begin with its size");
  // Ids of notes and beams serve Verovio's own tools; glyphs are the only ones that anything refers to.
  const slim = svg.trim().replace(/(<g|<use) id="[^"]*" class/g, "$1 class").replace(/\n\s*/g, "\n");
  return { content: `<g fill="black" color="black">${slim}</g>`, width: Number(width), height: Number(height) };
}
