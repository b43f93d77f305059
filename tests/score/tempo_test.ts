import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { secondsAt, secondsAtEach, tempoMap, tempoMapInOrder, tickAt } from "../../lib/score/mod.ts";

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

Deno.test("tempoMapInOrder() makes the map of tempoMap(), and refuses ticks that go back", () => {
  const changes = [0, 0, 48, 96, 96].map((tick, i) => ({ tick, microsecondsPerQuarter: [4, 5, 5, 6, 7][i] * 1e5 }));
  assertEquals(tempoMapInOrder(changes.values(), 480), tempoMap(changes, 480));
  assertThrows(() => tempoMapInOrder(changes.toReversed(), 480), RangeError, "tick 48 comes after tick 96");
});

Deno.test("secondsAtEach() says what secondsAt() says, to the bit", () => {
  const tempos = tempoMap([0, 7, 100].map((tick, i) => ({ tick, microsecondsPerQuarter: 333_333 + 77 * i })), 97);
  const ticks = Uint32Array.of(0, 6, 7, 99, 4, 1000, 100, 0xffffffff);
  assertEquals([...secondsAtEach(tempos, 97, ticks)], Array.from(ticks, (tick) => secondsAt(tempos, 97, tick)));
});
