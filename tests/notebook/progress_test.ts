import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { progress } from "../../lib/notebook/mod.ts";
import { clockTime, makeProgress, progressLine, type ProgressState } from "../../lib/notebook/terminal_progress.ts";

/** A progress whose clock stands still unless told, and what it drew. */
function onClock(total?: number) {
  let time = 100;
  const states: ProgressState[] = [];
  const draw = (state: ProgressState) => {
    states.push(state);
    return Promise.resolve();
  };
  const bar = makeProgress("Reading", total, draw, () => time);
  return { bar, states, wait: (seconds: number) => time += seconds };
}

Deno.test("progress() tells the time that is left", async () => {
  const { bar, states, wait } = onClock(10);
  for (let i = 1; i <= 4; i++) {
    wait(2);
    await bar.update(i, `file ${i}`);
  }
  assertEquals(states.map((state) => state.secondsLeft), [undefined, 16, 14, 12]);
  assertEquals(progressLine(states[3]), "Reading ████████░░░░░░░░░░░░  40 %  0:12 left  file 4");
  wait(52);
  await bar.done("228 files");
  assertEquals(progressLine(states[4]), "Reading ████████░░░░░░░░░░░░  40 %  in 1:00  228 files");
});

Deno.test("progress() does not count what a resumed run did before", async () => {
  const { bar, states, wait } = onClock(1000);
  await bar.update(900);
  wait(10);
  await bar.update(910);
  assertEquals(states[1].secondsLeft, 90);
});

Deno.test("progress() draws four times a second at most", async () => {
  const { bar, states, wait } = onClock(1000);
  for (let i = 1; i <= 1000; i++) {
    wait(1 / 256);
    await bar.update(i);
  }
  assertEquals(states.length, 16);
  await bar.done();
  assertEquals(states.length, 17);
  assertEquals([states[16].done, states[16].finished], [1000, true]);
});

Deno.test("progress() draws in order where nobody waits", async () => {
  const drawn: number[] = [];
  let time = 0;
  const draw = async ({ done }: ProgressState) => {
    await new Promise((resolve) => setTimeout(resolve, 3 - done));
    drawn.push(done);
  };
  const bar = makeProgress("Reading", 3, draw, () => time++);
  for (const done of [1, 2]) void bar.update(done);
  void bar.update(3);
  await bar.done();
  assertEquals(drawn, [1, 2, 3, 3]);
});

Deno.test("progress() is whole where there is nothing to do", async () => {
  const { bar, states } = onClock(0);
  await bar.done();
  assertEquals(progressLine(states[0]), "Reading ████████████████████  100 %  in 0:00");
  for (const total of [-1, NaN, Infinity]) {
    assertThrows(() => progress("Reading", total), RangeError, `current value is ${total}`);
  }
});

Deno.test("progress() shows no bar and no time left where the total is unknown", async () => {
  const { bar, states, wait } = onClock();
  await bar.update(1, "0.1 MB");
  wait(2);
  await bar.update(20, "2.0 MB");
  await bar.done();
  assertEquals(states.map(progressLine), ["Reading  0.1 MB", "Reading  2.0 MB", "Reading  in 0:02  2.0 MB"]);
});

Deno.test("clockTime() writes seconds as a clock has them", () => {
  assertEquals([0, 5.4, 59.6, 750, 3723].map(clockTime), ["0:00", "0:05", "1:00", "12:30", "1:02:03"]);
});

Deno.test("progress() writes a line per tenth where the standard error is no terminal", async () => {
  const script = `
    import { progress } from "${new URL("../../lib/notebook/mod.ts", import.meta.url)}";
    const bar = progress("Reading", 100);
    for (let i = 1; i <= 100; i++) { await bar.update(i); await new Promise((r) => setTimeout(r, 10)); }
    await bar.done("all");`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => line.startsWith("Reading"));
  assertEquals(new TextDecoder().decode(stdout), "");
  assertMatch(lines[lines.length - 1], /100 % {2}in \d:\d\d {2}all/);
  assertEquals(lines.length > 2 && lines.length <= 12, true, lines.join("\n"));
});
