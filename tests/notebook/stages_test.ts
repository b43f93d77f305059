import { assertEquals } from "@std/assert";
import { stages } from "../../lib/notebook/mod.ts";

/** What progresses are told, in order. */
function recorded() {
  const said: string[] = [];
  const open = (label: string, total: number) => {
    said.push(`${label} of ${total}`);
    return {
      update: (done: number, note = "") => Promise.resolve(void said.push(`${done} ${note}`.trim())),
      done: (note = "") => Promise.resolve(void said.push(`done ${note}`.trim())),
    };
  };
  return { said, open };
}

/** Runs a test with a clock that it sets, in seconds. */
async function withClock(test: (at: (seconds: number) => void) => Promise<void>): Promise<void> {
  const { now } = performance;
  let time = 0;
  performance.now = () => time;
  try {
    await test((seconds) => void (time = 1000 * seconds));
  } finally {
    performance.now = now;
  }
}

Deno.test("stages() opens a progress for each stage that takes a while, and closes it", () =>
  withClock(async (at) => {
    const { said, open } = recorded();
    const show = stages(open);
    await show({ label: "fast", done: 0, total: 9 });
    at(0.5);
    await show({ label: "fast", done: 9, total: 9 });
    await show({ label: "slow", done: 1, total: 3 });
    at(2);
    await show({ label: "slow", done: 2, total: 3, note: "loss 1" });
    await show({ label: "slow", done: 3, total: 3, note: "loss 0" });
    assertEquals(said, ["slow of 3", "2 loss 1", "3 loss 0", "done loss 0"]);
  }));

Deno.test("stages() closes a stage that ends early, and shows one of a single step at once", () =>
  withClock(async (at) => {
    const { said, open } = recorded();
    const show = stages(open);
    await show({ label: "training", done: 0, total: 3 });
    at(2);
    await show({ label: "training", done: 1, total: 3 });
    await show({ label: "reading", done: 0, total: 1 });
    await show({ label: "reading", done: 1, total: 1 });
    assertEquals(said, ["training of 3", "1", "done", "reading of 1", "0", "1", "done"]);
  }));
