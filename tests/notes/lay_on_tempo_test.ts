import { assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { layOnTempo, toNoteTable } from "../../lib/notes/mod.ts";
import { part, score } from "./scores.ts";

Deno.test("layOnTempo() gives onsets and durations in quarter notes, and no bars without a metre", () => {
  const table = pl.DataFrame({ pitch: [60, 62], start: [0, 0.5], duration: [0.5, 0.25] });
  const laid = layOnTempo(table, { tempo: 60 });
  assertEquals(laid.columns, ["pitch", "start", "duration", "quarter", "quarters"]);
  assertEquals(laid.rows(), [[60, 0, 0.5, 0, 0.5], [62, 0.5, 0.25, 0.5, 0.25]]);
  assertEquals(table.columns, ["pitch", "start", "duration"]);
});

Deno.test("layOnTempo() gives what toNoteTable() gives at the tempo and metre of the score", () => {
  const music = score([part([[60, 0, 1], [62, 1, 0.5], [64, 1.5, 2], [65, 3.5, 1]])], {
    metres: [{ tick: 0, numerator: 3, denominator: 8 }],
  });
  const table = toNoteTable(music);
  const seconds = table.drop("quarter", "quarters", "bar", "beat", "measure");
  const laid = layOnTempo(seconds, { tempo: 120, metre: [3, 8] });
  assertEquals(laid.columns, table.columns);
  assertEquals(laid.rows(), table.rows());
});

Deno.test("layOnTempo() replaces the grid that a table had", () => {
  const music = score([part([[60, 2, 1]])], { metres: [{ tick: 0, numerator: 4, denominator: 4 }] });
  const laid = layOnTempo(toNoteTable(music), { tempo: 240 });
  assertEquals(laid.select("quarter", "quarters").rows(), [[4, 2]]);
  assertEquals(laid.columns.filter((name) => ["bar", "beat", "measure"].includes(name)), []);
});

Deno.test("layOnTempo() of no notes gives a table without rows", () => {
  const laid = layOnTempo(toNoteTable(score([])), { tempo: 90, metre: [4, 4] });
  assertEquals([laid.height, laid.columns.includes("measure")], [0, true]);
});

Deno.test("layOnTempo() refuses a senseless tempo or metre, and tables without times", () => {
  const table = pl.DataFrame({ start: [0], duration: [1] });
  for (const tempo of [0, -60, NaN, Infinity]) {
    assertThrows(
      () => layOnTempo(table, { tempo }),
      RangeError,
      `tempo must be a positive number, current value is ${tempo}`,
    );
  }
  assertThrows(
    () => layOnTempo(table, { tempo: 60, metre: [0, 4] }),
    RangeError,
    "metre[0] must be a positive number, current value is 0",
  );
  assertThrows(() => layOnTempo(pl.DataFrame({ start: [0] }), { tempo: 60 }), TypeError, 'no column "duration"');
});
