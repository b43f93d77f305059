/**
 * What a reader does in JupyterLab, done by a headless Chromium: open a
 * notebook, run it, press Stop, look at the page.
 *
 * @module
 */

import { type Browser, chromium, type Page } from "playwright-core";

const CHROMIUMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const OPEN_SECONDS = 60;
const RUN_SECONDS = 600;
/** The page height up to which Chromium makes a screenshot. */
const MOST_PIXELS = 16_000;

/** The width of a window from which on no table may scroll sideways. */
const TABLES_FIT_FROM = 1280;

const CELL = ".jp-Notebook .jp-CodeCell";
/** What JupyterLab shows in red: errors, and what a cell writes to standard error. */
const RED = '[data-mime-type="application/vnd.jupyter.stderr"]';

/** What JupyterLab says at the bottom while its kernel has nothing to do. */
const IDLE = "#jp-bottom-panel :text('Deno | Idle')";

/** What is on the page of a notebook. */
export interface PageFindings {
  /** Code cells that have run. */
  ran: number;
  /** Outputs in red. */
  errors: number;
  /** Rows of the tables. */
  tableRows: number;
  /** Figures: SVG elements, and images that hold one. */
  figures: number;
  /** Players that have come to life. */
  players: number;
}

/**
 * Starts Chromium: the one that the environment variable `CHROMIUM` names, or
 * that of the system.
 *
 * @throws {Error} If there is none.
 */
