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

const CELL = ".jp-Notebook .jp-CodeCell";
const ERROR = '.jp-Notebook [data-mime-type="application/vnd.jupyter.error"]';

/** What is on the page of a notebook. */
export interface PageFindings {
  /** Code cells that have run. */
  ran: number;
  /** Cells that ended with an error. */
  errors: number;
  /** Rows of the tables. */
  tableRows: number;
  /** Figures: SVG elements, and images that hold one. */
  figures: number;
  /** Lengths in seconds of the audio elements whose sound the browser could decode; `null` for the others. */
  audioSeconds: (number | null)[];
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

/** Opens a notebook and waits for its kernel. */
export async function openNotebook(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  page.setDefaultTimeout(OPEN_SECONDS * 1000);
  await page.goto(address);
  await page.waitForSelector(CELL);
  // Earlier, JupyterLab would ask which kernel to take.
  await page.waitForSelector("#jp-bottom-panel :text('Deno | Idle')");
  return page;
}

/** Chooses Run, Run All Cells. */
export async function startAllCells(page: Page): Promise<void> {
  await page.click('.lm-MenuBar-itemLabel:text-is("Run")');
  await page.click('.lm-Menu-itemLabel:text-is("Run All Cells")');
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
  await page.waitForFunction(finished, [CELL, ERROR], { timeout: RUN_SECONDS * 1000, polling: 500 });
  // What the last cell shows may still be on its way to the page.
  await page.waitForTimeout(1000);
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
      audioSeconds: outputs("audio").map((audio) => (audio as HTMLAudioElement).duration),
    };
  }, [CELL, ERROR]);
}

/** Takes a picture of the whole notebook. */
export async function takePicture(page: Page, path: string): Promise<void> {
  const height = await page.evaluate((notebook) => {
    const scrolled = [...document.querySelectorAll(`${notebook}, ${notebook} *`)];
    return Math.max(...scrolled.map((element) => element.scrollHeight));
  }, ".jp-NotebookPanel-notebook");
  await page.setViewportSize({ width: 1280, height: Math.min(height + 200, MOST_PIXELS) });
  await page.evaluate(() => document.querySelector(".jp-Notebook .jp-Cell")?.scrollIntoView());
  await page.waitForTimeout(1000);
  await page.screenshot({ path });
}

async function firstThere(paths: string[]): Promise<string | undefined> {
  for (const path of paths) if (await Deno.stat(path).then(() => true, () => false)) return path;
}
