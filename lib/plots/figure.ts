/**
 * What every drawing function returns, and the white sheet that it is drawn on.
 */

/** The name of the method by which Deno's kernel asks a value how it wants to be shown. */
export const display: unique symbol = Symbol.for("Jupyter.display");

/** A picture: a standalone SVG that a notebook shows and a file can hold. */
export interface Figure {
  /** The SVG document, with its namespace and its own white background. */
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

/** Dark text, for titles and labels, on the white sheet. */
export const INK = "#1f2328";

/** Lighter text, for what is said in passing. */
export const FAINT = "#59636e";

/** Space around what a sheet holds, in pixels. */
export const MARGIN = 14;

/**
 * Text as HTML and SVG can hold it: markup is escaped, and characters that
 * would make the document invalid (MIDI track names have them) are dropped.
 */
export function escapeMarkup(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return printable(text).replace(/[&<>"']/g, (character) => entities[character]);
}

/** Drops what XML forbids: control characters, lone surrogates and the two noncharacters. */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}

/** Cuts a text that would run out of the picture and puts an ellipsis for the rest. */
export function shortened(text: string, length: number): string {
  const characters = [...printable(text).replace(/\s+/g, " ").trim()];
  return characters.length <= length ? characters.join("") : characters.slice(0, length - 1).join("").trimEnd() + "…";
}

/** Puts SVG content on a white sheet of the given size. */
export function figure(content: string, size: { width: number; height: number }, description: string): Figure {
  const width = Math.ceil(size.width);
  const height = Math.ceil(size.height);
  const svg = printable(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `color="${INK}" fill="${INK}" font-family="${FONT}">` +
      `<title>${escapeMarkup(description)}</title>` +
      `<rect width="100%" height="100%" fill="white"/>${content}</svg>\n`,
  );
  return {
    svg,
    width,
    height,
    description,
    [display]: () => ({ "image/svg+xml": svg, "text/plain": `[${description}]` }),
  };
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
