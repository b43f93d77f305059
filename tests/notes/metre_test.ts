import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { stretchesOfTable, toNoteTable } from "../../lib/notes/mod.ts";
import { stretchesOf, UNMETRED } from "../../lib/score/mod.ts";
import { part, score } from "./scores.ts";

const table = (bar: (number | null)[], beat: (number | null)[]) =>
  pl.DataFrame({ bar: pl.Series("bar", bar, pl.Int32), beat: pl.Series("beat", beat, pl.Float64) });

Deno.test("stretchesOfTable() finds the bars of a score again, upbeat included", () => {
  const music = score([part([[60, 0, 1], [62, 1, 2], [64, 3, 1], [65, 4, 3], [67, 7, 1]])], {
    metres: [{ tick: 0, numerator: 3, denominator: 4 }],
    upbeatTicks: 480,
  });
  const [{ barline, bar, barLength, unit }] = stretchesOf(music);
  const notes = toNoteTable(music);
  const quarter = notes.getColumn("quarter").toTypedArray() as unknown as Float64Array;
  const found = stretchesOfTable(notes, quarter);
  assertEquals(found.map((stretch) => stretch.bar), [0, 1, 2, 3]);
  assertEquals([found[0].barline, found[0].bar], [barline, bar]);
  assertEquals(found.map((stretch) => stretch.barLength), Array(4).fill(barLength));
  assertEquals(found.map((stretch) => stretch.unit), Array(4).fill(unit));
});

Deno.test("stretchesOfTable() takes seconds as well, and puts bars without an onset evenly between their neighbours", () => {
  const [first, second] = stretchesOfTable(table([1, 1, 4], [1, 3, 1]), Float64Array.from([0, 1, 6]));
  assertAlmostEquals(first.unit, 0.5);
  assertEquals([first.barline, first.barLength, second.bar, second.barline], [0, 2, 4, 6]);
});

Deno.test("stretchesOfTable() knows no bars where the table knows none", () => {
  assertEquals(stretchesOfTable(pl.DataFrame({ pitch: [60] }), Float64Array.of(0)), [UNMETRED]);
  assertEquals(stretchesOfTable(table([null], [null]), Float64Array.of(0)), [UNMETRED]);
});

Deno.test("stretchesOfTable() refuses a bar that does not begin after the one before", () => {
  const wrong = table([1, 2], [1, 1]);
  assertThrows(() => stretchesOfTable(wrong, Float64Array.of(1, 0)), RangeError, "bar 2 of the table does not begin");
});
