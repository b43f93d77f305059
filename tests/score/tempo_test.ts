import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { secondsAt, tempoMap, tickAt } from "../../lib/score/mod.ts";

const RITARDANDO = tempoMap([
  { tick: 960, microsecondsPerQuarter: 1_000_000 },
  { tick: 480, microsecondsPerQuarter: 750_000 },
], 480);

Deno.test("tempoMap() sorts, begins with 120 quarter notes a minute, and finds out the seconds", () => {
  assertEquals(RITARDANDO, [
    { tick: 0, time: 0, microsecondsPerQuarter: 500_000 },
    { tick: 480, time: 0.5, microsecondsPerQuarter: 750_000 },
    { tick: 960, time: 1.25, microsecondsPerQuarter: 1_000_000 },
  ]);
  assertEquals(tempoMap([], 96), [{ tick: 0, time: 0, microsecondsPerQuarter: 500_000 }]);
});

Deno.test("tempoMap() lets the last of several tempi at a tick hold, and leaves out what changes nothing", () => {
  const changes = [[0, 400_000], [0, 600_000], [10, 600_000], [20, 700_000], [20, 600_000], [30, 800_000]];
  const tempos = tempoMap(changes.map(([tick, microsecondsPerQuarter]) => ({ tick, microsecondsPerQuarter })), 100);
  assertEquals(tempos.map(({ tick, microsecondsPerQuarter }) => [tick, microsecondsPerQuarter]), [[0, 600_000], [
    30,
    800_000,
  ]]);
});

Deno.test("secondsAt() and tickAt() are each other's inverse", () => {
  const times = [0, 120, 480, 720, 960, 2400].map((tick) => secondsAt(RITARDANDO, 480, tick));
  assertEquals(times, [0, 0.125, 0.5, 0.875, 1.25, 4.25]);
  for (let tick = 0; tick < 2000; tick += 7.5) {
    assertAlmostEquals(tickAt(RITARDANDO, 480, secondsAt(RITARDANDO, 480, tick)), tick, 1e-9);
  }
});

Deno.test("tempoMap() refuses what is no tempo", () => {
  const refuse = (tick: number, microsecondsPerQuarter: number, ticksPerQuarter: number, reason: string) =>
    assertThrows(() => tempoMap([{ tick, microsecondsPerQuarter }], ticksPerQuarter), RangeError, reason);
  refuse(0, 0, 480, "a tempo must be positive, current value is 0 microseconds");
  refuse(0, NaN, 480, "a tempo must be positive, current value is NaN microseconds");
  refuse(-1, 500_000, 480, "a tick must not be negative, current value is -1");
  refuse(0, 500_000, 0, "ticks per quarter note must be positive, current value is 0");
});
