import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { barsOf, KernError, readKern, type ReadKernOptions } from "../../../lib/formats/mod.ts";
import { kern, voice } from "./kern_text.ts";

const pitches = (text: string, options?: ReadKernOptions) =>
  readKern(text, options).parts[0].notes.map((note) => note.pitch);

const LABELLED = voice(
  "*>[A,A,B,A]",
  "*>norep[A,B]",
  "8r",
  "*>A",
  "*M3/4",
  "*MM60",
  "2.c",
  "=:|!",
  "*>B",
  "*M2/4",
  "2d",
  "*MM120",
  "2e;",
);

Deno.test("readKern() reads sections once, in the order of the page", () => {
  const score = readKern(LABELLED);
  assertEquals(score.parts[0].notes.map(({ startTick, pitch }) => [startTick / 480, pitch]), [[0.5, 60], [3.5, 62], [
    5.5,
    64,
  ]]);
  assertEquals(score.endTick, 7.5 * 480);
});

Deno.test("readKern() plays the sections of the expansion list, what stands before them once", () => {
  const score = readKern(LABELLED, { expandRepeats: true });
  assertEquals(
    score.parts[0].notes.map(({ startTick, pitch, fermata }) => [startTick / 480, pitch, fermata]),
    [
      [0.5, 60, undefined],
      [3.5, 60, undefined],
      [6.5, 62, undefined],
      [8.5, 64, true],
      [10.5, 60, undefined],
    ],
  );
  assertEquals(score.endTick, 13.5 * 480);
});

Deno.test("readKern() goes back to the metre and tempo of a repeated section", () => {
  const { metres, tempos, end } = readKern(LABELLED, { expandRepeats: true });
  assertEquals(metres.map(({ tick, numerator }) => [tick / 480, numerator]), [[0.5, 3], [3.5, 3], [6.5, 2], [10.5, 3]]);
  assertEquals(tempos.map(({ tick, microsecondsPerQuarter }) => [tick / 480, microsecondsPerQuarter / 1e6]), [
    [0, 0.5],
    [0.5, 1],
    [8.5, 0.5],
    [10.5, 1],
  ]);
  assertEquals(end, 0.25 + 3 + 3 + 2 + 1 + 3);
});

Deno.test("readKern() goes back to a tempo that was set before the section", () => {
  const text = voice("*>[A,B,A]", "*MM60", "4c", "*>A", "4d", "*>B", "*MM120", "4e");
  const { tempos } = readKern(text, { expandRepeats: true });
  assertEquals(tempos.map(({ tick, time }) => [tick / 480, time]), [[0, 0], [2, 2], [3, 2.5]]);
});

Deno.test("readKern() follows a named list", () => {
  assertEquals(pitches(LABELLED, { expandRepeats: "norep" }), [60, 62, 64]);
});

Deno.test("readKern() follows repeat signs where there are no labels", () => {
  const text = voice("4c", "=1", "4d", "=2:|!|:", "4e", "=3:|!", "4f", "=4!|:", "4g", "==:|!");
  assertEquals(pitches(text), [60, 62, 64, 65, 67]);
  assertEquals(pitches(text, { expandRepeats: true }), [60, 62, 60, 62, 64, 64, 65, 67, 67]);
  assertEquals(pitches(voice("4c", "=1", "4d"), { expandRepeats: true }), [60, 62]);
});

Deno.test("readKern() refuses lists that do not fit the labels, when asked to expand them", () => {
  const cases: [string, boolean | string, number, string][] = [
    [voice("*>[A,C]", "*>A", "4c"), true, 2, 'The list names the section "C"'],
    [voice("*>[A]", "*>A", "4c", "*>A", "4d"), true, 5, "*>A stands twice"],
    [voice("*>A", "4c"), true, 2, "the text has no list *>[…]"],
    [LABELLED, "short", 5, "the text has no list *>short[…]"],
    [voice("4c", "=:|!"), "norep", 1, "the text has no list *>norep[…]"],
  ];
  for (const [text, expandRepeats, line, words] of cases) {
    readKern(text);
    const error = assertThrows(() => readKern(text, { expandRepeats }), KernError);
    assertEquals([error.line, error.spine], [line, 0], error.message);
    assertStringIncludes(error.message, words);
  }
});

Deno.test("readKern() refuses labels that it cannot read, that differ, or that stand inside a note", () => {
  for (const label of ["*>", "*>[A", "*>[A,[B]]", "*>A,B"]) {
    assertStringIncludes(
      assertThrows(() => readKern(voice(label, "4c"), { repair: false }), KernError).message,
      "Cannot read the section",
    );
  }
  const differing = assertThrows(
    () => readKern(kern("**kern **kern\n*>A *>B\n4C 4c\n*- *-"), { repair: false }),
    KernError,
  );
  assertEquals([differing.line, differing.spine], [2, 2]);
  const inside = assertThrows(
    () => readKern(kern("**kern **kern\n4C 2c\n*>A *>A\n4D .\n*- *-"), { repair: false }),
    KernError,
  );
  assertEquals([inside.line, inside.spine], [3, 2]);
});

Deno.test("barsOf() lists the bars with what the metre expects", () => {
  const text = voice(
    "*M3/4",
    "4c",
    "=1",
    "2.d",
    "=2",
    "2e",
    "=:|!",
    "qqc",
    "4f",
    "=3",
    "*M2/4",
    "2g",
    "=4",
    "4a",
    "==",
  );
  assertEquals(barsOf(text), [
    { number: 0, line: 1, start: 0, duration: 1, expected: 3, graceNotes: 0 },
    { number: 1, line: 4, start: 1, duration: 3, expected: 3, graceNotes: 0 },
    { number: 2, line: 6, start: 4, duration: 3, expected: 3, graceNotes: 1 },
    { number: 3, line: 11, start: 7, duration: 2, expected: 2, graceNotes: 0 },
    { number: 4, line: 14, start: 9, duration: 1, expected: 2, graceNotes: 0 },
  ]);
});

Deno.test("barsOf() counts unnumbered bars from the first barline, and expects nothing without a metre", () => {
  const bars = barsOf(voice("=", "4c", "=", "4d", "==:|!", "4e", "=="));
  assertEquals(bars.map(({ number, start, expected }) => [number, start, expected]), [
    [1, 0, undefined],
    [2, 1, undefined],
    [3, 2, undefined],
  ]);
  assertEquals(barsOf(voice("4c", "=9", "4d")).map((bar) => bar.number), [8, 9]);
});
