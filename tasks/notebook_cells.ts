/**
 * `deno task check:notebooks`: the notebooks' cells as TypeScript modules, so
 * that the type checker and the linter read them with the library.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import {
  codeCells,
  declaresParameters,
  type Notebook,
  notebookNames,
  readNotebook,
  sourceOf,
} from "./kernel/notebook.ts";

const ROOT = resolve(import.meta.dirname!, "..");
const NOTEBOOKS = join(ROOT, "notebooks");
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

async function main(): Promise<number> {
  await Deno.mkdir(CELLS, { recursive: true });
  for await (const { name } of Deno.readDir(CELLS)) await Deno.remove(join(CELLS, name));
  const names = await notebookNames(NOTEBOOKS);
  const paths: string[] = [];
  for (const name of names) {
    const path = join(CELLS, `${basename(name, ".ipynb")}.ts`);
    await Deno.writeTextFile(path, moduleOf(await readNotebook(join(NOTEBOOKS, name)), name));
    paths.push(path);
  }
  for (const verb of ["check", "lint"]) {
    const process = new Deno.Command(Deno.execPath(), { args: [verb, "--quiet", ...paths], stdin: "null" }).spawn();
    const { code } = await process.status;
    if (code !== 0) return code;
  }
  await Deno.remove(CELLS, { recursive: true });
  console.log(`${names.length} notebooks checked and linted`);
  return 0;
}

if (import.meta.main) Deno.exit(await main());
