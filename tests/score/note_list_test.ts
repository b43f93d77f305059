import { assert, assertEquals, assertThrows } from "@std/assert";
import { corpusTable, toCommonKey, transposeScore } from "../../lib/notes/mod.ts";
import { type ColumnScore, flatten, heldColumns, type Note, type Score, scoreOfColumns } from "../../lib/score/mod.ts";

const [LONG, SPLIT] = [70_000, 69_990];

/** A long score of two parts, the second with ten notes. */
function columns(size = LONG): ColumnScore {
  const ticks = (offset: number) => Uint32Array.from({ length: size }, (_, row) => 480 * (row >> 1) + offset);
  const seconds = (ticks: Uint32Array) => Float64Array.from(ticks, (tick) => tick / 960);
  const [startTick, endTick] = [ticks(0), ticks(240)];
  const part = { name: "", program: 0, drum: false, channel: 0, track: 0 };
  return {
    ticksPerQuarter: 480,
    parts: [{ ...part, from: 0, to: Math.min(size, SPLIT) }, {
      ...part,
      track: 1,
      from: Math.min(size, SPLIT),
      to: size,
    }],
    notes: {
      pitch: Uint8Array.from({ length: size }, (_, row) => 60 + row % 12),
      velocity: new Uint8Array(size).fill(64),
      ...{ startTick, endTick, start: seconds(startTick), end: seconds(endTick) },
    },
    tempos: [{ tick: 0, time: 0, microsecondsPerQuarter: 500_000 }],
    metres: [],
    keys: [],
    endTick: endTick[size - 1],
    end: endTick[size - 1] / 960,
    repairs: [],
  };
}

const note = (row: number): Note => ({
  pitch: 60 + row % 12,
  velocity: 64,
  startTick: 480 * (row >> 1),
  endTick: 480 * (row >> 1) + 240,
  start: (row >> 1) / 2,
  end: (row >> 1) / 2 + 0.25,
});

/** The same score with its notes in arrays. */
const inArrays = (score: Score): Score => ({
  ...score,
  parts: score.parts.map((part) => ({ ...part, notes: part.notes.map((note) => ({ ...note })) })),
});

Deno.test("the notes of a long score are read as those of an array", () => {
  const [{ notes: many }, { notes }] = scoreOfColumns(columns()).parts,
    expected = Array.from({ length: 10 }, (_, i) => {
      return note(SPLIT + i);
    });
  assert(Array.isArray(notes));
  assertEquals([many.length, notes.length], [SPLIT, 10]);
  assertEquals(notes, expected);
  assertEquals([...notes], expected);
  assertEquals(notes.map(({ pitch }) => pitch), expected.map(({ pitch }) => pitch));
  assertEquals(notes.filter(({ pitch }) => pitch % 2).length, 5);
  assertEquals([notes[0], notes.at(-1), notes[10], notes.at(10)], [expected[0], expected[9], undefined, undefined]);
  assertEquals([notes.slice(2, 4), notes.toReversed()], [expected.slice(2, 4), expected.toReversed()]);
  assertEquals([[expected[0]], notes].flat(), [expected[0], ...expected]);
  assertEquals(Object.keys(notes), Object.keys(expected));
  assertEquals(JSON.parse(JSON.stringify(notes)), expected);
  assertEquals(Deno.inspect(notes), Deno.inspect(expected));
  assert(Deno.inspect(many).endsWith("... 69890 more items\n]"));
  assertEquals([9 in notes, 10 in notes, "map" in notes, "1.5" in notes], [true, false, true, false]);
});

Deno.test("neither the notes of a long score nor their list can be changed, but other notes put in their place", () => {
  const score = scoreOfColumns(columns()), [, part] = score.parts, notes = part.notes as Note[];
  assertThrows(() => notes[0].pitch = 1, TypeError, "read only");
  for (const change of [() => notes.push(note(0)), () => notes.sort(), () => notes[0] = note(0), () => notes.pop()]) {
    assertThrows(change, TypeError, "Cannot change the notes of a long score");
  }
  assertEquals(notes[0], note(SPLIT));
  part.notes = notes.map((note) => ({ ...note, pitch: 1 }));
  assertEquals(part.notes[0].pitch, 1);
  assertEquals(heldColumns(score), undefined);
  assertEquals(corpusTable([{ path: "", score }]).getColumn("pitch").max(), 71);
  assertEquals(corpusTable([{ path: "", score }]).getColumn("pitch").min(), 1);
});

Deno.test("heldColumns() knows the columns of a long score whose parts were looked at, or chosen from", () => {
  const score = scoreOfColumns(columns()), { parts } = score;
  assertEquals(heldColumns(score), columns());
  assertEquals(heldColumns({ ...score, parts: [parts[1]] })?.parts, columns().parts.slice(1));
  assertEquals(heldColumns({ ...score, parts: parts.toReversed() }), undefined);
  assertEquals(heldColumns({ ...score, parts: [parts[0], scoreOfColumns(columns()).parts[1]] }), undefined);
  const short = scoreOfColumns(columns(4));
  assertEquals([heldColumns(short)?.notes.pitch.length, short.parts[0].notes.length], [4, 4]);
  assertEquals(heldColumns(short), undefined);
});

Deno.test("a long score gives the table, the order and the transposition that its notes in arrays give", () => {
  const score = scoreOfColumns(columns()), same = inArrays(score);
  assertEquals(flatten(score, "all").slice(-20), flatten(same, "all").slice(-20));
  for (const options of [{}, { flattening: "first" }, { transpose: true }] as const) {
    const [rows, expected] = [score, same].map((score) =>
      corpusTable([{ path: "p", score }], options).hashRows().toArray()
    );
    assertEquals(rows, expected);
  }
  assert(heldColumns(toCommonKey(score)));
  assertEquals(transposeScore(score, 3).parts[1], transposeScore(same, 3).parts[1]);
});
