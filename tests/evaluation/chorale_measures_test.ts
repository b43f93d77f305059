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

/** A chorale of chords, a quarter note each. */
function ofChords(name: string, ...chords: number[][]) {
  return choraleOfFrames(chords.flatMap((chord) => Array.from({ length: 4 }, () => chord)), name);
}

Deno.test("choraleMeasures() holds parallels against all that was learned, in any mode, antiparallels too", () => {
  const major = ofChords("major", [72, 67, 64, 48], [71, 67, 62, 43], [72, 67, 64, 48]);
  // Soprano and bass go from an octave to two, in opposite directions, and back.
  const minor = ofChords("minor", [72, 67, 63, 60], [75, 67, 63, 51], [72, 67, 63, 60]);
  const measure = choraleMeasures([major, minor]);
  assertEquals([measure(major)["its parallels"], measure(minor)["its parallels"]], [0, 0]);
  // Tenor and bass in fifths, up and down: two in 8 notes, against two octaves in all 18.
  const fifths = measure(ofChords("fifths", [72, 67, 55, 48], [72, 67, 57, 50], [72, 67, 55, 48]));
  assertAlmostEquals(fifths["its parallels"], (2 / 8) / (2 / 18), 1e-12);
});

Deno.test("choraleMeasures() grades chords by their quality, whatever is in the bass", () => {
  const middle = (bass: number) => ofChords("other", [72, 67, 64, 48], [71, 62, 67, bass], [72, 67, 64, 48]);
  const measure = choraleMeasures([middle(43)]), [inverted, unnamed] = [38, 36].map((bass) => measure(middle(bass)));
  // A third of the chords is no major triad; and in place of a G, a twelfth of the notes, a C is one rank away, a D two.
  assertAlmostEquals(unnamed["style grade"] - inverted["style grade"], 1 / 3 - 1 / 12, 1e-12);
});

Deno.test("choraleMeasures() measures cadences where there is notation, and leading tones where there are some", () => {
  const measure = choraleMeasures(train), [chorale] = test, { notation: _, ...plain } = chorale;
  assertEquals("imperfect cadence" in measure(chorale), true);
  assertEquals("imperfect cadence" in measure(plain), false);
  const still = measure(choraleOfFrames(Array(16).fill([72, 67, 64, 48]), "still"));
  assert(Number.isNaN(still["leading tones resolved"]));
  assertEquals([still["range of a voice"], still["parallel fifth"]], [0, 0]);
});
