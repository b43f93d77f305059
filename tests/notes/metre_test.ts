import { assertEquals, assertThrows } from "@std/assert";
import { barPositions } from "../../lib/notes/mod.ts";

Deno.test("barPositions() counts bars and beats from 1", () => {
  const at = barPositions({ ticksPerQuarter: 100, metres: [{ tick: 0, numerator: 3, denominator: 8 }] });
  assertEquals(at(0), { bar: 1, beat: 1 });
  assertEquals(at(125), { bar: 1, beat: 3.5 });
  assertEquals(at(150), { bar: 2, beat: 1 });
  assertEquals(at(150 * 99 + 50), { bar: 100, beat: 2 });
});

Deno.test("barPositions() begins a new bar at each time signature", () => {
  const at = barPositions({
    ticksPerQuarter: 100,
    metres: [
      { tick: 0, numerator: 4, denominator: 4 },
      { tick: 1000, numerator: 3, denominator: 4 },
      { tick: 1000, numerator: 2, denominator: 2 },
    ],
  });
  assertEquals(at(999), { bar: 3, beat: 2.99 });
  assertEquals(at(1000), { bar: 4, beat: 1 });
  assertEquals(at(1300), { bar: 4, beat: 2.5 });
});

Deno.test("barPositions() puts an upbeat at the end of bar 0", () => {
  const metres = [{ tick: 0, numerator: 4, denominator: 4 }, { tick: 900, numerator: 3, denominator: 4 }];
  const at = barPositions({ ticksPerQuarter: 100, metres, upbeatTicks: 150 });
  assertEquals(at(0), { bar: 0, beat: 3.5 });
  assertEquals(at(50), { bar: 0, beat: 4 });
  assertEquals(at(150), { bar: 1, beat: 1 });
  assertEquals(at(550), { bar: 2, beat: 1 });
  assertEquals(at(899), { bar: 2, beat: 4.49 });
  assertEquals(at(900), { bar: 3, beat: 1 });
});

Deno.test("barPositions() knows nothing before the first time signature", () => {
  assertEquals(barPositions({ ticksPerQuarter: 100, metres: [] })(5), undefined);
  const late = barPositions({ ticksPerQuarter: 100, metres: [{ tick: 50, numerator: 4, denominator: 4 }] });
  assertEquals(late(49), undefined);
  assertEquals(late(50), { bar: 1, beat: 1 });
});

Deno.test("barPositions() refuses a bar without beats", () => {
  const metres = [{ tick: 7, numerator: 0, denominator: 4 }];
  assertThrows(() => barPositions({ ticksPerQuarter: 100, metres }), RangeError, "at tick 7 is 0/4");
});
