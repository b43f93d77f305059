import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { readSweep, type SweepFile, trialsOf } from "../../lib/sweeps/mod.ts";

const planOf = (file: Omit<SweepFile, "system">) => readSweep(JSON.stringify({ system: "lstm", ...file }), "made up");

const RANDOM: Omit<SweepFile, "system"> = {
  search: "random",
  trials: 200,
  sweep: {
    learningRate: { from: 0.0001, to: 0.01, scale: "log" },
    weightDecay: { from: 0, to: 0.4 },
    units: { from: 1, to: 4 },
    batchSize: { from: 8, to: 128, scale: "log" },
    schedule: ["constant", "cosine"],
    augmentation: [{}, { transpose: [-6, 5] }],
  },
};

Deno.test("trialsOf() makes all combinations of a grid, the last setting fastest", () => {
  const trials = trialsOf(planOf({ sweep: { units: [32, 64], schedule: ["constant", "cosine"], bias: [0] } }));
  assertEquals(trials.map(({ number }) => number), [1, 2, 3, 4]);
  assertEquals(trials.map(({ changes }) => Object.values(changes).join()), [
    "32,constant,0",
    "32,cosine,0",
    "64,constant,0",
    "64,cosine,0",
  ]);
});

Deno.test("trialsOf() draws as the seed says", () => {
  const [once, again, other] = [42, 42, 7].map((searchSeed) => trialsOf(planOf({ ...RANDOM, searchSeed })));
  assertEquals(once, again);
  assertNotEquals(once, other);
});

Deno.test("trialsOf() draws from the whole of each range and list, on its scale, whole numbers where they must be", () => {
  const drawn = trialsOf(planOf(RANDOM)).slice(1).map(({ changes }) => changes as Record<string, number>);
  const column = (name: string) => drawn.map((changes) => changes[name]);
  const share = (name: string, below: number) => column(name).filter((value) => value < below).length / drawn.length;
  // Half of the draws are below the geometric mean of a logarithmic range, and below the middle of a linear one.
  assert(Math.abs(share("learningRate", 0.001) - 0.5) < 0.1);
  assert(Math.abs(share("batchSize", 32) - 0.5) < 0.1);
  assert(Math.abs(share("weightDecay", 0.2) - 0.5) < 0.1);
  for (const [name, low, high] of [["learningRate", 0.0001, 0.01], ["batchSize", 8, 128]] as const) {
    assert(column(name).every((value) => value >= low && value <= high), name);
  }
  assertEquals([...new Set(column("units"))].sort(), [1, 2, 3, 4]);
  assert(column("batchSize").every(Number.isInteger));
  assert(column("learningRate").every((value) => Number(value.toPrecision(4)) === value));
  assertEquals([...new Set(column("schedule"))].sort() as unknown, ["constant", "cosine"]);
  assertEquals(new Set(column("augmentation").map((value) => JSON.stringify(value))).size, 2);
});

Deno.test("trialsOf() begins with the settings as they stand, draws no trial twice, and refuses more than there are", () => {
  const sweep = { units: { from: 1, to: 3 }, schedule: ["constant", "cosine"] };
  const [first, ...all] = trialsOf(planOf({ search: "random", trials: 6, sweep }));
  assertEquals(first, { number: 1, changes: {} });
  assertEquals(new Set(all.map(({ changes }) => JSON.stringify(changes))).size, 6);
  assertThrows(
    () => trialsOf(planOf({ search: "random", trials: 7, sweep })),
    RangeError,
    "7 trials are wanted, but only 6 are different",
  );
});

Deno.test("trialsOf() refuses a grid that nobody can train", () => {
  const many = Array.from({ length: 101 }, (_, i) => i + 1);
  assertThrows(() => trialsOf(planOf({ sweep: { units: many, batchSize: many } })), RangeError, "10000 combinations");
});
