import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { mutantOf, readWithin } from "../../tasks/fuzz/child.ts";
import { runMutants } from "../../tasks/fuzz/run_mutants.ts";
import type { Subject } from "../../tasks/fuzz/subject.ts";
import { KINDS, subjectOf } from "../../tasks/fuzz/subjects.ts";
import { fuzzTask } from "../../tasks/fuzz.ts";

async function run(...args: string[]) {
  const [said, complained]: [string[], string[]] = [[], []];
  const code = await fuzzTask(args, { print: (text) => said.push(text), complain: (line) => complained.push(line) });
  return { code, said, complained };
}

/** A reader that does with a mutant what a test wants. */
const reader = (read: Subject["read"]): Subject => ({
  name: "made up",
  ending: ".bin",
  seeds: () => Promise.resolve([]),
  mutate: (seed) => seed,
  read,
});

Deno.test("deno task fuzz explains itself, and refuses unknown arguments", async () => {
  const { code, said } = await run("--help");
  assertEquals(code, 0);
  assertMatch(said[0], /deno task fuzz \[--seconds N\]/);
  for (const args of [["--what", "mp3"], ["--seconds", "0"], ["--seed", "-1"], ["--only", "x"], ["file.mid"]]) {
    assertEquals((await run(...args)).code, 2, args.join(" "));
  }
});

Deno.test("deno task fuzz reads mutants of every kind", async () => {
  const { code, said } = await run("--mutants", "60");
  assertEquals([code, said.at(-1)], [0, `${KINDS.length} passed, 0 failed`], said.join("\n"));
  for (const [i, kind] of KINDS.entries()) {
    assertMatch(said[i], new RegExp(`^${kind}: 60 mutants of seed 1, [1-9]\\d* read, 0 wrong$`));
  }
});

Deno.test("deno task fuzz reads some mutants of every kind, however short the time", async () => {
  const { code, said } = await run("--seconds", "1");
  assertEquals([code, said.length], [0, KINDS.length + 1], said.join("\n"));
  for (const line of said.slice(0, -1)) assert(Number(line.match(/: (\d+) mutants/)![1]) >= 20, line);
});

Deno.test("mutantOf() always makes the same of a seed and a number, and others of others", async () => {
  for (const kind of KINDS.filter((kind) => kind !== "checkpoint")) {
    const subject = await subjectOf(kind), seeds = await subject.seeds();
    const some = (seed: number) => [7, 8, 9].map((number) => mutantOf(subject, seeds, seed, number));
    assertEquals(some(1), some(1));
    assertNotEquals(some(1), some(2));
  }
});

Deno.test("readWithin() refuses what takes too long, or too much memory, for its size", async () => {
  let time = 0, held = 0;
  const gauges = { clock: () => time, processor: () => time, memory: () => held };
  const taking = (milliseconds: number, bytes = 0) =>
    reader(() => {
      time += milliseconds;
      held += bytes;
      return true;
    });
  const within = (subject: Subject, length: number) => readWithin(subject, new Uint8Array(length), gauges);
  assert(await within(taking(50), 10));
  await assertRejects(() => within(taking(200), 10), Error, "its 10 bytes took 200 ms, more than 50");
  assert(await within(taking(200), 100_000));
  assert(await within(taking(1, 32 * 2 ** 20), 10_000));
  await assertRejects(
    () => within(taking(1, 64 * 2 ** 20), 10_000),
    Error,
    "its 10000 bytes took 67108864 bytes of memory",
  );
});

Deno.test("readWithin() lets another program have had the clock's time, and code be compiled once", async () => {
  let [time, spent, calls] = [0, 0, 0];
  const subject = reader(() => {
    time += 1000;
    spent += calls++ === 0 ? 500 : 10;
    return true;
  });
  const gauges = { clock: () => time, processor: () => spent, memory: () => 0 };
  assert(await readWithin(subject, new Uint8Array(10), gauges));
  assertEquals(calls, 2);
});

Deno.test("runMutants() finds the mutant at which the process ends or hangs, and goes on behind it", async () => {
  const outcome = await runMutants({ kind: "made up", seed: 1, from: 0, to: 9 }, {
    program: new URL("failing_child.ts", import.meta.url),
    mostSilence: 3000,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  assertEquals(outcome.found.map(({ mutant }) => mutant), [3, 4, 6]);
  const [ended, wrong, hung] = outcome.found.map(({ why }) => why);
  assertMatch(ended, /^the process ended, with code 7/);
  assertEquals(wrong, "it is wrong");
  assertEquals(hung, "it hangs: nothing was said for 3 s");
  assertEquals([outcome.tried, outcome.read], [9, 7]);
});
