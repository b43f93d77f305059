import pl from "nodejs-polars";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { table } from "../../lib/notebook/mod.ts";
import { display } from "../../lib/plots/mod.ts";

const FRAME = pl.DataFrame({
  piece: ["prelude", "<script>alert(1)</script>", null],
  pitch: pl.Series("pitch", [60, 61, 66], pl.Int32),
  start: [0.14423070000001, Infinity, 1234567.891],
});

/** The cells of a table's body. */
const cellsOf = (html: string) => [...html.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text);

Deno.test("table() names pitches, rounds numbers, marks empty cells and escapes text", () => {
  const { html } = table(FRAME);
  assertEquals(cellsOf(html), [
    ...["prelude", "60", "C4", "0.1442"],
    ...["&lt;script&gt;alert(1)&lt;/script&gt;", "61", "C♯4", "Infinity"],
    ...["–", "66", "F♯4", "1234567.8910"],
  ]);
  assert(!html.includes("<script"));
  assertStringIncludes(html, "3 rows × 3 columns");
});

Deno.test("table() gives the numbers of a column as many decimals as they need, four at most", () => {
  const cells = (values: number[]) => cellsOf(table(pl.DataFrame({ values })).html);
  assertEquals(cells([0.27777799999999986, 1, 12.5]), ["0.2778", "1.0000", "12.5000"]);
  assertEquals(cells([0.25, 1]), ["0.25", "1.00"]);
  assertEquals(cells([...new Float32Array([0.1, 0.2])]), ["0.1", "0.2"]);
  assertEquals(cells([1, 40000]), ["1", "40000"]);
  assertEquals(cells([0.5, 0.000012345]), ["0.5000", "0.0000123"]);
  assertEquals(cells([0.5, NaN]), ["0.5", "NaN"]);
});

Deno.test("table() names no notes where the numbers are no pitches", () => {
  assertEquals(cellsOf(table(pl.DataFrame({ pitch: [4.84, 2.95] })).html), ["4.84", "2.95"]);
  assertEquals(cellsOf(table(pl.DataFrame({ pitch: [200, 60] })).html), ["200", "60"]);
});

Deno.test("table() shows the first rows and the last, and says how many there are", () => {
  const frame = pl.DataFrame({ bar: [1, 2, 3, 4, 5, 6], pitch: [60, 61, 62, 63, 64, 65] });
  const { "text/html": html, "text/plain": text } = table(frame, { rows: 2 })[display]();
  assertEquals(html.match(/<tr>/g)?.length, 6);
  assertEquals(
    text,
    [
      "bar   pitch",
      "  1  60 C4",
      "  2  61 C♯4",
      "  ⋮       ⋮",
      "  5  64 E4",
      "  6  65 F4",
      "6 rows × 2 columns; here the first 2 and the last 2",
    ].join("\n"),
  );
  assertEquals(cellsOf(table(frame, { rows: 4 }).html).filter((cell) => cell === "⋮"), []);
});

Deno.test("table() shows a list of rows whole", () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ bar: i + 1, key: i === 3 ? null : "C major" }));
  const { html } = table(rows);
  assertEquals(html, table(pl.DataFrame(rows), { rows: 20 }).html);
  assertEquals(cellsOf(html).slice(4, 8), ["3", "C major", "4", "–"]);
  assertStringIncludes(table(rows, { rows: 2 }).html, "20 rows × 2 columns; here the first 2 and the last 2");
  assertStringIncludes(table([]).html, "0 rows");
});

Deno.test("table() leaves out the middle of a table that is too wide, by name", () => {
  const wide = pl.DataFrame(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`column_${i}`, [i]])));
  const { "text/plain": text } = table(wide)[display]();
  const [head, cells, size] = text.split("\n");
  assert(head.length <= 120, `${head.length} letters`);
  assertEquals([head.startsWith("column_0  column_1"), head.endsWith("column_39")], [true, true]);
  assertStringIncludes(cells, "…");
  assertStringIncludes(size, "1 row × 40 columns; without column_");
});

Deno.test("table() breaks a long text into lines, and not the names beside it", () => {
  const named = { path: ["wtcbki/prelude1.mid"], bytes: [5024] };
  const styles = (frame: Record<string, unknown[]>) =>
    [...table(pl.DataFrame(frame)).html.matchAll(/<td style="([^"]*)"/g)].map(([, style]) => style);
  const [path, , damage] = styles({ ...named, damage: ["a word and another ".repeat(10)] });
  assertEquals([path.includes("nowrap"), damage.includes("anywhere")], [true, true]);
  assert(styles({ ...named, damage: ["none"] }).every((style) => !style.includes("anywhere")));
});

Deno.test("table() shows a frame without rows", () => {
  assertStringIncludes(table(FRAME.head(0)).html, "0 rows × 3 columns");
  assertStringIncludes(table(pl.DataFrame({})).html, "0 rows × 0 columns");
});

Deno.test("table() refuses a number of rows that is none", () => {
  for (const rows of [0, -1, 1.5]) {
    assertThrows(() => table(FRAME, { rows }), RangeError, `current value is ${rows}`);
  }
});
