import { assert, assertEquals, assertThrows } from "@std/assert";
import { openCorpus } from "../../lib/corpus/mod.ts";
import { readMidi, readMidiColumns, writeMidi } from "../../lib/formats/mod.ts";
import { NoteColumns } from "../../lib/notes/mod.ts";
import { type ColumnScore, flatten, flattenColumns, heldColumns } from "../../lib/score/mod.ts";
import { END, midiFile, off, on } from "../formats/midi/midi_bytes.ts";

const [DRUMS, OPTIONS] = [{ channel: 9 }, { drums: true, ranks: true }];
/** Hand-made files: chords, overlaps, unisons of two parts, drums, metres, and damage that is repaired. */
const FILES: Record<string, Uint8Array> = {
  chords: writeMidi([72, 60, 67, 60, 64].flatMap((pitch, i) => [
    { pitch, start: Math.floor(i / 3), end: 2, velocity: 60 + i },
    { pitch: pitch + 1, start: 0.5, end: 0.75, velocity: 80 },
  ])),
  overlaps: midiFile([[
    ...on(0, 60),
    ...on(10, 60),
    ...on(0, 60),
    ...on(0, 55),
    ...off(20, 60),
    ...off(0, 55),
    ...END,
  ]]),
  drums: midiFile([
    [0, 0xff, 0x58, 4, 3, 2, 24, 8, ...on(0, 64), ...on(0, 60), ...off(96, 60), ...off(0, 64), ...END],
    [...on(0, 36, DRUMS), ...on(0, 60), ...on(0, 48), ...off(48, 48), ...off(0, 60), ...off(0, 36, DRUMS), ...END],
  ]),
  repaired: midiFile([[0, 0xff, 0x59, 2, 18, 0, ...on(0, 60), ...on(0, 64), ...off(96, 64), ...off(0, 60)]]),
};

Deno.test("NoteColumns.addRows() makes the table that add() makes, to the bit, with chords, overlaps, drums and repairs", async () => {
  const { pieces } = await openCorpus("sample", { only: ["bwv1007-prelude.krn", "bwv227-1-chorale.krn"] });
  const files = { ...FILES, ...Object.fromEntries(pieces.map(({ path, score }) => [path, writeMidi(score)])) };
  for (const flattening of ["all", "first"] as const) {
    const [ofNotes, ofRows] = [new NoteColumns(OPTIONS), new NoteColumns(OPTIONS)];
    for (const [name, bytes] of Object.entries(files)) {
      const score = readMidi(bytes, { repair: true }), held = heldColumns(score)!;
      ofRows.addRows(name, held, flattenColumns(held, flattening, { drums: true }));
      ofNotes.add(name, score, flatten(score, flattening, { drums: true }));
      assertEquals(heldColumns(score), undefined, "objects now");
      assertEquals(score.repairs.length > 0, name === "repaired");
    }
    const [notes, rows] = [ofNotes.table(), ofRows.table()];
    assert(notes.height > 15);
    assertEquals(rows.toRecords(), notes.toRecords());
    assert(notes.getColumn("rank").toArray().some((rank) => rank as number > 1));
  }
});

Deno.test("NoteColumns.addRows() refuses a velocity of 0, and adds nothing then", () => {
  const score = readMidiColumns(FILES.overlaps), columns = new NoteColumns();
  score.notes.velocity[1] = 0;
  assertThrows(() => columns.addRows("silent", score, Uint32Array.of(0, 1)), RangeError, "velocity 0 in part 0");
  assertEquals(columns.height, 0);
});

Deno.test("flattenColumns() keeps the order of many notes at very late ticks", () => {
  const size = 20_000, late = 2 ** 32 - 4;
  const notes = {
    pitch: Uint8Array.from({ length: size }, (_, row) => row % 3),
    startTick: Uint32Array.from({ length: size }, (_, row) => late + row % 4),
  } as ColumnScore["notes"];
  const part = { name: "", program: 0, drum: false, channel: 0, track: 0, from: 0, to: size };
  const rows = flattenColumns({ parts: [part], notes }, "all");
  const expected = Array.from({ length: size }, (_, row) => row)
    .sort((a, b) => a % 4 - b % 4 || a % 3 - b % 3 || a - b);
  assertEquals([...rows], expected);
});
