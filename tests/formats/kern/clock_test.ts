import { assertEquals, assertThrows } from "@std/assert";
import { KernError, readKern } from "../../../lib/formats/mod.ts";
import { assertRefused, kern, notesOf } from "./kern_text.ts";

/** Line, spine and message of the error of rhythm that a text raises, whether or not repairs are made. */
function errorOf(text: string): [number, number, string] {
  const { line, spine, message } = assertThrows(() => readKern(text, { repair: false }), KernError);
  assertEquals(assertThrows(() => readKern(text), KernError).message, message);
  return [line, spine, message.replace(/^Line \d+, spine \d+: /, "")];
}

const SOUND = `
  **kern **kern **kern
  *M3/4  *M3/4  *M3/4
  =1     =1     =1
  4C     8c     2.g
  .      8d     .
  4D     12e    .
  .      12f    .
  .      12e    .
  4E     4d     .
  =2     =2     =2
  2.C    2.c    2.e
  *-     *-     *-`;

Deno.test("readKern() reads a text whose rhythms add up", () => {
  const score = readKern(kern(SOUND));
  assertEquals(score.parts[1].notes.map((note) => note.startTick), [0, 240, 480, 640, 800, 960, 1440]);
  assertEquals(score.endTick, 6 * 480);
});

Deno.test("readKern() notices a note that is too long, at the next line", () => {
  assertEquals(errorOf(kern(SOUND.replace("8d ", "4d "))), [
    6,
    2,
    "The spines do not reach this line's notes together. This one is at quarter 1.5 of bar 1, after its note or rest " +
    "of line 5; another is at quarter 1 of bar 1",
  ]);
});

Deno.test("readKern() notices a note that is too short, at the line in which nothing follows it", () => {
  assertEquals(errorOf(kern(SOUND.replace("4D ", "8D "))), [
    8,
    1,
    "This spine is silent: its note or rest of line 6 ends at quarter 1.5 of bar 1, and this line sounds at quarter " +
    "1.6667 of bar 1. Write a note or rest here, or lengthen that one",
  ]);
});

Deno.test("readKern() notices at the barline which spine differs from the most", () => {
  assertEquals(errorOf(kern(SOUND.replace("2.g", "2..g"))), [
    10,
    3,
    "The spines do not reach the barline together. This one is at quarter 3.5 of bar 1, after its note or rest of line " +
    "4; 2 others are at quarter 3 of bar 1",
  ]);
});

Deno.test("readKern() notices at the end that a spine is short", () => {
  const [line, spine, message] = errorOf(kern(SOUND.replace("2.c", "2c")));
  assertEquals([line, spine], [12, 2]);
  assertEquals(message.startsWith("The spines do not reach the end together. This one is at quarter 2 of bar 2"), true);
});

Deno.test("readKern() notices that columns are joined at different times", () => {
  const text = kern(`
    **kern
    *^
    4c  2e
    4d  .
    *v  *v
    4c
    *-`);
  assertEquals(readKern(text).endTick, 3 * 480);
  assertEquals(errorOf(text.replace("4d\t.\n", "")), [
    5,
    1,
    "The columns that *v joins above do not end together: quarter 1 of the piece (note of line 3) and quarter 2 of the " +
    "piece (line 3). Fill the shorter with a rest, such as 4ryy",
  ]);
});

Deno.test("readKern() lets a note sound through an invisible barline, not through a visible one", () => {
  const text = kern(`
    **kern **kern
    4C     2c
    =-     =-
    4D     .
    *-     *-`);
  assertEquals(readKern(text).endTick, 960);
  assertRefused(text.replaceAll("=-", "="), 3, 2, "do not reach the barline together");
});

Deno.test("readKern() does not mind bars that are not full, nor lines without a note", () => {
  const score = readKern(kern(`
    **kern **dynam **kern
    *M4/4  *       *M4/4
    4C     f       4c
    .      <       .
    =1     =1      =1
    .      .       .
    1D     .       1d
    =2     =2      =2
    2.E    .       2.e
    *-     *-      *-`));
  assertEquals(notesOf(score), [[0, 1, 60], [1, 4, 62], [5, 3, 64]]);
});

Deno.test("readKern() says of a column without a note or rest that none stands above, and of an empty token that it is", () => {
  const advice = "no note or rest stands above that could go on. Write one here";
  assertEquals(errorOf("**kern\t**kern\n*\t*\n4c\t.\n*-\t*-\n"), [3, 2, `This spine is silent: ${advice}`]);
  const read = (text: string) => assertThrows(() => readKern(text), KernError).message;
  assertEquals(
    read("**kern\t**kern\n4c\t\n*-\t*-\n"),
    `Line 2, spine 2: The token is empty, and this spine is silent: ${advice}`,
  );
  assertEquals(
    read("**kern\t**kern\n4c\t4e\n4d\t\n*-\t*-\n"),
    "Line 3, spine 2: The token is empty, and this spine is silent: its note or rest of line 2 ends at quarter 1 of the " +
      "piece, and this line sounds at quarter 1 of the piece. Write a note or rest here, or lengthen that one",
  );
  assertEquals(
    errorOf("**kern\t**kern\n4c\tqe\n=1\t=1\n*-\t*-\n"),
    [
      3,
      2,
      "The spines do not reach the barline together. This one is at quarter 0 of the piece, without a note or rest " +
      "above; another is at quarter 1 of the piece",
    ],
  );
});