export async function launchChromium(): Promise<Browser> {
  const named = Deno.env.get("CHROMIUM");
  const executablePath = named ?? await firstThere(CHROMIUMS);
  if (!executablePath) {
    throw new Error(
      "There is no Chromium on this machine (on Debian: apt-get install chromium; elsewhere set CHROMIUM to its path)",
    );
  }
  return await chromium.launch({
    executablePath,
    args: [
      // Its sandbox does not work for root, as which tests run in containers.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens a notebook and waits for its kernel, or as it was saved, without one. */
export async function openNotebook(browser: Browser, address: string, kernel = true): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  page.setDefaultTimeout(OPEN_SECONDS * 1000);
  await page.goto(address);
  await page.waitForSelector(CELL);
  if (!kernel) return page;
  // Earlier, JupyterLab would ask which kernel to take.
  await page.waitForSelector(IDLE);
  return page;
}

/** Chooses Run, Run All Cells. */
export async function startAllCells(page: Page): Promise<void> {
  await choose(page, "Run", "Run All Cells");
}

/** Runs one cell, by its place among the code cells from 0, as its reader does: a click into it, and Shift with Enter. */
export async function runCell(page: Page, cell: number): Promise<void> {
  await page.locator(CELL).nth(cell).locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
}

/** The prompts of the code cells: `[3]:` of one that has run, `[*]:` of one that runs or waits, `[ ]:` of the others. */
export function prompts(page: Page): Promise<string[]> {
  return page.locator(`${CELL} .jp-InputPrompt`).allTextContents();
}

/** Chooses JupyterLab's light or dark theme, and waits until it is there. */
export async function chooseTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  await choose(page, "Settings", "Theme", theme === "light" ? "JupyterLab Light" : "JupyterLab Dark");
  await page.waitForSelector(`body[data-jp-theme-light="${theme === "light"}"]`, { state: "attached" });
}

async function choose(page: Page, menu: string, ...items: string[]): Promise<void> {
  await page.click(`.lm-MenuBar-itemLabel:text-is("${menu}")`);
  for (const item of items) await page.click(`.lm-Menu-itemLabel:text-is("${item}")`);
}

/** What a reader of a saved notebook could not see, or should not. */
export interface Blemishes {
  /** Figures that are drawn. */
  figures: number;
  /** What is wrong, each with its cell, from 1. */
  faults: string[];
}

/** Waits until a saved notebook has brought its figures; after half a minute, what is missing will be missed. */
export async function figuresThere(page: Page, count: number): Promise<void> {
  const there = ([cell, count]: [string, number]) =>
    document.querySelectorAll(`${cell} .jp-OutputArea-output :is(svg, img)`).length >= count;
  await page.waitForFunction(there, [CELL, count] as [string, number], { timeout: 30_000 }).catch(() => {});
}

/** Looks at a saved notebook, in a window of this width. */
export async function lookForBlemishes(page: Page, width: number): Promise<Blemishes> {
  await page.setViewportSize({ width, height: 1000 });
  // Lets the page lay itself out, and images decode.
  await page.waitForTimeout(400);
  return await page.evaluate(({ selector, red, tables }) => {
    const faults: string[] = [];
    let figures = 0;
    for (const [i, cell] of [...document.querySelectorAll(selector)].entries()) {
      const fault = (what: string) => faults.push(`cell ${i + 1}: ${what}`);
      for (const output of cell.querySelectorAll(".jp-OutputArea-output")) {
        if (output.matches(red)) fault(`an error, ${output.textContent?.slice(0, 300).trim()}`);
        const right = output.getBoundingClientRect().left + output.clientWidth;
        for (const figure of output.querySelectorAll("svg, img")) {
          const box = figure.getBoundingClientRect();
          const loaded = !(figure instanceof HTMLImageElement) || figure.naturalWidth > 0;
          if (!loaded || box.width < 20 || box.height < 10) fault("a figure that is not drawn");
          else if (box.right > right + 1) fault(`a figure cut by ${Math.round(box.right - right)} pixels`);
          else figures++;
        }
        const hidden = output.scrollWidth - output.clientWidth;
        if (hidden > 1 && innerWidth >= tables && output.querySelector("table")) {
          fault(`a table that scrolls sideways by ${hidden} pixels`);
        }
        for (const audio of output.querySelectorAll("audio")) {
          if (!(audio.duration > 1)) fault("a sound that the browser cannot decode");
        }
      }
    }
    return { figures, faults };
  }, { selector: CELL, red: RED, tables: TABLES_FIT_FROM });
}

/**
 * Waits until all cells have run, or one has failed.
 *
 * @throws {Error} If a cell still runs after ten minutes.
 */
export async function cellsFinished(page: Page): Promise<void> {
  const finished = ([cell, error]: string[]) => {
    const prompts = [...document.querySelectorAll(`${cell} .jp-InputPrompt`)].map((prompt) => prompt.textContent ?? "");
    return document.querySelector(error) !== null || prompts.every((text) => /\[\d+\]/.test(text));
  };
  await page.waitForFunction(finished, [CELL, RED], { timeout: RUN_SECONDS * 1000, polling: 500 });
  // What the last cell shows may still be on its way to the page.
  await page.waitForTimeout(1000);
}

/** Waits until no cell runs, or waits for its turn. */
export async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(500);
  await page.waitForFunction(() =>
    ![...document.querySelectorAll(".jp-InputPrompt")].some((prompt) => prompt.textContent?.includes("*"))
  );
  await page.waitForSelector(IDLE);
}

/** Presses the toolbar's Stop button. */
export async function pressStop(page: Page): Promise<void> {
  await page.click('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]');
}

/** The text that a code cell shows under it, by its place among them from 0. */
export async function outputText(page: Page, cell: number): Promise<string> {
  const outputs = page.locator(CELL).nth(cell).locator(".jp-OutputArea-output");
  return (await outputs.allTextContents()).join("\n");
}

/** Says what is on the page. */
export function look(page: Page): Promise<PageFindings> {
  return page.evaluate(([cell, error]) => {
    const outputs = (selector: string) => [...document.querySelectorAll(`${cell} .jp-OutputArea-output ${selector}`)];
    return {
      ran: [...document.querySelectorAll(`${cell} .jp-InputPrompt`)]
        .filter((prompt) => /\[\d+\]/.test(prompt.textContent ?? "")).length,
      errors: document.querySelectorAll(error).length,
      tableRows: outputs("table tbody tr").length,
      figures: outputs("svg").length + outputs('img[src^="data:image/svg"]').length,
      players: outputs("[data-player][data-live] button").length,
    };
  }, [CELL, RED]);
}

/** Takes a picture of the whole notebook. */
export async function takePicture(page: Page, path: string): Promise<void> {
  const height = await page.evaluate((notebook) => {
    const scrolled = [...document.querySelectorAll(`${notebook}, ${notebook} *`)];
    return Math.max(...scrolled.map((element) => element.scrollHeight));
  }, ".jp-NotebookPanel-notebook");
  const { width } = page.viewportSize()!;
  await page.setViewportSize({ width, height: Math.min(height + 200, MOST_PIXELS) });
  await page.evaluate(() => document.querySelector(".jp-Notebook .jp-Cell")?.scrollIntoView());
  await page.waitForTimeout(1000);
  await page.screenshot({ path });
}

async function firstThere(paths: string[]): Promise<string | undefined> {
  for (const path of paths) if (await Deno.stat(path).then(() => true, () => false)) return path;
}
