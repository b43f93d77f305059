/**
 * Notebook files (nbformat 4): reading, parameters, running.
 *
 * @module
 */

import { errorLine } from "./error_line.ts";
import type { Kernel } from "./kernel.ts";
import type { ErrorOutput, Output } from "./outputs.ts";

/** A cell of a notebook. */
export interface Cell {
  /** What it holds. Only `code` runs. */
  cell_type: "code" | "markdown" | "raw";
  /** Its name in the file. */
  id?: string;
  /** What tools know of it; `tags` names its role. */
  metadata: { tags?: string[]; [key: string]: unknown };
  /** Its text, whole or in lines. */
  source: string | string[];
  /** What it showed when it last ran. */
  outputs?: Output[];
  /** Its turn when it last ran, from 1. */
  execution_count?: number | null;
}

/** A notebook as its file has it. */
export interface Notebook {
  /** The cells, from top to bottom. */
  cells: Cell[];
  /** What tools know of it; `kernelspec` names its kernel. */
  metadata: Record<string, unknown>;
  /** Version of the format; 4. */
  nbformat: number;
  /** Minor version of the format. */
  nbformat_minor: number;
}

/** A value that a parameter can take: an object has values as JSON has them, and Infinity. */
export type ParameterValue = string | number | boolean | Readonly<Record<string, unknown>>;

/** Where a running notebook stands. */
export interface CellProgress {
  /** Index of the code cell among the code cells, from 1. */
  cell: number;
  /** How many code cells there are. */
  cells: number;
  /** The cell's text. */
  source: string;
  /** What it has shown so far. */
  outputs: readonly Output[];
  /** Seconds since the cell began. */
  seconds: number;
  /** The cell has ended. */
  finished: boolean;
}

/** What {@linkcode runNotebook} takes. */
export interface RunNotebookOptions {
  /** Called when a cell begins, when it shows something, every second, and when it has ended. It must not throw. */
  onProgress?: (progress: CellProgress) => void;
  /** Ends the notebook after the cell that runs. */
  signal?: AbortSignal;
}

/** A cell failed: says which, where and how. */
export class CellError extends Error {
  override name = "CellError";
  /** Index of the code cell, from 1. */
  cell: number;
  /** Line in the cell, from 1; 0 where the error does not say. */
  line: number;

  /** Makes the error of code cell number `cell`, whose text is `source`. */
  constructor(cell: number, source: string, line: number, { ename, evalue }: ErrorOutput) {
    const where = line > 0 ? `, line ${line}: ${source.split("\n")[line - 1]?.trim()}` : "";
    super(`Cell ${cell}${where}\n${ename}: ${evalue}`);
    this.cell = cell;
    this.line = line;
  }
}

/** The text of a cell. */
export function sourceOf(cell: Cell): string {
  return Array.isArray(cell.source) ? cell.source.join("") : cell.source;
}

/**
 * Reads a notebook file.
 *
 * @throws {SyntaxError} If it is not a notebook of nbformat 4.
 */
export async function readNotebook(path: string): Promise<Notebook> {
  const text = await Deno.readTextFile(path);
  let notebook: Notebook;
  try {
    notebook = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}: ${(error as Error).message}`);
  }
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new SyntaxError(`Cannot read ${path}: it is not a notebook of format 4`);
  }
  const broken = notebook.cells.findIndex((cell) => !cell?.cell_type || !cell.metadata || cell.source === undefined);
  if (broken >= 0) {
    throw new SyntaxError(`Cannot read ${path}: cell ${broken + 1} lacks its type, its metadata or its text`);
  }
  return notebook;
}

/** The code cells that have something in them, in order. */
export function codeCells(notebook: Notebook): Cell[] {
  return notebook.cells.filter((cell) => cell.cell_type === "code" && sourceOf(cell).trim() !== "");
}

/** Whether a cell declares the notebook's parameters (papermill's convention). */
export function declaresParameters(cell: Cell): boolean {
  return cell.metadata.tags?.includes("parameters") ?? false;
}

/**
 * A copy of the notebook with a cell that sets parameters, right after the one
 * tagged `parameters`. Names that the notebook does not declare are left out.
 */
export function withParameters(notebook: Notebook, parameters: Record<string, ParameterValue>): Notebook {
  const copy = structuredClone(notebook);
  const at = copy.cells.findIndex(declaresParameters);
  if (at < 0) return copy;
  const declared = [...sourceOf(copy.cells[at]).matchAll(/^\s*let\s+(\w+)/gm)].map(([, name]) => name);
  const names = declared.filter((name) => name in parameters);
  if (names.length === 0) return copy;
  copy.cells.splice(at + 1, 0, {
    cell_type: "code",
    id: "injected-parameters",
    metadata: { tags: ["injected-parameters"] },
    source: names.map((name) => `${name} = ${literal(parameters[name])};`).join("\n"),
    outputs: [],
    execution_count: null,
  });
  return copy;
}

/** A value as code has it. */
function literal(value: unknown): string {
  if (value === Infinity) return "Infinity";
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${literal(inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/**
 * Runs the code cells of a notebook on a kernel, top to bottom, and puts what
 * they show into the notebook's cells.
 *
 * @throws {CellError} At the first cell that fails; the cells so far have their outputs.
 * @throws The signal's reason, once it is aborted.
 */
export async function runNotebook(notebook: Notebook, kernel: Kernel, options: RunNotebookOptions = {}): Promise<void> {
  const { onProgress = () => {}, signal } = options;
  for (const cell of notebook.cells) {
    if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
  }
  const cells = codeCells(notebook);
  for (const [i, cell] of cells.entries()) {
    signal?.throwIfAborted();
    const source = sourceOf(cell);
    const begun = performance.now();
    let outputs: readonly Output[] = [];
    const report = (finished: boolean) => {
      const seconds = (performance.now() - begun) / 1000;
      onProgress({ cell: i + 1, cells: cells.length, source, outputs, seconds, finished });
    };
    report(false);
    const everySecond = setInterval(() => report(false), 1000);
    try {
      outputs = await kernel.execute(source, (sofar) => {
        outputs = sofar;
        report(false);
      });
    } finally {
      clearInterval(everySecond);
    }
    Object.assign(cell, { outputs, execution_count: i + 1 });
    report(true);
    // A stopped cell may well fail; that it was stopped is what matters.
    signal?.throwIfAborted();
    const error = outputs.find((output) => output.output_type === "error");
    if (error) throw new CellError(i + 1, source, await errorLine(source, error), error);
  }
}
