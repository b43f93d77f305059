import pl from "nodejs-polars";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { table } from "../../lib/notebook/mod.ts";
import { display } from "../../lib/plots/mod.ts";

const FRAME = pl.DataFrame({
  piece: ["prelude", "<script>alert(1)</script>", null],
  pitch: pl.Series("pitch", [60, 61, 62], pl.Int32),
  start: [0.14423070000001, Infinity, 1234567.891],
});

Deno.test("table() rounds numbers, marks empty cells and escapes text", () => {
  const { html } = table(FRAME);
  const cells = [...html.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text);
  assertEquals(cells, [
    ...["prelude", "60", "0.144231"],
    ...["&lt;script&gt;alert(1)&lt;/script&gt;", "61", "Infinity"],
    ...["–", "62", "1234570"],
  ]);
  assert(!html.includes("<script"));
  assertStringIncludes(html, "3 rows, 3 columns");
});

Deno.test("table() shows the first rows and says how many there are", () => {
  const { "text/html": html, "text/plain": text } = table(FRAME, { rows: 1 })[display]();
  assertEquals(html.match(/<tr>/g)?.length, 2);
  assertEquals(text, "piece    pitch     start\nprelude     60  0.144231\n1 of 3 rows, 3 columns");
});

Deno.test("table() shows a frame without rows", () => {
  assertStringIncludes(table(FRAME.head(0)).html, "0 rows, 3 columns");
});

Deno.test("table() refuses a number of rows that is none", () => {
  for (const rows of [0, -1, 1.5]) {
    assertThrows(() => table(FRAME, { rows }), RangeError, `current value is ${rows}`);
  }
});
