/**
 * The document that Observable Plot draws into, where there is no browser.
 */

import { parseHTML } from "linkedom";

/**
 * A `<canvas>` as far as Plot's legend of a continuous colour scale needs it:
 * a row of pixels, filled one by one and asked for as an image.
 */
class ColourRamp {
  width = 0;
  height = 0;
  readonly #pixels: string[] = [];

  getContext(): { fillStyle: string; fillRect(x: number, y: number, width: number, height: number): void } {
    const pixels = this.#pixels;
    return {
      fillStyle: "",
      fillRect(x, y, width, height) {
        pixels.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${this.fillStyle}"/>`);
      },
    };
  }

  toDataURL(): string {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size} preserveAspectRatio="none" ` +
      `shape-rendering="crispEdges">${this.#pixels.join("")}</svg>`;
    return `data:image/svg+xml,${encodeURIComponent(svg)}`;
  }
}

/** Makes the document; one serves all plots, for nothing is ever attached to it. */
function makeDocument(): Document {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const createElement = document.createElement.bind(document);
  document.createElement =
    ((name: string, options?: ElementCreationOptions) =>
      name === "canvas" ? new ColourRamp() : createElement(name, options)) as typeof document.createElement;
  return document;
}

/** The one document of all plots. */
export const document: Document = makeDocument();
