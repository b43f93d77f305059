/**
 * `deno task check:notebooks`: holds the notebooks to what the library is held
 * to. Their cells are type-checked and linted as TypeScript modules, they are
 * without outputs, and their formatting is that of `deno fmt`, in lines that
 * JupyterLab shows whole; `--fix` strips and formats them.
 *
 * `deno fmt --check` cannot do the last: it calls every notebook unformatted
 * that it has not formatted itself (Deno 2.8), be it to the same bytes.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import { BOOK } from "./book.ts";
import { type CommandOptions, flagsOf } from "./command.ts";
import { codeCells, declaresParameters, type Notebook, readNotebook, sourceOf } from "./kernel/notebook.ts";

const USAGE = `deno task check:notebooks [--fix]

Type-checks and lints the notebooks' cells, and sees that they are without
outputs and formatted.

  --fix    strip and format those that are not
  --help   show this text`;

const ROOT = resolve(import.meta.dirname!, "..");
const NOTEBOOKS = join(ROOT, "notebooks");
/** Letters of a line of code that JupyterLab shows beside its file browser, in a window of 1280 pixels. */
export const LINE_WIDTH = 106;
/**
 * One level below the root, as the notebooks are: their relative imports hold. Stays where something is wrong, so that
 * the places that are named can be looked up.
 */
const CELLS = join(ROOT, ".cells");

/** The code cells of a notebook as one module, each under a comment with its number. */
export function moduleOf(notebook: Notebook, name: string): string {
  const cells = codeCells(notebook).map((cell, i) => {
    const source = sourceOf(cell);
    // A batch run assigns to the parameters in the cell it injects, which the linter does not see.
    const code = declaresParameters(cell)
      ? source.replace(/^let /gm, "// deno-lint-ignore prefer-const\nlet ")
      : source;
    return `// ${name}, cell ${i + 1}\n${code}\n;`;
  });
  return `${cells.join("\n")}\nexport {};\n`;
}

async function deno(...args: string[]): Promise<boolean> {
  const process = new Deno.Command(Deno.execPath(), { args, stdin: "null" }).spawn();
  return (await process.status).success;
}

/** The text of a notebook's file as it is committed: what its cells have shown is not part of the book. */
export function stripped(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const { execution: _times, ...metadata } = cell.metadata;
    return { ...cell, metadata, outputs: [], execution_count: null };
  });
  return JSON.stringify({ ...notebook, cells }, null, 1) + "\n";
}

/** Strips and formats copies of the notebooks; gives the names of those that differ, and no longer do if `fix` is set. */
async function format(names: readonly string[], fix: boolean): Promise<string[]> {
  const copies = names.map((name) => join(CELLS, name));
  for (const [i, name] of names.entries()) {
    await Deno.writeTextFile(copies[i], stripped(await readNotebook(join(NOTEBOOKS, name))));
  }
  if (!await deno("fmt", "--quiet", "--line-width", `${LINE_WIDTH}`, ...copies)) return [...names];
  const changed: string[] = [];
  for (const [i, name] of names.entries()) {
    const path = join(NOTEBOOKS, name);
    if (await Deno.readTextFile(copies[i]) === await Deno.readTextFile(path)) continue;
    changed.push(name);
    if (fix) await Deno.copyFile(copies[i], path);
  }
  return changed;
}

/** Runs the task. @returns The exit code: 0, 1 if something is wrong with a notebook, 2 if the arguments are wrong. */
export async function notebooksTask(args: readonly string[], options: CommandOptions = {}): Promise<number> {
  const flags = await flagsOf(args, USAGE, ["fix"], options);
  if (typeof flags === "number") return flags;
  const fix = flags.has("fix");
  await Deno.mkdir(CELLS, { recursive: true });
  for await (const { name } of Deno.readDir(CELLS)) await Deno.remove(join(CELLS, name));
  const names = BOOK;
  const unformatted = await format(names, fix);
  if (fix && unformatted.length > 0) console.log(`stripped and formatted ${unformatted.join(", ")}`);
  else if (unformatted.length > 0) {
    console.error(
      `${unformatted.join(", ")}: with outputs, or not formatted; this mends it: deno task check:notebooks --fix`,
    );
    return 1;
  }
  const modules: string[] = [];
  for (const name of names) {
    const path = join(CELLS, `${basename(name, ".ipynb")}.ts`);
    await Deno.writeTextFile(path, moduleOf(await readNotebook(join(NOTEBOOKS, name)), name));
    modules.push(path);
  }
  if (!await deno("check", "--quiet", ...modules) || !await deno("lint", "--quiet", ...modules)) return 1;
  await Deno.remove(CELLS, { recursive: true });
  console.log(`${names.length} notebooks checked, linted, stripped and formatted`);
  return 0;
}

if (import.meta.main) Deno.exit(await notebooksTask(Deno.args));
