import { assertEquals } from "@std/assert";
import { interrupted, live, liveTraining, pause, show } from "../../lib/notebook/mod.ts";
import { keyHistogram } from "../../lib/plots/mod.ts";

/** What a function prints. */
async function printed(body: () => Promise<void>): Promise<unknown[]> {
  const lines: unknown[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => lines.push(...values);
  try {
    await body();
  } finally {
    console.log = log;
  }
  return lines;
}

Deno.test("show() and live() print outside a notebook", async () => {
  const lines = await printed(async () => {
    await show(keyHistogram(Array(12).fill(1)));
    await show({ notes: 3 });
    const place = live();
    await place("one");
    await place("two");
  });
  assertEquals(lines, ["[Pitch classes: share of each of the twelve pitch classes]", { notes: 3 }, "one", "two"]);
});

Deno.test("pause() throws when the signal it was given is aborted", async () => {
  await pause();
  const controller = new AbortController();
  await pause(controller.signal);
  controller.abort(new Error("enough"));
  const reason = await pause(controller.signal).then(() => undefined, (error) => error.message);
  assertEquals(reason, "enough");
  assertEquals(interrupted().aborted, false);
});

Deno.test("liveTraining() gives what fit() takes", () => {
  const { signal, onStep, onEpoch } = liveTraining();
  assertEquals([signal, typeof onStep, typeof onEpoch], [interrupted(), "function", "function"]);
});
