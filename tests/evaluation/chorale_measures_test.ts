import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { choraleMeasures } from "../../lib/evaluation/mod.ts";
import { openSampleChorales } from "../../lib/corpus/mod.ts";
import { choraleOfFrames } from "../../lib/score/mod.ts";

const { train, test } = await openSampleChorales();

Deno.test("choraleMeasures() finds nothing unlike in what was learned from, and all of it quoted", () => {
  const [chorale] = train, values = choraleMeasures([chorale])({ ...chorale, name: "again" });
  const notes = chorale.struck.flat().filter(Boolean).length;
  assertEquals(values["longest quotation"], notes);
  assertEquals(values["notes per quarter"], notes / chorale.frames.length);
  for (const name of ["parallel fifth", "crossing", "out of range"]) {
    assert(values[name] >= 0 && values[name] < 100, name);
  }
});

Deno.test("choraleMeasures() grades what is altered as less alike, in any key", () => {
  const chords = [[67, 62, 59, 43], [67, 64, 60, 48], [69, 65, 60, 41], [71, 65, 62, 43], [72, 64, 60, 48]];
  const frames = [...chords, [60, 67, 55, 55], [62, 69, 57, 57], [60, 67, 55, 55], ...chords].flatMap((chord) =>
    Array(4).fill(chord)
  );
  const known = choraleOfFrames(frames, "known"), measure = choraleMeasures([known]);
  assertEquals(measure({ ...known, name: "again" })["style grade"], 0);
  const higher = measure(choraleOfFrames(frames.map((frame) => frame.map((pitch: number) => pitch + 2)), "higher"));
  assertAlmostEquals(higher["style grade"], 0, 1e-12);
  assertEquals(higher["longest quotation"], known.struck.flat().filter(Boolean).length);
  const swapped = choraleOfFrames(
    frames.map(([soprano, alto, tenor, bass]) => [alto, soprano, bass, tenor]),
    "swapped",
  );
  assert(measure(swapped)["style grade"] > 1);
  // Fifths and octaves go up and down twice in parallel, over 52 sixteenths.
  const { "parallel fifth": fifths, crossing } = higher;
  assert(fifths > 0 && crossing > 0);
});

Deno.test("choraleMeasures() measures cadences where there is notation, and leading tones where there are some", () => {
  const measure = choraleMeasures(train), [chorale] = test, { notation: _, ...plain } = chorale;
  assertEquals("imperfect cadence" in measure(chorale), true);
  assertEquals("imperfect cadence" in measure(plain), false);
  const still = measure(choraleOfFrames(Array(16).fill([72, 67, 64, 48]), "still"));
  assert(Number.isNaN(still["leading tones resolved"]));
  assertEquals([still["range of a voice"], still["parallel fifth"]], [0, 0]);
});
