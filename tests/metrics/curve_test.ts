import { assertEquals, assertThrows } from "@std/assert";
import pl, { type DataFrame } from "nodejs-polars";
import {
  curve,
  emptyBeatRate,
  grooveConsistency,
  METRICS,
  noteDensity,
  pitchesUsed,
  stepShare,
} from "../../lib/metrics/mod.ts";
import { corpusTable, layOnTempo } from "../../lib/notes/mod.ts";
import { part, score } from "../notes/scores.ts";
import { inMetre, melodyOf, silence, tableOf } from "./music.ts";

const first = (table: DataFrame) => table.height > 0 ? table.row(0)[table.columns.indexOf("pitch")] as number : NaN;
const count = (table: DataFrame) => table.height;
/** What a metric gets to see of a column, window by window. */
function seen(table: DataFrame, column: string, options: Parameters<typeof curve>[2]): unknown[][] {
  const windows: unknown[][] = [];
  curve(table, (window) => windows.push(window.getColumn(column).toArray()), options);
  return windows;
}

Deno.test("curve() over notes gives whole windows, which may overlap", () => {
  const table = melodyOf([60, 62, 64, 65, 67]);
  assertEquals(curve(table, first, { unit: "notes", length: 2 }).rows(), [[0, 2, 60], [2, 4, 64]]);
  const overlapping = curve(table, first, { unit: "notes", length: 3, hop: 1 });
  assertEquals(overlapping.rows(), [[0, 3, 60], [1, 4, 62], [2, 5, 64]]);
  assertEquals(overlapping.columns, ["start", "end", "value"]);
  assertEquals(curve(table, first, { unit: "notes", length: 6 }).height, 0);
});

Deno.test("curve() over seconds and quarter notes takes the notes that begin in the window", () => {
  const table = tableOf([[[60, 0, 4], [62, 1, 1], [64, 1.5, 1], [65, 3, 1]]]);
  assertEquals(curve(table, count, { unit: "quarters", length: 1 }).rows(), [[0, 1, 1], [1, 2, 2], [2, 3, 0], [
    3,
    4,
    1,
  ]]);
  assertEquals(curve(table, count, { unit: "seconds", length: 1 }).rows(), [[0, 1, 3], [1, 2, 1]]);
  assertEquals(curve(table, count, { unit: "quarters", length: 2, hop: 0.5 }).getColumn("value").toArray(), [
    3,
    2,
    2,
    2,
    1,
  ]);
});

Deno.test("curve() loses no window to rounding", () => {
  const table = tableOf([[[60, 0, 2]]]);
  const starts = curve(table, count, { unit: "seconds", length: 0.1, hop: 0.1 }).getColumn("start");
  assertEquals(starts.length, 10);
  const thirds = Array.from({ length: 9 }, (_, i) => [60, i / 3, 1 / 3] as [number, number, number]);
  const counts = curve(tableOf([thirds]), count, { unit: "quarters", length: 1 / 3 }).getColumn("value");
  assertEquals(counts.toArray(), Array(9).fill(1));
});

Deno.test("curve() over bars follows the column bar through changes of metre", () => {
  const metres = [{ tick: 0, numerator: 2, denominator: 4 }, { tick: 4 * 480, numerator: 3, denominator: 4 }];
  const table = melodyOf([60, 61, 62, 63, 64, 65, 66, 67, 68, 69], { metres });
  assertEquals(curve(table, count, { unit: "bars", length: 1 }).rows(), [[1, 2, 2], [2, 3, 2], [3, 4, 3], [4, 5, 3]]);
  assertEquals(curve(table, first, { unit: "bars", length: 2, hop: 1 }).rows(), [[1, 3, 60], [2, 4, 62], [3, 5, 64]]);
});

Deno.test("curve() over bars leaves out what stands before the first, and begins with an upbeat", () => {
  const late = melodyOf([60, 62, 64, 65], { metres: [{ tick: 480, numerator: 2, denominator: 4 }] });
  assertEquals(curve(late, first, { unit: "bars", length: 1 }).rows(), [[1, 2, 62], [2, 3, 65]]);
  const upbeat = melodyOf([60, 62, 64, 65], { ...inMetre(2, 4), upbeatTicks: 480 });
  assertEquals(curve(upbeat, count, { unit: "bars", length: 1 }).rows(), [[0, 1, 1], [1, 2, 2], [2, 3, 1]]);
  assertEquals(curve(melodyOf([60, 62]), count, { unit: "bars", length: 1 }).height, 0);
});

Deno.test("curve() gives null where the metric is undefined", () => {
  const table = tableOf([[[60, 0, 1], [62, 1, 1], [64, 4, 1], [65, 5, 1]]]);
  const steps = curve(table, stepShare, { unit: "quarters", length: 2 });
  assertEquals<unknown>(steps.rows(), [[0, 2, 1], [2, 4, null], [4, 6, 1]]);
  assertEquals<unknown>(curve(table, () => Infinity, { unit: "notes", length: 4 }).rows(), [[0, 4, null]]);
});

Deno.test("curve() shows the metric a piece that begins with the window", () => {
  const table = tableOf([[[60, 0, 1], [62, 3.5, 1], [64, 4.25, 0.75], [65, 5, 1]]], inMetre(2, 4));
  assertEquals(seen(table, "start", { unit: "seconds", length: 1.5 }), [[0], [0.25, 0.625, 1]]);
  assertEquals(seen(table, "end", { unit: "notes", length: 2 }), [[0.5, 2.25], [0.375, 0.875]]);
  assertEquals(seen(table, "quarter", { unit: "notes", length: 2 }), [[0, 3.5], [0.25, 1]]);
  assertEquals(seen(table, "quarter", { unit: "quarters", length: 3 }), [[0], [0.5, 1.25, 2]]);
  assertEquals(seen(table, "quarter", { unit: "bars", length: 1 }), [[0], [1.5], [0.25, 1]]);
});

