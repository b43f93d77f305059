/**
 * Where in a cell an error came from. The kernel compiles a cell before it
 * runs it, and its stack traces count the lines of what came out: blank lines,
 * types and the author's line breaks are gone.
 *
 * @module
 */

import type { ErrorOutput } from "./outputs.ts";

/**
 * The line of a cell, from 1, at which it failed; 0 where the error does not
 * say. Inside a statement of several lines it may be the statement's first.
 *
 * @param source The text of the cell.
 */
export async function errorLine(source: string, { traceback, evalue }: ErrorOutput): Promise<number> {
  const syntax = evalue.match(/repl\.tsx:(\d+):\d+/);
  if (syntax) return Number(syntax[1]);
  // The last frame is that of the cell itself; those above are of functions, maybe of other cells.
  const frame = traceback.findLast((line) => /<anonymous>:\d+:\d+/.test(line));
  const compiledLine = Number(frame?.match(/<anonymous>:(\d+):/)?.[1] ?? 0);
  return compiledLine === 0 ? 0 : await writtenLine(source, compiledLine);
}

/**
 * Looks for the statement behind a compiled line: the cell's beginnings are
 * compiled, each a line longer than the one before, until that line is there.
 */
async function writtenLine(source: string, compiledLine: number): Promise<number> {
  const lines = withoutImports(source).split("\n");
  let first = 1;
  for (let last = 1; last <= lines.length; last++) {
    const compiled = await compile(lines.slice(0, last).join("\n"));
    if (!compiled) continue;
    if (compiled.length >= compiledLine) {
      while (first < last && isBlank(lines[first - 1])) first++;
      const wanted = squeeze(compiled[compiledLine - 1]);
      const within = lines.slice(first - 1, last).findIndex((line) => alike(squeeze(line), wanted));
      return first + Math.max(0, within);
    }
    first = last + 1;
  }
  return 0;
}

/** Imports cannot stand in a function. Each compiles to one line, and one of types alone to none. */
function withoutImports(source: string): string {
  return source.replace(
    /^import\b[^;]*?(["'])[^"'\n]*\1;?/gm,
    (text) => (/^import\s+type\b/.test(text) ? "" : "0;") + "\n".repeat(text.split("\n").length - 1),
  );
}

/** The lines that Deno makes of statements; `undefined` where they break off in the middle of one. */
async function compile(statements: string): Promise<string[] | undefined> {
  const module = `export default async function () {\n${statements}\n}`;
  try {
    const { default: compiled } = await import(`data:application/typescript,${encodeURIComponent(module)}`);
    return String(compiled).split("\n").slice(1, -1);
  } catch {
    return undefined;
  }
}

function isBlank(line: string): boolean {
  return /^\s*(\/\/.*)?$/.test(line);
}

function squeeze(line: string): string {
  return line.replace(/[\s;,]/g, "");
}

function alike(written: string, compiled: string): boolean {
  return written !== "" && compiled !== "" && (written.includes(compiled) || compiled.includes(written));
}
