import { assertEquals } from "@std/assert";
import { readKern } from "../../../lib/formats/mod.ts";
import { assertRefused, kern, notesOf, voice } from "./kern_text.ts";

Deno.test("readKern() joins tied notes over barlines", () => {
  assertEquals(notesOf(readKern(voice("[2c", "=2", "1c_", "=3", "8c]", "8c"))), [[0, 6.5, 60], [6.5, 0.5, 60]]);
});

Deno.test("readKern() ties the notes of a chord each by itself", () => {
  assertEquals(notesOf(readKern(voice("[4c [4e 4g", "4c] 4e_ [4g", "4e] 4g]"))), [
    [0, 2, 60],
    [0, 3, 64],
    [0, 1, 67],
    [1, 2, 67],
  ]);
});

Deno.test("readKern() ties enharmonic spellings of one pitch", () => {
  assertEquals(notesOf(readKern(voice("[4g#", "4a-]"))), [[0, 2, 68]]);
});

Deno.test("readKern() ties into a split and out of it", () => {
  const score = readKern(kern(`
    **kern
    [4c
    *^
    4e  4c_
    4e  4c_
    *v  *v
    4c]
    *-`));
  assertEquals(notesOf(score), [[0, 4, 60], [1, 1, 64], [2, 1, 64]]);
});

Deno.test("readKern() ties a unison of two columns in each", () => {
  const score = readKern(kern(`
    **kern
    *^
    [4c [4c
    4c] 4c_
    4d  4c]
    *v  *v
    *-`));
  assertEquals(notesOf(score), [[0, 2, 60], [0, 3, 60], [2, 1, 62]]);
});

Deno.test("readKern() ties from staff to staff, the note staying where it begins, in each voice first", () => {
  const across = readKern(kern("**kern **kern\n[4c 4e\n4e 4c]\n*- *-"), { repair: false });
  assertEquals([notesOf(across, 0), notesOf(across, 1)], [[[0, 1, 64]], [[0, 2, 60], [1, 1, 64]]]);
  const both = readKern(kern("**kern **kern\n[4c [4c\n4c] 4c_\n4d 4c]\n*- *-"), { repair: false });
  assertEquals([notesOf(both, 0), notesOf(both, 1)], [[[0, 3, 60]], [[0, 2, 60], [2, 1, 62]]]);
});

Deno.test("readKern() ties the note of a chord that a tie leads to, where the sign stands on another", () => {
  const single = readKern(voice("[4c", "4c 4C]"));
  assertEquals(notesOf(single), [[0, 2, 60], [1, 1, 48]]);
  assertEquals(single.repairs, [
    'Line 3, spine 1: The tie to "4c 4C]" begins nowhere: no note of its pitch with [ or _ ends here, so it is that of ' +
    "another note of the chord",
  ]);
  const going = readKern(voice("[2e- 2B-", "2e- 2B-_", "2e- 2B-]", "2e- 2B-"));
  assertEquals(notesOf(going), [[0, 2, 58], [0, 6, 63], [2, 2, 58], [4, 2, 58], [6, 2, 58], [6, 2, 63]]);
  assertEquals(notesOf(readKern(voice("[4c", "4d 4C]"))), [[0, 1, 60], [1, 1, 48], [1, 1, 62]]);
  assertRefused(voice("[4c", "4c 4C]"), 3, 1, "begins nowhere");
});

Deno.test("readKern() refuses a tie that ends nowhere or begins nowhere", () => {
  assertRefused(voice("[4c", "4d"), 2, 1, 'The tie from "[4c" ends nowhere');
  assertRefused(voice("[4c", "4r", "4c]"), 4, 1, 'The tie to "4c]" begins nowhere');
  assertRefused(voice("[4c", "4c_", "4d]"), 4, 1, 'The tie to "4d]" begins nowhere');
  assertRefused(voice("[4c", "4c_", "4d"), 3, 1, 'The tie from "4c_" ends nowhere');
  assertRefused(voice("[4c", "4d", "[4e", "4f"), 2, 1, "ends nowhere");
});

Deno.test("readKern() lets a tie lack an end where the music may go on elsewhere", () => {
  // The first ending leads back, the second begins with the note that the section before both has tied.
  const text = voice("*>[A,A1,A,A2]", "*>A", "[4c", "*>A1", "4c]", "=:|!", "*>A2", "4c]");
  assertEquals(notesOf(readKern(text)), [[0, 2, 60], [2, 1, 60]]);
  assertEquals(notesOf(readKern(text, { expandRepeats: true })), [[0, 2, 60], [2, 2, 60]]);
  assertEquals(notesOf(readKern(voice("[4c", "=:|!", "4d"))), [[0, 1, 60], [1, 1, 62]]);
});
