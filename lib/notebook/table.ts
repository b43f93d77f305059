import type { DataFrame } from "nodejs-polars";
import { display, escapeMarkup } from "../plots/mod.ts";

/** What {@linkcode table} can be told. */
export interface TableOptions {
  /** Rows to show from the top. @default {10} */
  rows?: number;
}

/** Something that a notebook shows as HTML. */
export interface Shown {
  /** The HTML, all text in it escaped. */
  readonly html: string;
  /** What the kernel sends to the notebook, by media type. */
  [display](): Record<string, string>;
}

/**
 * The first rows of a data frame as a table: numbers to six digits, empty cells as –, and how many rows there are. A
 * frame that ends a cell is shown by Deno's kernel itself, with 50 rows and every digit.
 *
 * @throws {RangeError} If the number of rows is not a positive integer.
 */
export function table(frame: DataFrame, options: TableOptions = {}): Shown {
  const { rows = 10 } = options;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new RangeError(
      `Cannot show a table: the number of rows must be a positive integer, current value is ${rows}`,
    );
  }
  const columns = frame.columns.map((name) => {
    const values = frame.getColumn(name).head(rows).toArray() as unknown[];
    return { name, numeric: frame.getColumn(name).isNumeric(), cells: values.map(cellText) };
  });
  const shown = Math.min(rows, frame.height);
  const size = `${shown < frame.height ? `${shown} of ` : ""}${frame.height} rows, ${columns.length} columns`;
  const cell = (tag: string, text: string, numeric: boolean) =>
    `<${tag} style="text-align: ${numeric ? "right" : "left"}">${escapeMarkup(text)}</${tag}>`;
  const head = columns.map(({ name, numeric }) => cell("th", name, numeric)).join("");
  const body = Array.from(
    { length: shown },
    (_, row) => `<tr>${columns.map(({ cells, numeric }) => cell("td", cells[row], numeric)).join("")}</tr>`,
  );
  const html = `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table><p>${size}</p>`;
  return { html, [display]: () => ({ "text/html": html, "text/plain": `${plain(columns, shown)}\n${size}` }) };
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(6))}`;
  return String(value);
}

function plain(columns: { name: string; numeric: boolean; cells: string[] }[], rows: number): string {
  const padded = columns.map(({ name, numeric, cells }) => {
    const texts = [name, ...cells];
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text) => numeric ? text.padStart(width) : text.padEnd(width));
  });
  return Array.from({ length: rows + 1 }, (_, row) => padded.map((cells) => cells[row]).join("  ")).join("\n");
}
