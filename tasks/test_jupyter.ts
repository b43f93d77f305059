/**
 * `deno task test:jupyter`: the notebooks as Jupyter's users meet them.
 * Installs JupyterLab and nbclient into `.venv` and executes each notebook of
 * the book once, with little to learn, through nbclient. Then opens what that
 * has saved in JupyterLab, in a headless Chromium, in narrow and wide windows
 * and both themes, and tries what a reader does: run all cells, press Stop,
 * make a mistake. And music21, the musicologists' toolkit in Python, opens the
 * MusicXML that is written here; and we read what it brings (a sixteenth of its corpus; all of it by
 * `deno run --no-prompt --allow-read --allow-run tasks/jupyter/music21_corpus.ts PYTHON --all`).
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join, relative } from "node:path";
import type { Browser, Page } from "playwright-core";
import { BOOK, EVALUATION } from "./book.ts";
import { flagsOf } from "./command.ts";
import {
  cellsFinished,
  chooseTheme,
  figuresThere,
  launchChromium,
  look,
  lookForBlemishes,
  openNotebook,
  outputText,
  pressStop,
  prompts,
  runCell,
  settled,
  startAllCells,
  takePicture,
} from "./jupyter/browser.ts";
import { installJupyter, installPackage, jupyterEnvironment, NOTEBOOKS, PROJECT } from "./jupyter/environment.ts";
import { compareWithMusic21 } from "./jupyter/music21.ts";
import { compareWithMusic21Corpus } from "./jupyter/music21_corpus.ts";
import { type JupyterServer, startJupyterLab } from "./jupyter/server.ts";
import { guard } from "./kernel/lifeline.ts";
import { codeCells, type Notebook, readNotebook, withParameters } from "./kernel/notebook.ts";
import { checkKernel } from "./kernel/probe.ts";

const USAGE = `deno task test:jupyter

Runs the notebooks through nbclient and in JupyterLab, in a headless Chromium, and
compares what is read and written with music21. It needs Python 3.10 or newer and
Chromium.

  --help   show this text`;

/** The notebook that the browser runs: it shows tables, figures and sound. */
const IN_BROWSER = "02-notes.ipynb";
/** Seconds that a cell may take. */
const CELL_SECONDS = 900;
/** Widths of the windows in which the saved notebooks are looked at. */
const WIDTHS = [1024, 1280, 1600];
const OUT = join(PROJECT, "tests", "out", "jupyter");
/** Where the notebooks run: beside `notebooks/`, because they import from `../lib/`. */
const COPY = join(PROJECT, "workbook-test");
/** What they are run with. */
const SMALL = { corpus: "sample", epochs: 1, out: join(OUT, "run") };

let passed = 0;
let failed = 0;

/** Runs one check and prints what came of it; checks do not hold each other up. */
async function check(name: string, test: () => Promise<string>): Promise<void> {
  const begun = performance.now();
  console.log(`…       ${name}`);
  try {
    const found = await test();
    passed++;
    console.log(`ok      ${name} (${((performance.now() - begun) / 1000).toFixed(0)} s): ${found}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}\n${(error as Error).message.replace(/^/gm, "        ")}`);
  }
}

function writeNotebook(name: string, notebook: Notebook): Promise<void> {
  return Deno.writeTextFile(join(COPY, name), JSON.stringify(notebook, null, 1));
}

