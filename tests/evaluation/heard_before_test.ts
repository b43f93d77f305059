import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { EventPiece, NoteEvent } from "../../lib/encodings/mod.ts";
import { evaluateCorpus, type EvaluationRow, heardBefore, PASSAGE } from "../../lib/evaluation/mod.ts";
import { madeUpPiece, melody, withFolder } from "../corpus/made_up.ts";
import { small, smallCorpus, smallPieces } from "./small_corpus.ts";

/** A piece of these pitches, a quarter of a second each. */
function piece(pitches: readonly number[], changes: Record<number, Partial<NoteEvent>> = {}): EventPiece<NoteEvent> {
  return {
    piece: "made up",
    events: pitches.map((pitch, i) => ({ pitch, step: i === 0 ? 0 : 0.25, duration: 0.25, ...changes[i] })),
  };
}

/** Numbers of the notes of a single piece that are repeats, counted from 0. */
const repeatsOf = (one: EventPiece<NoteEvent>) =>
  Array.from(heardBefore([one])).flatMap((repeat, i) => repeat ? [i + 1] : []);

// Seven notes, the last six of which have an interval from the one before.
const THEME = [60, 62, 65, 64, 67, 60, 69];

Deno.test("heardBefore() finds the notes after six that have been in a row before, the first note's interval aside", () => {
  assertEquals(PASSAGE, 6);
  // From note 7 on the theme again: its first note comes by another interval, its last ends the sixth that is the same.
  assertEquals(repeatsOf(piece([...THEME, ...THEME, 40, 41])), [14]);
  assertEquals(repeatsOf(piece([...THEME, ...THEME, ...THEME])), [14, 15, 16, 17, 18, 19, 20]);
  assertEquals(repeatsOf(piece([...THEME, 30, 31, 40, 41])), []);
});

Deno.test("heardBefore() hears a transposed passage again, and none whose rhythm or interval differs", () => {
  const higher = THEME.map((pitch) => pitch + 5), twice = [...THEME, ...higher, 40];
  assertEquals(repeatsOf(piece(twice)), [14]);
  assertEquals(repeatsOf(piece(twice, { 10: { duration: 0.5 } })), []);
  assertEquals(repeatsOf(piece(twice, { 10: { step: 0.5 } })), []);
  assertEquals(repeatsOf(piece(twice, { 10: { pitch: 99 } })), []);
  // A twentieth longer is in the same class.
  assertEquals(repeatsOf(piece(twice, { 10: { duration: 0.2505 } })), [14]);
});

Deno.test("heardBefore() hears a figure that goes on and on, and begins anew with each piece", () => {
  assertEquals(repeatsOf(piece(Array(10).fill(60))), [8, 9]);
  const once = piece(THEME);
  assertEquals([...heardBefore([once, piece([60]), once])], Array(12).fill(0));
  assertThrows(() => heardBefore([piece([60])]), RangeError, "no event has another before it");
});

Deno.test("evaluateCorpus() tells notes of passages heard before from the others, and leaves none out", () =>
  withFolder(async (cache) => {
    const pieces = smallPieces();
    const again = melody(3, 20);
    // By its name on the test side.
    pieces[0] = madeUpPiece("tune1.mid", [...again, ...again]);
    const report = await evaluateCorpus(smallCorpus(pieces), {
      ...small,
      cache,
      readings: ["published"],
      models: ["bigram", "viewpoints-own-past"],
      epochs: 1,
    });
    const [{ repeats, rows, failures, sides }] = report.sections;
    assertEquals(failures, []);
    assert(sides.test.pieces.includes("tune1.mid"));
    assert(repeats.notes >= 13, `${repeats.notes} repeats`);
    assertEquals(repeats.of, sides.test.notes - sides.test.pieces.length);
    const nats = (row: EvaluationRow, side: "repeats" | "others" | "likelihood") => row[side]!.total.micro.value!;
    for (const row of rows) {
      const { notes, of } = repeats;
      const together = (notes * nats(row, "repeats") + (of - notes) * nats(row, "others")) / of;
      assertAlmostEquals(together, nats(row, "likelihood"), 1e-9);
      for (const { scores, repeats } of row.runs) {
        const counted = repeats.total.reduce((sum, { notes }) => sum + notes, 0);
        assertEquals(counted, notes);
        assert(repeats.total.every(({ piece }) => scores.total.some((score) => score.piece === piece)));
      }
    }
    const own = rows.find(({ id }) => id === "viewpoints-own-past:last")!;
    assertEquals(own.reads, "own past");
  }));
