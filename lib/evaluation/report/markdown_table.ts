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
 * The lines of a table in GitHub's Markdown, padded so that it can be read as
 * it stands. The first column is text, the others stand to the right.
 */
export function markdownTable(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [heading, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = heading.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join(" | ")} |`;
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [line(cells[0]), line(rule), ...cells.slice(1).map(line)];
}
