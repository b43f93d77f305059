import { assert, assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { selfRepeats } from "../../../lib/metrics/mod.ts";

function table(pitch: number[], step = pitch.map(() => 0.25)) {
  return pl.DataFrame({
    pitch: pl.Series("pitch", pitch, pl.Int32),
    step: pl.Series("step", step, pl.Float64),
  });
}

const scale = Array.from({ length: 10 }, (_, i) => 60 + i);

Deno.test("selfRepeats() finds the longest repeat, and counts notes in those of eight or more", () => {
  assertEquals(selfRepeats(table([...scale, 40, ...scale.slice(2)])), { longest: 8, share: 8 / 19, loops: false });
  assertEquals(selfRepeats(table([...scale, 40, ...scale.slice(3)])).share, 0);
  assertEquals(selfRepeats(table([...scale, ...scale.slice(1), ...scale.slice(0, 9)])).share, 18 / 28);
});

Deno.test("selfRepeats() lets a repeat overlap what it repeats", () => {
  assertEquals(selfRepeats(table(Array(12).fill(60))), { longest: 11, share: 11 / 12, loops: false });
});

Deno.test("selfRepeats() compares the classes of steps, too", () => {
  const pitches = [...scale, ...scale];
  const times = (of: (i: number) => number) => selfRepeats(table(pitches, pitches.map((_, i) => of(i)))).longest;
  assertEquals(times(() => 0.25), 10);
  assertEquals(times((i) => i < 10 ? 0.25 : 0.2501), 10);
  assertEquals(times((i) => i < 10 ? 0.25 : 0.5), 0);
});

Deno.test("selfRepeats() finds loops of nine tenths of 64 notes, up to 48 notes apart", () => {
  const circle = (period: number, length: number) =>
    Array.from({ length }, (_, i) => 20 + (i % period) * (i % period) % 97);
  // Six of 64 may differ, seven may not: a note out of place differs twice, from the one before and in the one after.
  const spoilt = (count: number) => circle(48, 112).map((pitch, i) => i >= 112 - count ? 120 : pitch);
  assert(selfRepeats(table(circle(48, 112))).loops);
  assert(!selfRepeats(table(circle(48, 111))).loops);
  assert(!selfRepeats(table(circle(49, 400))).loops);
  assert(selfRepeats(table(spoilt(6))).loops && !selfRepeats(table(spoilt(7))).loops);
});

Deno.test("selfRepeats() says what it cannot measure", () => {
  assertEquals(selfRepeats(table([])), { longest: 0, share: NaN, loops: false });
  const two = pl.DataFrame({ piece: ["a", "b"], pitch: [60, 60], step: [0, 0] });
  assertThrows(() => selfRepeats(two), RangeError, "the table must hold one piece");
  assertThrows(() => selfRepeats(pl.DataFrame({ pitch: [60] })), TypeError);
});
