import { assert, assertEquals } from "@std/assert";
import type { EventPiece, NoteEvent } from "../../lib/encodings/mod.ts";
import { compareOthers } from "../../lib/evaluation/experiment/compare_others.ts";
import { measureStretches, overlappingStretches } from "../../lib/evaluation/experiment/let_play.ts";
import { seeded } from "../../lib/random/mod.ts";

const count = 16;

/** A piece of 40 notes within so many semitones. */
function piece(seed: number, range: number): EventPiece<NoteEvent> {
  const prng = seeded(seed);
  const events = Array.from({ length: 40 }, () => ({
    pitch: 60 + Math.floor(prng() * range),
    step: 0.25 * (1 + Math.floor(prng() * 2)),
    duration: 0.25,
  }));
  return { piece: `of ${range} semitones, ${seed}`, events };
}
const pieces = (first: number, many: number, range: number) =>
  Array.from({ length: many }, (_, i) => piece(first + i, range));

/** Holds other pieces against some music. */
async function compared(others: EventPiece<NoteEvent>[], music: EventPiece<NoteEvent>[]) {
  const values = await measureStretches(overlappingStretches(music, count), { count });
  return await compareOthers(others, { music: values, pieces: music.length, count, seed: 1 });
}

Deno.test("compareOthers() finds the music itself like the music", async () => {
  const music = pieces(1, 4, 12);
  assertEquals(await compared(music, music), { pieces: 4, draws: 1000, measures: 12, outside: 0, none: 1 });
});

Deno.test("compareOthers() counts what differs, and the share of groups in which nothing does", async () => {
  const music = pieces(1, 4, 12);
  const alike = (await compared(pieces(10, 12, 12), music))!, wide = (await compared(pieces(10, 12, 48), music))!;
  assert(alike.outside < wide.outside && wide.outside >= 1, `${alike.outside} ${wide.outside}`);
  assertEquals([alike.pieces, wide.pieces, wide.none], [12, 12, 0]);
  assert(alike.none > 0);
});

Deno.test("compareOthers() draws the same with the same seed, and says nothing of too few pieces", async () => {
  const music = pieces(1, 4, 12), others = [...pieces(10, 5, 12), ...pieces(20, 3, 30)];
  assertEquals(await compared(others, music), await compared(others, music));
  assertEquals(await compared(pieces(10, 3, 12), music), null);
});
