/**
 * `deno task test:jupyter`: the notebooks as Jupyter's users meet them.
 * Installs JupyterLab and nbclient into `.venv`, executes all notebooks
 * through nbclient, then opens JupyterLab in a headless Chromium, runs all
 * cells of one notebook, looks at the page, and presses Stop in another.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join, relative } from "node:path";
import type { Browser } from "playwright-core";
import {
  cellsFinished,
  launchChromium,
  look,
  openNotebook,
  outputText,
  pressStop,
  startAllCells,
  takePicture,
} from "./jupyter/browser.ts";
import { BOOK } from "./book.ts";
import { installJupyter, jupyterEnvironment, NOTEBOOKS, PROJECT } from "./jupyter/environment.ts";
import { type JupyterServer, startJupyterLab } from "./jupyter/server.ts";
import { codeCells, readNotebook } from "./kernel/notebook.ts";
import { checkKernel } from "./kernel/probe.ts";

/** The notebook that the browser opens: it shows tables, figures and sound. */
const IN_BROWSER = "02-notes.ipynb";
/** Seconds that a cell may take. */
const CELL_SECONDS = 900;
const OUT = join(PROJECT, "tests", "out", "jupyter");

let passed = 0;
let failed = 0;

/** Runs one check and prints what came of it; checks do not hold each other up. */
async function check(name: string, test: () => Promise<string>): Promise<void> {
  const begun = performance.now();
  try {
    const found = await test();
    passed++;
    console.log(`ok      ${name} (${((performance.now() - begun) / 1000).toFixed(0)} s): ${found}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}\n${(error as Error).message.replace(/^/gm, "        ")}`);
  }
}

async function throughNbclient(jupyter: string, name: string): Promise<string> {
  const executed = join(OUT, name);
  const { success, stderr } = await new Deno.Command(jupyter, {
    args: ["execute", `--timeout=${CELL_SECONDS}`, `--output=${executed}`, name],
    cwd: NOTEBOOKS,
    env: await jupyterEnvironment(),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  assert(success, new TextDecoder().decode(stderr).trim().split("\n").slice(-15).join("\n"));
  const cells = codeCells(await readNotebook(executed));
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  assertEquals(cells.filter((cell) => !cell.execution_count).length, 0, "some cells did not run");
  assert(outputs.length > 0, "no cell showed anything");
  return `${cells.length} cells, ${outputs.length} outputs`;
}

async function showsEverything(browser: Browser, server: JupyterServer): Promise<string> {
  const cells = codeCells(await readNotebook(join(NOTEBOOKS, IN_BROWSER)));
  const page = await openNotebook(browser, server.addressOf(`notebooks/${IN_BROWSER}`));
  await startAllCells(page);
  await cellsFinished(page);
  const picture = join(OUT, `${basename(IN_BROWSER, ".ipynb")}.png`);
  await takePicture(page, picture);
  const found = await look(page);
  const all = JSON.stringify(found);
  assertEquals(found.errors, 0, all);
  assertEquals(found.ran, cells.length, all);
  assert(found.tableRows >= 5, `there is no table on the page: ${all}`);
  assert(found.figures >= 3, `there are no figures on the page: ${all}`);
  assert(found.audioSeconds.some((seconds) => (seconds ?? 0) > 1), `there is no sound on the page: ${all}`);
  await page.close();
  return `${all}, picture in ${relative(PROJECT, picture)}`;
}

/** A cell that would run for ten minutes, between two that show whether the kernel survived. */
const STOPPED = [
  'import { interrupted, pause } from "../../../lib/notebook/mod.ts";\nconst kept = crypto.randomUUID();\nkept',
  'const signal = interrupted();\nconsole.log("running");\nfor (let i = 0; i < 1e6; i++) await pause(signal);',
  "kept",
];

async function stopKeepsTheKernel(browser: Browser, server: JupyterServer): Promise<string> {
  const path = join(OUT, "stop.ipynb");
  const cells = STOPPED.map((source, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    metadata: i === 1 ? { tags: ["raises-exception"] } : {},
    source,
    outputs: [],
    execution_count: null,
  }));
  const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
  await Deno.writeTextFile(path, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
  const page = await openNotebook(browser, server.addressOf(relative(PROJECT, path).replaceAll("\\", "/")));
  await startAllCells(page);
  await page.waitForSelector('.jp-OutputArea-output:has-text("running")');
  await pressStop(page);
  await cellsFinished(page);
  const [before, stopped, after] = await Promise.all([0, 1, 2].map((cell) => outputText(page, cell)));
  assertStringIncludes(stopped, "Stopped by the Stop button");
  assertEquals(after, before, "the variable of the first cell is lost");
  await page.close();
  return "the cell ended, and the next one had its variable";
}

async function main(): Promise<void> {
  await checkKernel("test:jupyter");
  await Deno.mkdir(OUT, { recursive: true });
  const jupyter = await installJupyter();
  for (const name of BOOK) {
    await check(`${name} runs through nbclient`, () => throughNbclient(jupyter, name));
  }
  await check("JupyterLab and Chromium start", async () => {
    await using server = await startJupyterLab(jupyter);
    const browser = await launchChromium();
    try {
      await check(
        `${IN_BROWSER} shows tables, figures and sound in JupyterLab`,
        () => showsEverything(browser, server),
      );
      await check("Stop ends a cell of JupyterLab and keeps the kernel", () => stopKeepsTheKernel(browser, server));
      return browser.version();
    } finally {
      await browser.close();
    }
  });
}

try {
  await main();
} catch (error) {
  failed++;
  console.log(`FAILED  ${(error as Error).message}`);
}
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);
