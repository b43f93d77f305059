/** What a terminal obeys: controls, line separators, and marks that turn the direction of writing. */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text of a file without what a terminal would obey. */
export function visible(text: string): string {
  return text.replace(UNSAFE, "");
}

/** The same of text of several lines, which stay lines. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

/** JSON on one line. It escapes the control characters up to 0x1F by itself; a terminal obeys those above, too. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (character) => {
    const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}

/** Rows under a heading, numbers to the right, and to the right what stands for a missing one, "–". */
export function textTable(heading: string[], rows: string[][]): string[] {
  const lines = [heading, ...rows].map((row) => row.map(visible));
  const widths = heading.map((_, column) => Math.max(...lines.map((row) => row[column].length)));
  const numeric = heading.map((_, column) => rows.every((row) => /^(-?[\d.]+(e[-+]\d+)?|–)$/.test(row[column])));
  return lines.map((row) =>
    row.map((cell, column) => numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))
      .join("  ").trimEnd()
  );
}
