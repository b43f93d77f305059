import { assertAlmostEquals, assertEquals } from "@std/assert";
import { unzipSync } from "fflate";
import { PUBLISHED_FILES } from "../../lib/corpus/mod.ts";
import { readMidi } from "../../lib/formats/mod.ts";
import { corpusTable } from "../../lib/notes/mod.ts";
import { windows } from "../../lib/windows/mod.ts";

const ZIP = new URL("../../../shared/corpus/bachcentral/bach.zip", import.meta.url);

/** The notes of the published run, as its table had them. */
function publishedTable() {
  const files = unzipSync(Deno.readFileSync(ZIP));
  const pieces = PUBLISHED_FILES.map((path) => ({ path, score: readMidi(files[`bach/${path}`]) }));
  return corpusTable(pieces, { flattening: "first" });
}

function isThere(url: URL): boolean {
  try {
    return Deno.statSync(url).isFile;
  } catch {
    return false;
  }
}

function assertClose(actual: ArrayLike<number>, expected: number[]): void {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) => assertAlmostEquals(actual[i], value, 1e-6));
}

Deno.test({
  name:
    "windows() gives the published run's first window, its target, and its 102 batches [needs ../shared, skipped without it]",
  ignore: !isThere(ZIP),
  fn() {
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
  },
});

Deno.test({
  name:
    "windows() of the same notes keeps to one piece when corrected: 75 fewer a piece [needs ../shared, skipped without it]",
  ignore: !isThere(ZIP),
  fn() {
    assertEquals(windows(publishedTable(), { length: 75 }).size, 5196 - 7 * 75);
  },
});
