/**
 * What a notebook in batch prints while it runs.
 *
 * @module
 */

import { visible } from "../terminal_text.ts";
import type { CellProgress } from "./notebook.ts";
import type { Output } from "./outputs.ts";

/** Seconds without a word from a running cell, where lines cannot be rewritten, before one says where it stands. */
const QUIET_SECONDS = 15;
/** Seconds after which a bar's estimate of what is left is no mere guess. */
const SETTLED_SECONDS = 2;
/** What a bar says that has two minutes or more to go. */
const LONG = /\b(?:[2-9]|\d\d+):\d\d(?::\d\d)? left|\b\d+:\d\d:\d\d left/;
/** Columns of a line that goes to a file or a pipe. */
const WIDTH = 110;

/**
 * Makes the function that prints a notebook's progress: a line a cell, with
 * what a long one is doing. On a terminal the line of the running cell is
 * rewritten in place; elsewhere it is said again every 15 seconds, and as soon
 * as it is known that it takes minutes.
 *
 * @param title What each line begins with.
 * @param write Takes the text.
 * @param columns Width of the terminal that the text goes to; `undefined` where it is none.
 */
export function cellPrinter(
  title: string,
  write: (text: string) => void,
  columns?: number,
): (progress: CellProgress) => void {
  let said = 0;
  let long = false;
  let shown: string[] = [];
  let news = "";
  return ({ cell, cells, source, outputs, seconds, finished }) => {
    // A bar that moves says more than the figure that stands under it.
    const lines = outputs.map(lastLine);
    news = lines.findLast((line, i) => line !== "" && line !== shown[i]) ?? news;
    shown = lines;
    const place = `  ${title} ${String(cell).padStart(String(cells).length)}/${cells}`;
    const doing = (!finished && news) || headline(source);
    const text = [...`${place}  ${seconds.toFixed(1).padStart(6)} s  ${doing}`];
    const line = text.slice(0, columns === undefined ? WIDTH : columns - 1).join("");
    if (columns !== undefined) {
      write(`\r\x1b[K${line}${finished ? "\n" : ""}`);
    } else if (finished) {
      write(`${line}\n`);
    } else if (seconds - said >= QUIET_SECONDS || (!long && seconds >= SETTLED_SECONDS && LONG.test(doing))) {
      write(`${line} …\n`);
      said = seconds;
      long ||= LONG.test(doing);
    }
    if (finished) [said, long, shown, news] = [0, false, [], ""];
  };
}

/** The line of a cell that says most: the first that is no import. */
function headline(source: string): string {
  const lines = source.replace(/^import\b[^;]*;/gm, "").split("\n");
  return (lines.find((line) => /^\s*[^\s/]/.test(line)) ?? source.split("\n")[0]).trim();
}

/** The last line of what an output says in text; nothing of an error, which is told elsewhere. */
function lastLine(output: Output): string {
  if (output.output_type === "error") return "";
  const text = output.output_type === "stream" ? output.text : output.data["text/plain"];
  const line = typeof text === "string" ? text.trim().split("\n").at(-1)! : "";
  // deno-lint-ignore no-control-regex
  return visible(line.replace(/\x1b\[[0-9;]*m/g, ""));
}
