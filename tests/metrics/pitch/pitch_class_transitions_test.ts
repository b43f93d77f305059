import { assertEquals, assertThrows } from "@std/assert";
import type { DataFrame } from "nodejs-polars";
import { pitchClassTransitions } from "../../../lib/metrics/mod.ts";
import { melodyOf, silence, tableOf } from "../music.ts";

function cell(table: DataFrame, from: number, to: number) {
  return table.toRecords()[from * 12 + to];
}

Deno.test("pitchClassTransitions() counts what follows what, over all and from each class", () => {
  const table = pitchClassTransitions(melodyOf([60, 67, 72, 64, 60]));
  assertEquals([table.height, table.columns], [144, ["from", "to", "count", "share", "probability"]]);
  assertEquals(cell(table, 0, 7), { from: 0, to: 7, count: 1, share: 0.25, probability: 0.5 });
  assertEquals(cell(table, 0, 4), { from: 0, to: 4, count: 1, share: 0.25, probability: 0.5 });
  assertEquals(cell(table, 7, 0), { from: 7, to: 0, count: 1, share: 0.25, probability: 1 });
  assertEquals(cell(table, 0, 0), { from: 0, to: 0, count: 0, share: 0, probability: 0 });
  assertEquals(cell(table, 1, 0), { from: 1, to: 0, count: 0, share: 0, probability: null });
});

Deno.test("pitchClassTransitions() follows the voices, or the rows as they stand", () => {
  const duet = tableOf([[[72, 0, 1], [74, 1, 1]], [[48, 0, 1], [55, 1, 1]]]);
  const counted = (table: DataFrame) =>
    table.toRecords().filter(({ count }) => count !== 0).map(({ from, to }) => [from, to]);
  assertEquals(counted(pitchClassTransitions(duet)), [[0, 2], [0, 7]]);
  assertEquals(counted(pitchClassTransitions(duet, { line: "stream" })), [[0, 0], [0, 7], [7, 2]]);
  // deno-lint-ignore no-explicit-any
  assertThrows(() => pitchClassTransitions(duet, { line: "bass" as any }), TypeError, 'current value is "bass"');
});

Deno.test("pitchClassTransitions() without transitions has counts of 0, and no shares", () => {
  for (const table of [silence(), melodyOf([60])]) {
    const records = pitchClassTransitions(table).toRecords();
    assertEquals(records.length, 144);
    assertEquals(
      records.every(({ count, share, probability }) => count === 0 && share === null && probability === null),
      true,
    );
  }
});
