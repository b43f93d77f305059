import type { Figure } from "./report.ts";

/** What stands for a number that there is not. */
export const NOTHING = "–";

/** A figure as `2.47 [2.20, 2.75]`. */
export function withInterval({ value, low, high }: Figure, digits: number): string {
  if (value === null) return NOTHING;
  return low === null || high === null
    ? value.toFixed(digits)
    : `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

/** A number with so many decimals. */
export function rounded(value: number | null, digits: number): string {
  return value === null ? NOTHING : value.toFixed(digits);
}

/**
 * Text as Markdown shows it, on one line: names of files and pieces make no
 * link, picture, emphasis or HTML of themselves, no new cell or line, and turn
 * no text around them.
 */
export function markdownText(text: string): string {
  return text.toWellFormed().replace(/\s+/g, " ").replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/[\\`*<>|&~@]|(?<=\])[(\[:]|(?<=!)\[|(?<=:)\/(?=\/)|(?<=\bwww)\.|(?<!\w)_|_(?!\w)/gi, "\\$&");
}

/** A cell of a table: text, in which nothing is Markdown, or the same in bold. */
export type TableCell = string | { readonly bold: string };

/**
 * The lines of a table in GitHub's Markdown, padded so that it can be read as
 * it stands. The first column is text, the others stand to the right.
 */
export function markdownTable(heading: readonly string[], rows: readonly (readonly TableCell[])[]): string[] {
  const cells = [heading, ...rows].map((row: readonly TableCell[]) =>
    row.map((cell) => typeof cell === "string" ? markdownText(cell) : `**${markdownText(cell.bold)}**`)
  );
  const widths = heading.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join(" | ")} |`;
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [line(cells[0]), line(rule), ...cells.slice(1).map(line)];
}
