import { assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { corpusTable, inNanoseconds, notesOf, toNoteTable } from "../../lib/notes/mod.ts";
import { part, score } from "./scores.ts";

const duet = () =>
  score([
    part([[67, 0, 1], [60, 0, 2], [72, 1.5, 0.5, 100]]),
    part([[36, 0, 1]], { drum: true, channel: 9 }),
    part([[64, 0, 1], [48, 1, 1]]),
  ], { title: "Duet" });

Deno.test("toNoteTable() has the columns and types that the house agreed on", () => {
  const types = toNoteTable(duet()).getColumns().map((column) => `${column.name} ${column.dtype.variant}`);
  assertEquals(types, [
    "piece Categorical",
    "part Int32",
    "pitch Int32",
    "start Float64",
    "end Float64",
    "step Float64",
    "duration Float64",
    "velocity Int32",
    "program Int32",
    "quarter Float64",
    "quarters Float64",
    "bar Int32",
    "beat Float64",
    "measure Float64",
  ]);
});

Deno.test("toNoteTable() takes all parts but drums, by onset and pitch, when corrected", () => {
  const table = toNoteTable(duet());
  assertEquals(table.getColumn("pitch").toArray(), [60, 64, 67, 48, 72]);
  assertEquals(table.getColumn("part").toArray(), [0, 2, 0, 2, 0]);
  assertEquals(table.getColumn("start").toArray(), [0, 0, 0, 0.5, 0.75]);
  assertEquals(table.getColumn("end").toArray(), [1, 0.5, 0.5, 1, 1]);
  assertEquals(table.getColumn("step").toArray(), [0, 0, 0, 0.5, 0.25]);
  assertEquals(table.getColumn("duration").toArray(), [1, 0.5, 0.5, 0.5, 0.25]);
  assertEquals(table.getColumn("velocity").toArray(), [64, 64, 64, 64, 100]);
  assertEquals(table.getColumn("piece").toArray(), Array(5).fill("Duet"));
});

Deno.test("toNoteTable() takes the first part alone and keeps the order in chords when published", () => {
  const unsorted = score([part([[72, 1, 1], [67, 0, 1], [60, 0, 2]]), part([[64, 0, 1]])]);
  const table = toNoteTable(unsorted, { piece: "p", flattening: "first" });
  assertEquals(table.getColumn("pitch").toArray(), [67, 60, 72]);
  assertEquals(table.getColumn("step").toArray(), [0, 0, 0.5]);
  assertEquals(table.getColumn("piece").toArray(), ["p", "p", "p"]);
});

Deno.test("toNoteTable() takes the first part that has notes when published, as pretty_midi has no empty instrument", () => {
  const table = toNoteTable(score([part([]), part([[64, 0, 1], [62, 1, 1]]), part([[48, 0, 2]])]), {
    flattening: "first",
  });
  assertEquals(table.getColumn("pitch").toArray(), [64, 62]);
  assertEquals(table.getColumn("part").toArray(), [1, 1]);
});

Deno.test("toNoteTable() keeps unisons of two parts, the first part first", () => {
  const table = toNoteTable(score([part([[60, 0, 2]]), part([[60, 0, 1]])]));
  assertEquals(table.getColumn("part").toArray(), [0, 1]);
  assertEquals(table.getColumn("duration").toArray(), [1, 0.5]);
});

Deno.test("toNoteTable() gives the first row step 0 wherever the piece begins", () => {
  const table = toNoteTable(score([part([[60, 3, 1], [62, 4, 1]])]));
  assertEquals(table.getColumn("step").toArray(), [0, 0.5]);
});

Deno.test("toNoteTable() counts bars and beats where a time signature holds, and gives null elsewhere", () => {
  const notes = part([[60, 0, 1], [60, 1, 1], [60, 3.5, 1], [60, 4, 1], [60, 5.5, 0.5]]);
  const table = toNoteTable(score([notes], {
    metres: [{ tick: 480, numerator: 3, denominator: 4 }, { tick: 4 * 480, numerator: 6, denominator: 8 }],
  }));
  assertEquals(table.getColumn("quarter").toArray(), [0, 1, 3.5, 4, 5.5]);
  assertEquals<unknown>(table.getColumn("bar").toArray(), [null, 1, 1, 2, 2]);
  assertEquals<unknown>(table.getColumn("beat").toArray(), [null, 1, 3.5, 1, 4]);
  assertEquals(table.getColumn("quarters").toArray(), [1, 1, 1, 1, 0.5]);
  assertEquals<unknown>(table.getColumn("measure").toArray(), [null, 3, 3, 3, 3]);
  for (const name of ["bar", "beat", "measure"]) {
    assertEquals(toNoteTable(score([notes])).getColumn(name).nullCount(), 5);
  }
});

Deno.test("toNoteTable() says that there are only drums, instead of a table without rows", () => {
  const drums = score([part([[36, 0, 1]], { drum: true, channel: 9 })]);
  assertThrows(() => toNoteTable(drums, { piece: "beat" }), RangeError, 'Cannot make a table: "beat" has only drums');
  const pieces = [{ path: "beat", score: drums }, { path: "tune", score: score([part([[60, 0, 1]])]) }];
  assertEquals(corpusTable(pieces).height, 1);
  assertEquals([toNoteTable(drums, { drums: true }).height, toNoteTable(score([])).height], [1, 0]);
});

Deno.test("toNoteTable() takes drums on request, and says which rows are theirs", () => {
  const table = toNoteTable(duet(), { drums: true });
  assertEquals(table.getColumn("pitch").toArray(), [36, 60, 64, 67, 48, 72]);
  assertEquals(table.getColumn("drum").toArray(), [true, false, false, false, false, false]);
  assertEquals(table.getColumn("part").toArray(), [1, 0, 2, 0, 2, 0]);
  const alone = score([part([[36, 0, 1]], { drum: true }), part([[60, 0, 1]])]);
  const published = toNoteTable(alone, { flattening: "first", drums: true });
  assertEquals([published.getColumn("pitch").toArray(), published.getColumn("drum").toArray()], [[36], [true]]);
  assertEquals(toNoteTable(score([]), { drums: true }).getColumn("drum").dtype.variant, "Bool");
});

Deno.test("toNoteTable() of a score without notes has no rows, and the same columns", () => {
  const empty = toNoteTable(score([]));
  assertEquals(empty.height, 0);
  assertEquals(String(empty.schema.bar), String(toNoteTable(duet()).schema.bar));
  assertEquals(empty.columns, toNoteTable(duet()).columns);
});

Deno.test("toNoteTable() refuses senseless notes and names the piece", () => {
  const table = (written: [number, number, number, number?]) =>
    toNoteTable(score([part([written])]), { piece: "x.mid" });
  assertThrows(
    () => table([128, 0, 1]),
    RangeError,
    'pitch 128 in part 0 is not an integer from 0 to 127 (piece "x.mid")',
  );
  assertThrows(() => table([60.5, 0, 1]), RangeError, "pitch 60.5");
  assertThrows(() => table([60, 0, -1]), RangeError, "sounds from 0 to -0.5 seconds");
  assertThrows(() => table([60, NaN, 1]), RangeError, "from NaN");
  assertThrows(() => table([60, 0, 1, 0]), RangeError, "velocity 0");
  // deno-lint-ignore no-explicit-any
  assertThrows(() => toNoteTable(duet(), { flattening: "loud" as any }), TypeError, 'current value is "loud"');
});

Deno.test("corpusTable() lays pieces under one another, each with its own beginning", () => {
  const table = corpusTable([
    { path: "a.mid", score: score([part([[60, 1, 1], [62, 2, 1]])]) },
    { path: "silent.mid", score: score([]) },
    { path: "b.mid", score: score([part([[64, 4, 1]])]) },
  ]);
  assertEquals(table.getColumn("piece").toArray(), ["a.mid", "a.mid", "b.mid"]);
  assertEquals(table.getColumn("step").toArray(), [0, 0.5, 0]);
  assertEquals(corpusTable([]).height, 0);
});

Deno.test("corpusTable() transposes each piece on request", () => {
  const scale = (tonic: number) => part([0, 4, 7, 12].map((step, i) => [tonic + step, i, 1]));
  const pieces = [{ path: "g", score: score([scale(55)]) }, { path: "d", score: score([scale(62)]) }];
  assertEquals(
    corpusTable(pieces, { transpose: true }).getColumn("pitch").toArray(),
    [60, 64, 67, 72, 60, 64, 67, 72],
  );
});

Deno.test("corpusTable() refuses two pieces of one path", () => {
  const piece = { path: "a.mid", score: duet() };
  assertThrows(() => corpusTable([piece, piece]), RangeError, 'two pieces have the path "a.mid"');
});

Deno.test("notesOf() gives back the notes of the table", () => {
  const music = duet();
  assertEquals(
    notesOf(toNoteTable(music, { flattening: "first" })),
    music.parts[0].notes.map(({ pitch, start, end, velocity }) => ({ pitch, start, end, velocity })),
  );
});

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
