/**
 * What `player_page_test.ts` runs in a process of its own, because playwright-core asks for more permissions than tests
 * have: opens players in a headless Chromium, uses them, and prints what it found as JSON. Prints `null` where there is
 * no Chromium.
 */
import type { Page } from "playwright-core";
import { encodeWav, synthesiseStereo } from "../../lib/audio/mod.ts";
import { player } from "../../lib/notebook/mod.ts";
import { launchChromium } from "../../tasks/jupyter/browser.ts";
import { DUET, DUET_TABLE, HOSTILE, LONG } from "./pieces.ts";

/** Where a player is, and what it says. */
export interface PlayerState {
  /** Seconds into the piece. */
  at: number;
  /** How far the cursor is to the right, as a share of the picture. */
  cursor: number;
  /** The text on its button. */
  button: string;
  /** The time beside it. */
  time: string;
}

/** Everything that was found. */
export type Findings = Awaited<ReturnType<typeof use>>;

/** Lets the page's sound be listened to, and its clock be read. */
function listenIn(): void {
  const connect = AudioNode.prototype.connect as (node: AudioNode) => AudioNode;
  const page = globalThis as typeof globalThis & { ear?: AnalyserNode };
  AudioNode.prototype.connect = function (this: AudioNode, node: AudioNode) {
    if (node instanceof AudioDestinationNode && !(this instanceof AnalyserNode)) {
      page.ear ??= new AnalyserNode(this.context as AudioContext, { fftSize: 2048 });
      connect.call(this, page.ear);
    }
    return connect.call(this, node);
  } as typeof AudioNode.prototype.connect;
}

const states = (page: Page): Promise<PlayerState[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("[data-roll]")].map((roll) => ({
      at: Number(roll.ariaValueNow),
      cursor: parseFloat((roll.lastElementChild as HTMLElement).style.left) / 100,
      button: roll.parentElement!.querySelector("button")!.textContent!,
      time: roll.ariaValueText!,
    }))
  );
const clock = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { notenbuchAudio: AudioContext }).notenbuchAudio.currentTime);
/** The loudest sample of the last twentieth of a second. */
const loudness = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const samples = new Float32Array(2048);
    (globalThis as unknown as { ear: AnalyserNode }).ear.getFloatTimeDomainData(samples);
    return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  });
/** Waits until the page's sound has gone on for so long. */
async function listen(page: Page, seconds: number): Promise<void> {
  const until = await clock(page) + seconds;
  while (await clock(page) < until) await page.waitForTimeout(20);
}

async function use() {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 1400 } });
    const errors: string[] = [];
    const requests: string[] = [];
    page.on("pageerror", ({ message }) => void errors.push(message));
    page.on("request", (request) => void requests.push(request.url().slice(0, 20)));
    page.on("dialog", (dialog) => void errors.push(`a dialog: ${dialog.message()}`));
    await page.context().setOffline(true);
    await page.addInitScript(listenIn);
    await page.goto("about:blank");
    const html = [player(LONG, { title: "Long" }), player(DUET_TABLE, HOSTILE)].map((shown) => shown.html);
    await page.setContent(`<!doctype html><meta charset="utf-8"><body>${html.join("")}`);
    const roll = (index: number) => page.locator("[data-roll]").nth(index);
    const box = async (index: number) => (await roll(index).boundingBox())!;

    const fresh = await states(page);
    const audioElements = await page.locator("audio").count();

    await page.locator("button").first().click();
    await listen(page, 0.7);
    const playing = { states: await states(page), loudness: await loudness(page) };

    const { x, y, width } = await box(0);
    await page.mouse.click(x + width / 2, y + 30);
    await listen(page, 0.3);
    const clicked = { states: await states(page), loudness: await loudness(page) };

    await page.locator("button").first().click();
    const paused = (await states(page))[0];
    await listen(page, 0.4);
    const still = { state: (await states(page))[0], loudness: await loudness(page) };

    const second = await box(1);
    const place = (share: number) => second.x + second.width * share;
    await page.mouse.move(place(0.3), second.y + 30);
    await page.mouse.down();
    await page.mouse.move(place(0.5), second.y + 30);
    await page.mouse.up();
    const looped: number[] = [];
    for (let i = 0; i < 12; i++) {
      await listen(page, 0.1);
      looped.push((await states(page))[1].at);
    }
    const during = await states(page);
    const loopBox = await page.locator('input[type="checkbox"]').nth(1).isChecked();
    await page.locator("button").nth(1).click();

    const speed = page.locator('input[type="range"]').first();
    await speed.fill("200");
    await page.mouse.click(x + 60, y + 30);
    await listen(page, 0.2);
    const before = [await clock(page), (await states(page))[0].at];
    await listen(page, 1);
    const after = [await clock(page), (await states(page))[0].at];
    await page.locator("button").first().click();

    const saved = async (link: string) => {
      const download = page.waitForEvent("download");
      await page.locator(link).click();
      return await Deno.readFile(await (await download).path());
    };
    await page.locator("select").nth(1).selectOption("reed");
    await page.locator("select").nth(2).selectOption("silent");
    const wav = await saved('a[download$=".wav"] >> nth=1');
    const wanted = encodeWav(
      synthesiseStereo(DUET.slice(0, 2).map((note) => ({ ...note, instrument: "reed", pan: HOSTILE.pan[0] }))),
      22050,
    );
    const midi = await saved('a[download$=".mid"] >> nth=1');

    await page.evaluate((more) => document.body.append(document.createRange().createContextualFragment(more)), html[0]);
    const third = await states(page);
    const buttons = await page.locator("button").count();

    const plain = await browser.newPage({ javaScriptEnabled: false });
    await plain.setContent(`<!doctype html>${html[0]}`);
    const withoutScript = {
      audio: await plain.locator("audio").count(),
      buttons: await plain.locator("button").count(),
      picture: await plain.locator("img").boundingBox(),
      text: await plain.locator("p").textContent(),
    };
    return {
      ...{
        fresh,
        audioElements,
        playing,
        clicked,
        paused,
        still,
        looped,
        loopBox,
        during,
        third,
        buttons,
        errors,
        requests,
      },
      tempo: (after[1] - before[1]) / (after[0] - before[0]),
      wavIsRight: wav.length === wanted.length && wav.every((byte, i) => byte === wanted[i]),
      midi: midi.toBase64(),
      hacked: await page.evaluate(() => "hacked" in globalThis),
      withoutScript,
    };
  } finally {
    await browser.close();
  }
}

if (import.meta.main) {
  try {
    console.log(JSON.stringify(await use()));
  } catch (error) {
    if (!(error as Error).message.startsWith("There is no Chromium")) throw error;
    console.log("null");
  }
  Deno.exit(0);
}
