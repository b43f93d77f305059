import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import pl from "nodejs-polars";
import { seeded } from "../../lib/random/mod.ts";
import { type Batch, nextNotes, windows } from "../../lib/windows/mod.ts";

await tf.setBackend("cpu");

/** Pieces of these sizes; pitches count upwards through all of them, as the steps and durations do in eighths. */
function table(sizes: Record<string, number>): pl.DataFrame {
  const piece = Object.entries(sizes).flatMap(([name, count]) => Array<string>(count).fill(name));
  const pitch = piece.map((_, i) => i);
  return pl.DataFrame({
    piece: pl.Series("piece", piece, pl.Utf8),
    pitch: pl.Series("pitch", pitch, pl.Int32),
    step: pitch.map((i) => i / 8),
    duration: pitch.map((i) => i / 8 + 1),
  });
}

/** The targets' pitches, the batch disposed of. */
function pitchesOf(batch: Batch): number[] {
  const pitches = Array.from(batch.targets.pitch.dataSync());
  batch.dispose();
  return pitches;
}

Deno.test("windows() makes one window for each note that has enough before it", () => {
  const all = windows(table({ a: 10 }), { length: 4 });
  assertEquals([all.size, all.notes, all.length, all.shift], [6, 10, 4, 1]);
  assertEquals(all.starts, Int32Array.of(0, 1, 2, 3, 4, 5));
  assertEquals(windows(table({ a: 5 }), { length: 4 }).size, 1);
});

Deno.test("windows() shifts as far as told and uses the last note where it can", () => {
  assertEquals(windows(table({ a: 10 }), { length: 4, shift: 5 }).starts, Int32Array.of(0, 5));
  assertEquals(windows(table({ a: 10 }), { length: 4, shift: 6 }).starts, Int32Array.of(0));
  assertEquals(windows(table({ a: 10, b: 7 }), { length: 4, shift: 2 }).starts, Int32Array.of(0, 2, 4, 10, 12));
});

Deno.test("windows() keeps to one piece, and says which pieces are too short", () => {
  const kept = windows(table({ a: 6, b: 4, c: 5 }), { length: 4 });
  assertEquals(kept.starts, Int32Array.of(0, 1, 10));
  assertEquals(kept.skipped, [{ piece: "b", notes: 4 }]);
});

Deno.test("windows() runs across pieces on request", () => {
  const across = windows(table({ a: 6, b: 4, c: 5 }), { length: 4, acrossPieces: true });
  assertEquals(across.size, 11);
  assertEquals(across.skipped, []);
  assertEquals(across.at(3).piece, "b");
});

Deno.test("at() gives pitch / 128, step and duration of each note, and the note after", () => {
  const { inputs, pitch, step, duration, piece } = windows(table({ a: 3, b: 6 }), { length: 2 }).at(2);
  assertEquals(inputs, Float32Array.of(4 / 128, 0.5, 1.5, 5 / 128, 0.625, 1.625));
  assertEquals({ pitch, step, duration, piece }, { pitch: 6, step: 0.75, duration: 1.75, piece: "b" });
});

Deno.test("at() refuses a window that is not there", () => {
  const two = windows(table({ a: 4 }), { length: 2 });
  for (const index of [-1, 2, 0.5, NaN]) {
    assertThrows(() => two.at(index), RangeError, `Cannot take window ${index}: there are 2`);
  }
});

Deno.test("gather() gives tensors of the agreed shapes and types, equal to at()", () => {
  const all = windows(table({ a: 9 }), { length: 3 });
  const batch = all.gather([4, 0]);
  assertEquals(batch.size, 2);
  assertEquals([batch.inputs.shape, batch.inputs.dtype], [[2, 3, 3], "float32"]);
  assertEquals([batch.targets.pitch.shape, batch.targets.pitch.dtype], [[2], "int32"]);
  assertEquals([batch.targets.step.shape, batch.targets.duration.shape], [[2, 1], [2, 1]]);
  const expected = [all.at(4), all.at(0)];
  assertEquals(Array.from(batch.inputs.dataSync()), expected.flatMap((window) => Array.from(window.inputs)));
  assertEquals(Array.from(batch.targets.pitch.dataSync()), expected.map((window) => window.pitch));
  assertEquals(Array.from(batch.targets.step.dataSync()), expected.map((window) => window.step));
  assertEquals(Array.from(batch.targets.duration.dataSync()), expected.map((window) => window.duration));
  batch.dispose();
  assertThrows(() => all.gather([]), RangeError, "no windows are asked for");
  assertThrows(() => all.gather([0, 6]), RangeError, "Cannot take window 6");
});

Deno.test("gather() does not share memory between batches", () => {
  const all = windows(table({ a: 9 }), { length: 3 });
  const first = all.gather([0]);
  const before = Array.from(first.inputs.dataSync());
  all.gather([5]).dispose();
  assertEquals(Array.from(first.inputs.dataSync()), before);
  first.dispose();
});