/** Executes a notebook of the copy and saves it there with its outputs; gives what nbclient says of an error. */
async function execute(jupyter: string, name: string, ...options: string[]): Promise<string | undefined> {
  const process = new Deno.Command(jupyter, {
    args: ["execute", `--timeout=${CELL_SECONDS}`, "--inplace", ...options, name],
    cwd: COPY,
    env: await jupyterEnvironment(),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const release = guard(process);
  const { success, stderr } = await process.output();
  await release();
  return success ? undefined : new TextDecoder().decode(stderr).trim();
}

async function throughNbclient(jupyter: string, name: string): Promise<string> {
  const parameters = { ...SMALL, reading: name === EVALUATION ? "both" : "published" };
  await writeNotebook(name, withParameters(await readNotebook(join(NOTEBOOKS, name)), parameters));
  const error = await execute(jupyter, name);
  if (error !== undefined) throw new Error(error.split("\n").slice(-15).join("\n"));
  const cells = codeCells(await readNotebook(join(COPY, name)));
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  assertEquals(cells.filter((cell) => !cell.execution_count).length, 0, "some cells did not run");
  assert(outputs.length > 0, "no cell showed anything");
  return `${cells.length} cells, ${outputs.length} outputs`;
}

/** How many figures a saved notebook holds: players bring one each, too. */
async function figuresIn(name: string): Promise<number> {
  const outputs = codeCells(await readNotebook(join(COPY, name))).flatMap((cell) => cell.outputs ?? []);
  const texts = outputs.map((output) => "data" in output ? [output.data["text/html"] ?? ""].flat().join("") : "");
  return texts.reduce((sum, text) => sum + (text.match(/<img[^>]+src="data:image\/svg|<svg/g)?.length ?? 0), 0);
}

async function looksGood(browser: Browser, server: JupyterServer, name: string): Promise<string> {
  const expected = await figuresIn(name);
  const page = await openNotebook(browser, server.addressOf(`workbook-test/${name}`), false);
  await figuresThere(page, expected);
  const faults: string[] = [];
  for (const theme of ["light", "dark"] as const) {
    await chooseTheme(page, theme);
    for (const width of WIDTHS) {
      const found = await lookForBlemishes(page, width);
      const view = `${width} px, ${theme}: `;
      faults.push(...found.faults.map((fault) => view + fault));
      const missing = expected - found.figures;
      if (missing > 0 && found.faults.length === 0) {
        faults.push(`${view}${missing} of ${expected} figures are not drawn`);
      }
    }
    const picture = join(OUT, `${basename(name, ".ipynb")}-${theme}.png`);
    await page.setViewportSize({ width: theme === "light" ? WIDTHS[0] : WIDTHS.at(-1)!, height: 1000 });
    await takePicture(page, picture);
  }
  await page.close();
  await server.endKernels();
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return `${expected} ${expected === 1 ? "figure" : "figures"}`;
}

/** Writes a notebook into the copy, opens it, and starts all its cells. */
async function runAll(browser: Browser, server: JupyterServer, name: string, notebook: Notebook): Promise<Page> {
  await writeNotebook(name, notebook);
  const page = await openNotebook(browser, server.addressOf(`workbook-test/${name}`));
  await startAllCells(page);
  return page;
}

async function showsEverything(browser: Browser, server: JupyterServer): Promise<string> {
  const notebook = await readNotebook(join(NOTEBOOKS, IN_BROWSER));
  const page = await runAll(browser, server, "live.ipynb", notebook);
  await cellsFinished(page);
  const picture = join(OUT, "live.png");
  await takePicture(page, picture);
  const found = await look(page);
  const all = JSON.stringify(found);
  assertEquals(found.errors, 0, all);
  assertEquals(found.ran, codeCells(notebook).length, all);
  assert(found.tableRows >= 5, `there is no table on the page: ${all}`);
  assert(found.figures >= 3, `there are no figures on the page: ${all}`);
  assert(found.players >= 1, `there is no player on the page: ${all}`);
  await page.close();
  return `${all}, picture in ${relative(PROJECT, picture)}`;
}

function notebookOf(...sources: string[]): Notebook {
  const cells = sources.map((source, i) => ({
    cell_type: "code" as const,
    id: `cell-${i}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
  return { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
}

/** A cell that would run for ten minutes, between one that shows what the kernel is and two that are queued. */
const STOPPED = notebookOf(
  'import { interrupted, pause } from "../lib/notebook/mod.ts";\nconst kept = crypto.randomUUID();\nkept',
  'const signal = interrupted();\nconsole.log("running");\nfor (let i = 0; i < 1e6; i++) await pause(signal);',
  'console.log("queued");',
  "kept",
);

async function stopKeepsTheKernel(browser: Browser, server: JupyterServer): Promise<string> {
  const page = await runAll(browser, server, "stop.ipynb", STOPPED);
  await page.waitForSelector('.jp-OutputArea-output:has-text("running")');
  await pressStop(page);
  await settled(page);
  assertStringIncludes(await outputText(page, 1), "Stopped by the Stop button");
  assertEquals(await outputText(page, 2), "", "a queued cell ran after Stop");
  assertEquals((await prompts(page)).slice(2), ["[ ]:", "[ ]:"]);
  await runCell(page, 3);
  await settled(page);
  const [before, after] = await Promise.all([0, 3].map((cell) => outputText(page, cell)));
  assertEquals(after, before, "the variable of the first cell is lost");
  await page.close();
  return "the cell ended, the queue with it, and the next cell by hand had its variable";
}

/** An error in a queue of cells. */
const WRONG = notebookOf(
  "let choice = 1;\nchoice",
  "choise = 2;",
  'choice = 3;\nconsole.log("overwritten");',
  'console.log("trained with", choice);',
);

async function errorEndsTheQueue(browser: Browser, server: JupyterServer): Promise<string> {
  const page = await runAll(browser, server, "wrong.ipynb", WRONG);
  await page.waitForSelector('.jp-OutputArea-output:has-text("ReferenceError")');
  await settled(page);
  assertStringIncludes(await outputText(page, 1), "choise is not defined");
  assertEquals([await outputText(page, 2), await outputText(page, 3)], ["", ""], "a queued cell ran after the error");
  assertEquals(await prompts(page), ["[1]:", "[2]:", "[ ]:", "[ ]:"]);
  await takePicture(page, join(OUT, "wrong.png"));
  await runCell(page, 3);
  await settled(page);
  assertStringIncludes(await outputText(page, 3), "trained with 1");
  await page.close();
  return "the two cells behind it did not run, and one of them did by hand";
}

async function errorThroughNbclient(jupyter: string): Promise<string> {
  await writeNotebook("wrong.ipynb", WRONG);
  assertStringIncludes(await execute(jupyter, "wrong.ipynb") ?? "", "choise is not defined");
  await writeNotebook("wrong.ipynb", WRONG);
  assertEquals(await execute(jupyter, "wrong.ipynb", "--allow-errors"), undefined);
  const cells = codeCells(await readNotebook(join(COPY, "wrong.ipynb")));
  const printed = cells.map(({ outputs }) => outputs!.length);
  assertEquals(printed, [1, 1, 1, 1], "where errors are allowed, the cells behind one run");
  return "it ends with the error, and goes on where that is allowed";
}

async function main(): Promise<void> {
  await checkKernel("test:jupyter");
  for (const folder of [OUT, COPY]) {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.mkdir(folder, { recursive: true });
  }
  const jupyter = await installJupyter();
  for (const name of BOOK) await check(`${name} runs through nbclient`, () => throughNbclient(jupyter, name));
  await check("music21 opens our MusicXML", async () => {
    return await compareWithMusic21(await installPackage("music21==10.*", "music21"), join(OUT, "musicxml"));
  });
  await check("music21's corpus is read to the note", async () => {
    return await compareWithMusic21Corpus(await installPackage("music21==10.*", "music21"));
  });
  await check("an error ends a notebook of nbclient", () => errorThroughNbclient(jupyter));
  await check("JupyterLab and Chromium start", async () => {
    await using server = await startJupyterLab(jupyter);
    const browser = await launchChromium();
    try {
      for (const name of BOOK) {
        await check(`${name} as saved looks good in JupyterLab`, () => looksGood(browser, server, name));
      }
      await check(
        `${IN_BROWSER} shows tables, figures and a player in JupyterLab`,
        () => showsEverything(browser, server),
      );
      await check("Stop ends a cell of JupyterLab and keeps the kernel", () => stopKeepsTheKernel(browser, server));
      await check("an error of a cell ends the queue of JupyterLab", () => errorEndsTheQueue(browser, server));
      return browser.version();
    } finally {
      await browser.close();
    }
  });
  if (failed === 0) await Deno.remove(COPY, { recursive: true });
}

const flags = await flagsOf(Deno.args, USAGE, [], {});
if (typeof flags === "number") Deno.exit(flags);
try {
  await main();
} catch (error) {
  failed++;
  console.log(`FAILED  ${(error as Error).message}`);
}
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);
