import { assertAlmostEquals, assertEquals } from "@std/assert";
import { PUBLISHED_FILES } from "../../lib/corpus/mod.ts";
import { readMidi } from "../../lib/formats/mod.ts";
import { corpusTable } from "../../lib/notes/mod.ts";
import { windows } from "../../lib/windows/mod.ts";
import { corpusFiles, sharedTest } from "../shared.ts";

/** The notes of the published run, as its table had them. */
function publishedTable() {
  const pieces = PUBLISHED_FILES.map((path) => ({ path, score: readMidi(corpusFiles().get(path)!) }));
  return corpusTable(pieces, { flattening: "first" });
}

function assertClose(actual: ArrayLike<number>, expected: number[]): void {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) => assertAlmostEquals(actual[i], value, 1e-6));
}

sharedTest("windows() gives the published run's first window, its target, and its 102 batches", () => {
  const all = windows(publishedTable(), { length: 75, acrossPieces: true });
  assertEquals([all.events, all.size], [5196, 5121]);
  const { inputs, targets: { pitch: [pitch], step: [step], duration: [duration] }, piece } = all.at(0);
  assertClose(inputs.notes.slice(0, 6), [0.390625, 0, 0.07532044, 0.4296875, 0.1923075, 0.1923075]);
  assertClose([pitch, step, duration], [50, 0.1923075, 0.0753204375]);
  assertEquals(piece, "cellosui/01gigue.mid");
  let batches = 0;
  for (const batch of all.batches({ size: 50, dropRemainder: true })) {
    assertEquals([batch.size, batch.inputs.notes.length], [50, 50 * 75 * 3]);
    batches++;
  }
  assertEquals(batches, 102);
});

sharedTest("windows() of the same notes keeps to one piece when corrected: 75 fewer a piece", () => {
  assertEquals(windows(publishedTable(), { length: 75 }).size, 5196 - 7 * 75);
});