Deno.test("batches() keeps the table's order without a prng, the last batch smaller", () => {
  const all = windows(table({ a: 9 }), { length: 2 });
  const pitches = Array.from(all.batches({ size: 3 }), pitchesOf);
  assertEquals(pitches, [[2, 3, 4], [5, 6, 7], [8]]);
  assertEquals(Array.from(all.batches({ size: 3, dropRemainder: true }), pitchesOf), [[2, 3, 4], [5, 6, 7]]);
  assertEquals(Array.from(all.batches({ size: 100 }), pitchesOf), [[2, 3, 4, 5, 6, 7, 8]]);
});

Deno.test("batches() shuffles with a prng: every window once, the same from the same seed, another each epoch", () => {
  const all = windows(table({ a: 100 }), { length: 2 });
  const epoch = (prng: () => number) => Array.from(all.batches({ size: 9, prng }), pitchesOf).flat();
  const prng = seeded(5);
  const [first, second] = [epoch(prng), epoch(prng)];
  assertEquals(epoch(seeded(5)), first);
  assertNotEquals(second, first);
  assertEquals(first.toSorted((a, b) => a - b), Array.from({ length: 98 }, (_, i) => i + 2));
});

Deno.test("batches() frees everything that is disposed of, and makes tensors only when asked", () => {
  const all = windows(table({ a: 60 }), { length: 5 });
  const before = tf.memory().numTensors;
  const unasked = all.batches({ size: 10 });
  assertEquals(tf.memory().numTensors, before);
  const one = unasked.next().value!;
  assertEquals(tf.memory().numTensors, before + 4);
  one.dispose();
  for (const batch of all.batches({ size: 7, prng: seeded(1) })) batch.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("batches() refuses at once what would give nothing", () => {
  const all = windows(table({ a: 9 }), { length: 2 });
  assertThrows(() => all.batches({ size: 0 }), RangeError, "size must be a positive integer, current value is 0");
  assertThrows(() => all.batches({ size: 8, dropRemainder: true }), RangeError, "7 windows do not fill one batch of 8");
});

Deno.test("windows() clips steps and durations at maxSeconds", () => {
  const all = windows(table({ a: 20 }), { length: 2, maxSeconds: 1.5 });
  assertEquals(Math.max(...all.step), 1.5);
  assertEquals(Math.max(...all.duration), 1.5);
  assertEquals(all.step[4], 0.5);
  assertEquals(all.at(17).step, 1.5);
});

Deno.test("windows() says how many notes it needs", () => {
  assertThrows(
    () => windows(table({ a: 4, b: 3 }), { length: 4 }),
    RangeError,
    "a window of 4 notes and its target need 5 notes, its longest piece has 4",
  );
  assertThrows(
    () => windows(table({ a: 3 }), { length: 3, acrossPieces: true }),
    RangeError,
    "need 4 notes, the table has 3",
  );
  assertThrows(() => windows(table({}), { length: 3 }), RangeError, "need 4 notes");
});

Deno.test("windows() refuses senseless options", () => {
  const notes = table({ a: 9 });
  for (const length of [0, -1, 2.5, NaN]) {
    assertThrows(
      () => windows(notes, { length }),
      RangeError,
      `length must be a positive integer, current value is ${length}`,
    );
  }
  assertThrows(() => windows(notes, { length: 2, shift: 0 }), RangeError, "shift must be a positive integer");
  assertThrows(() => windows(notes, { length: 2, maxSeconds: 0 }), RangeError, "maxSeconds must be a positive number");
  assertThrows(() => windows(notes, { length: 2, maxSeconds: NaN }), RangeError, "current value is NaN");
});

Deno.test("windows() refuses damaged tables and names the row", () => {
  const damaged = (name: string, values: (number | null)[]) =>
    table({ a: 3 }).withColumns(pl.Series(name, values, pl.Float64));
  const cut = (notes: pl.DataFrame) => () => windows(notes, { length: 1 });
  assertThrows(cut(damaged("step", [0, NaN, 0])), RangeError, 'row 1 of column "step"');
  assertThrows(cut(damaged("duration", [0, 0, -1])), RangeError, 'row 2 of column "duration"');
  assertThrows(cut(damaged("pitch", [60, 60, null])), RangeError, 'column "pitch" has no value in row 2');
  assertThrows(cut(table({ a: 3 }).drop("step")), TypeError, 'no column "step"');
  assertThrows(cut(table({ a: 2, b: 2 }).drop("piece")), TypeError, 'no column "piece"');
});

Deno.test("windows() holds four numbers a note, however long the windows are", () => {
  const all = windows(table({ a: 120 }), { length: 75 });
  const bytes = [all.pitch, all.step, all.duration, all.starts].reduce((sum, array) => sum + array.byteLength, 0);
  assert(bytes <= 16 * all.notes, `${bytes} bytes for ${all.notes} notes`);
});

Deno.test("nextNotes() gives the note after each note of each window", () => {
  const all = windows(table({ a: 9 }), { length: 3 });
  const batch = all.gather([4, 0]);
  const { pitch, step, duration } = nextNotes(batch);
  assertEquals(pitch, Int32Array.of(5, 6, 7, 1, 2, 3));
  assertEquals(step, Float32Array.from(pitch, (i) => i / 8));
  assertEquals(duration, Float32Array.from(pitch, (i) => i / 8 + 1));
  batch.dispose();
});