Deno.test("curve() counts from the bar line, also after an upbeat, a new metre, or empty bars", () => {
  const upbeat = melodyOf([60, 62, 64, 65, 67], { ...inMetre(2, 4), upbeatTicks: 480 });
  assertEquals(seen(upbeat, "quarter", { unit: "bars", length: 2, hop: 1 }).slice(1), [[0, 1, 2, 3]]);
  const metres = [{ tick: 0, numerator: 3, denominator: 4 }, { tick: 3 * 480, numerator: 2, denominator: 4 }];
  const changing = melodyOf([60, 62, 64, 65, 67, 69, 71], { metres });
  assertEquals(seen(changing, "quarter", { unit: "bars", length: 1 }), [[0, 1, 2], [0, 1], [0, 1]]);
  const rest = tableOf([[[60, 0, 1], [62, 5, 1], [64, 6, 1]]], inMetre(2, 4));
  assertEquals(seen(rest, "quarter", { unit: "bars", length: 3, hop: 1 }), [[0, 5], [3, 4]]);
});

Deno.test("curve() over windows gives the metrics of time what they give of a piece", () => {
  const bar: [number, number, number][] = [[60, 0, 1], [62, 1, 1], [64, 3, 0.5]];
  const twice = tableOf(
    [[...bar, ...bar.map(([pitch, at, length]) => [pitch, at + 4, length] as typeof bar[0])]],
    inMetre(4, 4),
  );
  for (const metric of [emptyBeatRate, noteDensity, (table: DataFrame) => grooveConsistency(table, { measure: 2 })]) {
    const values = curve(twice, metric, { unit: "bars", length: 1 }).getColumn("value").toArray();
    assertEquals(values, Array(2).fill(metric(tableOf([bar]))));
  }
});

Deno.test("curve() works for every metric of the catalogue, in every unit, over empty windows too", () => {
  const table = tableOf([[[60, 0, 1], [62, 1, 1], [64, 9, 1], [65, 10, 1], [67, 11.5, 0.5]]], inMetre(2, 4), [[
    36,
    0,
    1,
  ]]);
  for (const { name, of } of METRICS) {
    for (const unit of ["notes", "seconds", "quarters", "bars"] as const) {
      const values = curve(table, (window) => of(window, { ticksPerQuarter: 480 }), { unit, length: 1 });
      assertEquals(
        values.height,
        unit === "seconds" || unit === "notes" || unit === "bars" ? 6 : 12,
        `${name}, ${unit}`,
      );
    }
  }
});

Deno.test("curve() of generated notes runs over seconds, and over bars once they are laid on a tempo", () => {
  const generated = pl.DataFrame({
    pitch: [60, 62, 64, 65],
    start: [0, 0.5, 1, 1.5],
    end: [0.5, 1, 1.5, 2],
    duration: [0.5, 0.5, 0.5, 0.5],
  });
  assertEquals(curve(generated, pitchesUsed, { unit: "seconds", length: 1 }).rows(), [[0, 1, 2], [1, 2, 2]]);
  assertThrows(() => curve(generated, pitchesUsed, { unit: "bars", length: 1 }), TypeError, "{ tempo, metre }");
  assertThrows(() => curve(generated, pitchesUsed, { unit: "quarters", length: 1 }), TypeError, "{ tempo }");
  const laid = layOnTempo(generated, { tempo: 120, metre: [3, 4] });
  assertEquals(curve(laid, pitchesUsed, { unit: "bars", length: 1 }).rows(), [[1, 2, 3], [2, 3, 1]]);
});

Deno.test("curve() refuses senseless windows, several pieces and notes out of order", () => {
  const table = melodyOf([60, 62]);
  const at = (options: object) => () => curve(table, count, { unit: "notes", length: 1, ...options });
  assertThrows(at({ length: 0 }), RangeError, "length must be a positive integer, current value is 0");
  assertThrows(at({ length: 1.5 }), RangeError, "current value is 1.5");
  assertThrows(at({ hop: -1 }), RangeError, "hop must be a positive integer, current value is -1");
  assertThrows(at({ unit: "seconds", length: NaN }), RangeError, "a positive number, current value is NaN");
  assertThrows(
    at({ unit: "beats" }),
    TypeError,
    'unit must be "notes", "seconds", "quarters" or "bars", current value is "beats"',
  );
  const pieces = ["a", "b"].map((path) => ({ path, score: score([part([[60, 0, 1]])]) }));
  const two = corpusTable(pieces);
  assertThrows(() => curve(two, count, { unit: "notes", length: 1 }), RangeError, "this one holds 2");
  const backwards = pl.DataFrame({ pitch: [60, 62], start: [1, 0], end: [2, 1] });
  assertThrows(() => curve(backwards, count, { unit: "seconds", length: 1 }), RangeError, "row 1 begins before");
});

Deno.test("curve() of no notes has no windows", () => {
  for (const unit of ["notes", "seconds", "quarters", "bars"] as const) {
    const none = curve(silence(), count, { unit, length: 1 });
    assertEquals([none.height, none.columns], [0, ["start", "end", "value"]]);
  }
});
