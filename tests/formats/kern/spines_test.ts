import { assertEquals } from "@std/assert";
import { readKern } from "../../../lib/formats/mod.ts";
import { assertRefused, kern, notesOf, voice } from "./kern_text.ts";

Deno.test("readKern() gives the parts from the top of the page down", () => {
  const score = readKern(kern(`
    **kern     **dynam **kern
    *I"Basso   *       *I"Canto
    *Ibass     *       *Isoprn
    2C         f       4c
    .          >       4d
    *-         *-      *-`));
  assertEquals(
    score.parts.map(({ name, track, channel, program, drum }) => ({ name, track, channel, program, drum })),
    [
      { name: "Canto", track: 2, channel: 0, program: 52, drum: false },
      { name: "Basso", track: 0, channel: 1, program: 52, drum: false },
    ],
  );
  assertEquals(notesOf(score, 0), [[0, 1, 60], [1, 1, 62]]);
  assertEquals(notesOf(score, 1), [[0, 2, 48]]);
});

Deno.test("readKern() names a part after its instrument code where it has no name", () => {
  const part = readKern(voice("*Icello", "4C")).parts[0];
  assertEquals([part.name, part.program], ["Cello", 42]);
  const unknown = readKern(voice("*Iconstructor", "*ICvox", "4C")).parts[0];
  assertEquals([unknown.name, unknown.program], ["", 0]);
});

Deno.test("readKern() keeps the drum channel free", () => {
  const row = (token: string) => Array(17).fill(token).join("\t");
  const score = readKern([row("**kern"), row("4c"), row("*-")].join("\n"));
  assertEquals(score.parts.map((part) => part.channel), [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 0, 1]);
});

Deno.test("readKern() keeps split columns in one part, by onset, from the lowest up", () => {
  const score = readKern(kern(`
    **kern **kern
    4C     4c
    *      *^
    2D     4g     2d
    .      4f     .
    *      *      *^
    4E     2e     4r  4c
    4F     .      4d  4B
    *      *      *v  *v
    *      *v     *v
    4G     4c
    *-     *-`));
  assertEquals(notesOf(score, 0), [
    [0, 1, 60],
    [1, 2, 62],
    [1, 1, 67],
    [2, 1, 65],
    [3, 1, 60],
    [3, 2, 64],
    [4, 1, 59],
    [4, 1, 62],
    [5, 1, 60],
  ]);
  assertEquals(notesOf(score, 1).length, 5);
});

Deno.test("readKern() joins three columns at once, and columns of two voices each by themselves", () => {
  const three = kern(`
    **kern
    *^
    *^  *
    4c  4e 4g
    *v  *v *v
    4c
    *-`);
  assertEquals(notesOf(readKern(three)).map((note) => note[2]), [60, 64, 67, 60]);
  const two = kern(`
    **kern **kern
    *^     *^
    4C 4E  4c 4e
    *v *v  *v *v
    4C     4c
    *-     *-`);
  assertEquals(readKern(two).parts.map((part) => part.notes.length), [3, 3]);
});

Deno.test("readKern() follows exchanged spines", () => {
  const score = readKern(kern(`
    **kern **text **kern
    4C     la     4c
    *x     *      *x
    4d     la     4D
    *-     *-     *-`));
  assertEquals(score.parts.map((part) => part.notes.map((note) => note.pitch)), [[60, 62], [48, 50]]);
});

Deno.test("readKern() adds and terminates spines on the way, a new one above its left neighbour", () => {
  const score = readKern(kern(`
    **kern **kern
    4C     4c
    *+     *
    *      **kern *
    *      *I"Solo *
    4D     4d      4g
    2E     4e      2g
    .      4f      .
    *      *-      *
    4F     4c
    *-     *-`));
  assertEquals(score.parts.map((part) => [part.name, part.track]), [["", 1], ["Solo", 2], ["", 0]]);
  assertEquals(notesOf(score, 1), [[1, 1, 62], [2, 1, 64], [3, 1, 65]]);
  assertEquals(notesOf(score, 2), [[0, 1, 48], [1, 1, 50], [2, 2, 52], [4, 1, 53]]);
});

Deno.test("readKern() reads past comments, a byte order mark, and line ends of all systems", () => {
  const text = kern(`
    !!!OTL:Aria
    **kern **kern
    !bass  !treble
    4C     4c
    !!all
    =1     =1
    4D     4d
    *-     *-
    !!!END:x`);
  const expected = readKern(text);
  assertEquals(expected.parts.map((part) => part.notes.length), [2, 2]);
  for (const ending of ["\r\n", "\r"]) assertEquals(readKern(text.replaceAll("\n", ending)), expected);
  assertEquals(readKern(`\uFEFF${text}`), expected);
  assertEquals(readKern(text.trimEnd()), expected);
});

Deno.test("readKern() refuses a text that is no kern", () => {
  assertRefused("", 1, 0, "The text has no spines");
  assertRefused("!! only a comment\n\n", 1, 0, "The text has no spines");
  assertRefused("MThd\n", 1, 0, 'Expected the spines\' kinds, such as **kern, found "MThd"');
  assertRefused(kern("**text\nla\n*-"), 1, 0, "None of the spines is **kern");
  assertRefused("**kern\tkern\n", 1, 2, "the tokens of a line are all of one kind");
  assertRefused("**kern\t*clefF4\n", 1, 2, "Expected the kind of a new spine");
});

Deno.test("readKern() refuses records of the wrong size or of two kinds", () => {
  const head = "**kern\t**kern\n";
  assertRefused(`${head}4C\n`, 2, 0, "Expected 2 tokens, one per spine and a tab between, found 1");
  assertRefused(`${head}4C\t4c\t\n`, 2, 0, "found 3 (some are empty: is there a tab too many?)");
  assertRefused(`${head}4C\t\n*-\t*-`, 2, 2, "The token is empty: write .");
  assertRefused(`${head}=1\t4c\n`, 2, 2, 'Found "4c" in a line of "=1"');
  assertRefused(`${head}*M3/4\t.\n`, 2, 2, 'Found "." in a line of "*M3/4"');
  assertRefused(`${head}=1\t=2\n*-\t*-`, 2, 2, 'different barlines: "=1" and "=2"');
});

Deno.test("readKern() refuses missing terminators and second pieces", () => {
  assertRefused("**kern\t**kern\n4C\t4c\n\n", 2, 0, "2 of the spines are not terminated: end the text with *- in each");
  assertRefused("**kern\t**kern\n4C\t4c\n*-\t*\n", 3, 0, "1 of the spines are not terminated");
  assertRefused(voice("4c") + voice("4d"), 4, 0, "All spines are terminated above");
});

Deno.test("readKern() refuses splits and joins that lead nowhere", () => {
  assertRefused(voice("*v", "4c"), 2, 1, "*v joins nothing");
  assertRefused(kern("**kern **kern\n*v *v\n4c\n*-"), 2, 1, "*v joins nothing");
  assertRefused(voice("*x", "4c"), 2, 0, "*x exchanges two columns, found 1");
  assertRefused(kern("**kern\n*+\n4c 4d\n*- *-"), 3, 2, "Expected the kind of a new spine");
  assertRefused(kern("**kern\n4c\n**text\n*-"), 3, 1, "A spine cannot change its kind");
});
