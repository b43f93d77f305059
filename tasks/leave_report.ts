/**
 * What a command that measures leaves behind.
 *
 * @module
 */

import { join } from "node:path";
import type { Figure } from "../lib/plots/mod.ts";
import { replaceFile } from "../lib/files/mod.ts";
import { jsonLine, visibleLines } from "./terminal_text.ts";

/** A report, and where it goes. */
export interface LeftReport {
  /** Folder. */
  out: string;
  /** Its files' name, without an ending. @default {"report"} */
  name?: string;
  /** The report itself, as plain JSON. */
  report: unknown;
  /** The same for people. */
  markdown: string;
  /** A picture of it. @default none */
  figure?: Figure;
  /** What the picture is called, without its ending. @default {name} */
  figureName?: string;
}

/** Leaves a report as JSON, as Markdown and as a picture, and prints it as one of the first two. */
export async function leaveReport(
  { out, name = "report", report, markdown, figure, figureName = name }: LeftReport,
  print: (text: string) => void,
  json: boolean,
): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  await replaceFile(join(out, `${name}.json`), JSON.stringify(report));
  await replaceFile(join(out, `${name}.md`), markdown);
  if (figure) await replaceFile(join(out, `${figureName}.svg`), figure.svg);
  print(json ? jsonLine(report) : visibleLines(markdown));
}
