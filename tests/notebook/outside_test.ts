import { assertEquals, assertStringIncludes } from "@std/assert";
import { interrupted, live, liveTraining, pause, show } from "../../lib/notebook/mod.ts";
import { keyHistogram } from "../../lib/plots/mod.ts";
import type { History } from "../../lib/training/mod.ts";

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

/** What a function writes to the standard error. */
async function writtenToStderr(body: () => Promise<void>): Promise<string> {
  let text = "";
  const { write } = Deno.stderr;
  Deno.stderr.write = (bytes) => {
    text += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  };
  try {
    await body();
  } finally {
    Deno.stderr.write = write;
  }
  return text;
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

Deno.test("liveTraining() ends its bar with the run, whether or not all epochs were done", async () => {
  const losses = { total: 1, pitch: 4, step: 0.5, duration: 0.3 };
  const drawn = async (stopped: History["stopped"]) => {
    const record = { epoch: 3, train: losses, seconds: 1 };
    const text = await writtenToStderr(async () => {
      const { onStep, onEpoch } = liveTraining();
      await onStep({ epoch: 3, epochs: 10, step: 5, steps: 5, losses, secondsLeft: 1 });
      await onEpoch(record, { epochs: [record], stopped, secondsPerStep: 1, best: 1 });
    });
    return text.split("\n").slice(1, -1);
  };
  const [early] = await drawn("early");
  assertStringIncludes(early, "30 %  in 0:00  epoch 3 of 10, loss 1.000, stopped early");
  assertStringIncludes((await drawn("finished"))[0], "30 %  in 0:00  epoch 3 of 10, loss 1.000");
  assertEquals(await drawn("running"), []);
});
