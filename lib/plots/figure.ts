/**
 * What every drawing function returns, and the sheet that it is drawn on.
 */

import { INK, PAPER } from "./palette.ts";

/** The name of the method by which Deno's kernel asks a value how it wants to be shown. */
export const display: unique symbol = Symbol.for("Jupyter.display");

/** A picture: a standalone SVG that a notebook shows and a file can hold. */
export interface Figure {
  /** The SVG document, with its namespace and its own sheet. */
  readonly svg: string;
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** What is to be seen, in a line of text, for where there are no pictures. */
  readonly description: string;
  /** What the kernel sends to the notebook, by media type. */
  [display](): Record<string, string>;
}

/** The font of all figures but engraved scores. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";

/** Space around what a sheet holds, in pixels. */
export const MARGIN = 14;

/** Control characters, marks that turn the direction of all the text after them, and noncharacters. */
const UNFIT =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/**
 * Text without what XML forbids, what a terminal obeys, and what turns the text
 * around it: names in music files have them. A lone surrogate becomes a
 * replacement character.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replace(UNFIT, "");
}

/** Text as HTML and SVG can hold it: {@linkcode plainText}, and markup is escaped. */
export function escapeMarkup(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return plainText(text).replace(/[&<>"']/g, (character) => entities[character]);
}

/** A document without the characters that {@linkcode plainText} drops, as numbers too: those, Verovio writes. */
function withoutUnfit(svg: string): string {
  return plainText(svg).replace(/&#(?:x([\da-f]+)|(\d+));/gi, (reference, hexadecimal, decimal) => {
    const code = hexadecimal ? parseInt(hexadecimal, 16) : Number(decimal);
    return code <= 0x10ffff && plainText(String.fromCodePoint(code)) === String.fromCodePoint(code) ? reference : "";
  });
}

/** Cuts a text that would run out of the picture and puts an ellipsis for the rest. */
export function shortened(text: string, length: number): string {
  const characters = [...plainText(text).replace(/\s+/g, " ").trim()];
  return characters.length <= length ? characters.join("") : characters.slice(0, length - 1).join("").trimEnd() + "…";
}

/** Puts SVG content on a sheet of the given size. */
export function figure(content: string, size: { width: number; height: number }, description: string): Figure {
  const width = Math.ceil(size.width);
  const height = Math.ceil(size.height);
  const svg = withoutUnfit(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `color="${INK}" fill="${INK}" font-family="${FONT}">` +
      `<title>${escapeMarkup(description)}</title>` +
      `<rect width="100%" height="100%" rx="4" fill="${PAPER}"/>${content}</svg>\n`,
  );
  return {
    svg,
    width,
    height,
    description,
    [display]: () => ({ "text/html": image(svg, description), "text/plain": `[${plainText(description)}]` }),
  };
}

/**
 * The SVG as an `<img>`. Notebooks draw it where they would not draw a bare SVG, in files that nobody has trusted yet;
 * its text stays sharp, and it shrinks with the cell.
 */
function image(svg: string, description: string): string {
  return `<img style="max-width:100%" alt="${escapeMarkup(description)}" src="${ADDRESS}${encoded(svg.trim())}">`;
}

const ADDRESS = "data:image/svg+xml,";

/** A text as part of an address: what an attribute can hold stays readable, which is half the size of escaping it all. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/%(?:20|2C|2F|3A|3B|3D)/g, decodeURIComponent);
}

/**
 * The SVG in what a figure shows as HTML; `undefined` where the HTML holds none.
 *
 * @param html What the kernel sent as `text/html`.
 */
export function svgIn(html: string): string | undefined {
  const [, address] = html.match(/^<img [^>]*src="data:image\/svg\+xml,([^"]*)"/) ?? [];
  return address === undefined ? undefined : `${decodeURIComponent(address)}\n`;
}

/**
 * Figures under each other as one: the engraved score above its piano roll.
 *
 * @throws {RangeError} If there is no figure.
 */
export function stack(...figures: Figure[]): Figure {
  if (figures.length === 0) throw new RangeError("Cannot stack figures: there are none");
  let height = 0;
  let content = "";
  for (const each of figures) {
    content += each.svg.trim().replace("<svg ", `<svg y="${height}" `);
    height += each.height;
  }
  const width = Math.max(...figures.map((each) => each.width));
  return figure(content, { width, height }, figures.map((each) => each.description).join(" / "));
}
