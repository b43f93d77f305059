import { assert, assertEquals } from "@std/assert";
import { barsOf, KernError, readKern } from "../../../lib/formats/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import { kern } from "./kern_text.ts";

const SOUND = kern(`
  !!!OTL:Fuzz
  **kern      **dynam **kern
  *>[A,A,B]   *       *>[A,A,B]
  *I"Bass     *       *I"Top
  *k[b-e-]    *       *k[b-e-]
  *g:         *       *g:
  *M3/4       *M3/4   *M3/4
  *MM72       *       *MM72
  4r          .       8ddL
  .           .       8ccJ
  *>A         *       *>A
  =1          =1      =1
  *           *       *^
  2.GG;       f       12b-  [2d
  .           .       12a   .
  .           .       12g   .
  .           .       4.f#  .
  .           <       .     4d]
  .           .       8gq   .
  .           .       8g    .
  *           *       *v    *v
  =2:|!       =2      =2:|!
  *>B         *       *>B
  *+          *       *
  *           **kern  *     *
  [2GG        4B-     .     4.ee-
  .           8A      .     .
  .           8G      .     8%3cc
  4GG]        4F#     .     .
  ==          ==      ==    ==
  *-          *-      *-    *-`);

const SCRAPS = [..."\t\n.=*!0123456789abcdefgABCDEFGnrq#-[]_;:%>^vx+&LJ \0ü"].concat([
  "*^",
  "*v",
  "*x",
  "*+",
  "*-",
  "*M",
  "*MM",
  "*k[",
  "*>",
  "**kern",
  "=:|!",
  "%",
  "00",
  "9999",
  "\uFEFF",
]);

Deno.test("readKern() reads finite numbers from a mutated text, or throws a KernError that names a line of it", () => {
  const prng = seeded(7);
  const below = (limit: number) => Math.floor(prng() * limit);
  const mutate = (text: string): string => {
    const at = below(text.length);
    const lines = text.split("\n");
    const [one, other] = [below(lines.length), below(lines.length)];
    switch (below(7)) {
      case 0:
        return text.slice(0, at) + text.slice(at + 1 + below(3));
      case 1:
        return text.slice(0, at) + SCRAPS[below(SCRAPS.length)] + text.slice(at);
      case 2:
        return text.slice(0, at) + SCRAPS[below(SCRAPS.length)] + text.slice(at + 1);
      case 3:
        return lines.toSpliced(one, 1).join("\n");
      case 4:
        return lines.toSpliced(one, 0, lines[other]).join("\n");
      case 5:
        return lines.with(one, lines[other]).with(other, lines[one]).join("\n");
      default:
        return below(20) === 0 ? text.slice(0, at) : lines.with(one, lines[one].toUpperCase()).join("\n");
    }
  };

  let read = 0;
  const messages = new Set<string>();
  for (let round = 0; round < 6000; round++) {
    let text = SOUND;
    for (let count = 1 + below(3); count > 0; count--) text = mutate(text);
    const lines = text.split(/\r\n|\r|\n/).length;
    try {
      for (const expandRepeats of [false, true]) {
        const { ticksPerQuarter, endTick, end, parts, tempos } = readKern(text, { expandRepeats });
        assert(Number.isInteger(ticksPerQuarter) && ticksPerQuarter > 0 && ticksPerQuarter <= 0x7fff, text);
        assert(Number.isInteger(endTick) && Number.isFinite(end), text);
        assert(tempos[0].tick === 0 && tempos.every(({ time }) => Number.isFinite(time)), text);
        for (const note of parts.flatMap((part) => part.notes)) {
          assert(Number.isInteger(note.startTick) && Number.isInteger(note.endTick), text);
          assert(note.startTick >= 0 && note.startTick < note.endTick && note.endTick <= endTick, text);
          assert(note.start >= 0 && note.start < note.end && note.end <= end, text);
          assert(Number.isInteger(note.pitch) && note.pitch >= 0 && note.pitch <= 127, text);
        }
      }
      for (const bar of barsOf(text)) assert(bar.duration > 0 && Number.isInteger(bar.number), text);
      read++;
    } catch (error) {
      if (!(error instanceof KernError)) {
        throw new Error(`Not a KernError for ${JSON.stringify(text)}`, { cause: error });
      }
      assert(error.line >= 1 && error.line <= lines && Number.isInteger(error.spine) && error.spine >= 0, text);
      messages.add(error.message.replace(/"[^"]*"|\d+/g, "…"));
    }
  }
  // Else the mutations are too rough, or too tame, to say anything.
  assert(read > 600 && read < 5400, `${read} of 6000 were read`);
  assert(messages.size > 40, `${messages.size} kinds of messages`);
});

Deno.test("readKern() reads the text that the mutations begin with", () => {
  const score = readKern(SOUND);
  assertEquals(score.parts.map((part) => [part.name, part.notes.length]), [["Top", 10], ["", 4], ["Bass", 2]]);
});
