import { assert, assertEquals, assertThrows } from "@std/assert";
import { type SizeCurve, sizeCurves } from "../../lib/plots/mod.ts";

const bare: SizeCurve = {
  name: "random weights",
  points: [{ size: 20, values: [5] }, { size: 1, values: [8, 8.5, 9] }, { size: 5, values: [6, 7] }],
};
const tuned: SizeCurve = { name: "other music", points: [{ size: 1, values: [6] }], before: 6.5 };

Deno.test("sizeCurves() draws a line, a band and dots for each way, and a dashed line for what it knows before", () => {
  const { svg, description } = sizeCurves([bare, tuned], { title: "Transfer", y: "nats" });
  assertEquals(svg.match(/<circle/g)!.length, 7);
  assertEquals(svg.match(/stroke-dasharray="4 3"/g)!.length, 1);
  for (const text of ["Transfer", "random weights", "other music", "pieces to learn from", "nats"]) {
    assert(svg.includes(text), text);
  }
  assertEquals(
    description,
    "Transfer: nats by pieces to learn from: " +
      "random weights 8.50 with 1, 6.50 with 5, 5.00 with 20; other music 6.00 with 1",
  );
});

Deno.test("sizeCurves() refuses nothing, and curves of nothing", () => {
  assertThrows(() => sizeCurves([]), RangeError, "there are none");
  for (const points of [[], [{ size: 1, values: [] }]]) {
    assertThrows(() => sizeCurves([{ name: "none", points }]), RangeError, '"none" has no point');
  }
  assertThrows(() => sizeCurves([bare], { titel: "x" } as never), TypeError, "titel");
});
