import { assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { inNanoseconds } from "../../lib/notes/mod.ts";

const table = pl.DataFrame({
  piece: ["a", "a", "b"],
  pitch: [60, 62, 64],
  start: [0.1, 0.3000000004, 5],
  end: [0.30000000049, 0.50000000061, 6.1234567891],
  step: [7, 7, 7],
  duration: [7, 7, 7],
});

Deno.test("inNanoseconds() rounds onsets and releases, and computes steps and durations from them", () => {
  const rounded = inNanoseconds(table);
  assertEquals(rounded.columns, table.columns);
  const [start, end] = [[0.1, 0.3, 5], [0.3, 0.500000001, 6.123456789]];
  assertEquals(rounded.getColumn("start").toArray(), start);
  assertEquals(rounded.getColumn("end").toArray(), end);
  assertEquals(rounded.getColumn("step").toArray(), [0, 0.3 - 0.1, 0]);
  assertEquals(rounded.getColumn("duration").toArray(), end.map((release, row) => release - start[row]));
  assertEquals(rounded.getColumn("pitch").toArray(), [60, 62, 64]);
});

Deno.test("inNanoseconds() changes nothing the second time", () => {
  const once = inNanoseconds(table);
  assertEquals(inNanoseconds(once).toRecords(), once.toRecords());
});

Deno.test("inNanoseconds() needs onsets and releases", () => {
  assertThrows(() => inNanoseconds(table.drop("end")), TypeError, 'there is no column "end"');
});
