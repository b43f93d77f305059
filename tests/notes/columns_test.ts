import { assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import {
  drumColumn,
  notesOf,
  numberColumn,
  pieceRows,
  pitchColumn,
  secondsColumn,
  withoutDrums,
} from "../../lib/notes/mod.ts";

const table = (columns: Record<string, unknown[]>) => pl.DataFrame(columns);

Deno.test("numberColumn() gives the values of any numeric type", () => {
  const values = [1, 2, 3];
  for (const type of [pl.Int32, pl.Int64, pl.UInt8, pl.Float32, pl.Float64]) {
    assertEquals(numberColumn(pl.DataFrame([pl.Series("x", values, type)]), "x"), Float64Array.from(values));
  }
});

Deno.test("numberColumn() gives a copy: writing to it leaves the table alone", () => {
  const original = table({ x: [1, 2] });
  numberColumn(original, "x")[0] = 9;
  assertEquals(original.getColumn("x").toArray(), [1, 2]);
});

Deno.test("numberColumn() says what is wrong and in which row", () => {
  assertThrows(() => numberColumn(table({ y: [1] }), "x"), TypeError, 'there is no column "x" among y');
  assertThrows(() => numberColumn(table({ x: ["1"] }), "x"), TypeError, 'column "x" must hold numbers');
  assertThrows(() => numberColumn(table({ x: [1, null, 2] }), "x"), RangeError, 'column "x" has no value in row 1');
  assertThrows(() => numberColumn(table({ x: [1, 2, NaN] }), "x"), RangeError, 'row 2 of column "x"');
  assertThrows(() => numberColumn(table({ x: [-Infinity] }), "x"), RangeError, "got -Infinity");
});

Deno.test("pitchColumn() refuses what is not a MIDI number", () => {
  assertEquals(pitchColumn(table({ pitch: [0, 127] })), Int32Array.of(0, 127));
  assertThrows(() => pitchColumn(table({ pitch: [60, 128] })), RangeError, "row 1");
  assertThrows(() => pitchColumn(table({ pitch: [-1] })), RangeError, "got -1");
  assertThrows(() => pitchColumn(table({ pitch: [60.5] })), RangeError, "got 60.5");
});

Deno.test("secondsColumn() refuses times that run backwards", () => {
  assertThrows(() => secondsColumn(table({ step: [0, -0.1] }), "step"), RangeError, 'row 1 of column "step"');
});

Deno.test("pieceRows() finds each piece", () => {
  assertEquals(pieceRows(table({ piece: ["a", "a", "b", "c", "c"] })), [
    { piece: "a", first: 0, count: 2 },
    { piece: "b", first: 2, count: 1 },
    { piece: "c", first: 3, count: 2 },
  ]);
  assertEquals(pieceRows(table({ piece: ["a"] }).filter(pl.col("piece").eq(pl.lit("b")))), []);
});

Deno.test("pieceRows() refuses scattered and nameless pieces", () => {
  assertThrows(() => pieceRows(table({ piece: ["a", "b", "a"] })), RangeError, '"a" goes on in row 2');
  assertThrows(() => pieceRows(table({ piece: ["a", null] })), RangeError, "no value in row 1");
  assertThrows(() => pieceRows(table({ piece: [1] })), TypeError, "must hold text");
  assertThrows(() => pieceRows(table({ pitch: [1] })), TypeError, 'no column "piece"');
});

Deno.test("notesOf() refuses rows that cannot sound", () => {
  const row = { pitch: 60, start: 0, end: 1, velocity: 64 };
  const of = (changes: Partial<typeof row>) => {
    const changed = { ...row, ...changes };
    return notesOf(table(Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, [value]]))));
  };
  assertEquals(of({}), [row]);
  assertThrows(() => of({ start: 2 }), RangeError, "row 0 sounds from 2 to 1 seconds");
  assertThrows(() => of({ start: -1 }), RangeError, "from -1");
  assertThrows(() => of({ velocity: 0 }), RangeError, 'row 0 of column "velocity"');
  assertThrows(() => of({ velocity: 1.5 }), RangeError, "got 1.5");
});

Deno.test("drumColumn() and withoutDrums() tell drums from pitches", () => {
  const mixed = table({ pitch: [60, 36, 62], drum: [false, true, false] });
  assertEquals(drumColumn(mixed), [false, true, false]);
  assertEquals(withoutDrums(mixed).getColumn("pitch").toArray(), [60, 62]);
  const pitched = table({ pitch: [60, 36] });
  assertEquals([drumColumn(pitched), withoutDrums(pitched).height], [[false, false], 2]);
  assertThrows(() => drumColumn(table({ drum: [true, null] })), RangeError, 'column "drum" has no value in row 1');
  assertThrows(() => withoutDrums(table({ drum: [0, 1] })), TypeError, "must hold booleans");
});
