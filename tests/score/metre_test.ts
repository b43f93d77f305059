import { assertEquals, assertThrows } from "@std/assert";
import { barPosition, barPositions, barQuarters, beatLength, stretchesOf, UNMETRED } from "../../lib/score/mod.ts";

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

Deno.test("stretchesOf() says the same as barPositions(), in quarter notes", () => {
  const score = {
    ticksPerQuarter: 100,
    upbeatTicks: 50,
    metres: [{ tick: 0, numerator: 6, denominator: 8 }, { tick: 350, numerator: 4, denominator: 4 }],
  };
  const stretches = stretchesOf(score);
  assertEquals(stretches, [
    { from: 0, barline: -2.5, bar: 0, barLength: 3, beatLength: 1.5, unit: 0.5 },
    { from: 3.5, barline: 3.5, bar: 2, barLength: 4, beatLength: 1, unit: 1 },
  ]);
  const at = barPositions(score);
  for (const tick of [0, 25, 50, 349, 350, 1000]) assertEquals(barPosition(stretches, tick / 100), at(tick));
});

Deno.test("stretchesOf() begins without numbers where no time signature holds", () => {
  const stretches = stretchesOf({ ticksPerQuarter: 100, metres: [{ tick: 200, numerator: 3, denominator: 4 }] });
  assertEquals(stretches[0], UNMETRED);
  assertEquals([barPosition(stretches, 1), barPosition(stretches, 2)], [undefined, { bar: 1, beat: 1 }]);
  assertEquals(stretchesOf({ ticksPerQuarter: 100, metres: [] }), [UNMETRED]);
});

Deno.test("beatLength() counts compound bars in threes", () => {
  assertEquals([2, 3, 4, 6, 9, 12].map((numerator) => beatLength(numerator, 0.5)), [0.5, 0.5, 0.5, 1.5, 1.5, 1.5]);
  assertEquals([[6, 8], [4, 4], [3, 2]].map(([numerator, denominator]) => barQuarters({ numerator, denominator })), [
    3,
    4,
    6,
  ]);
});
