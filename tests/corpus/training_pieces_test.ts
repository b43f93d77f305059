import { assert, assertEquals } from "@std/assert";
import { trainingPieces } from "../../lib/corpus/mod.ts";

Deno.test("trainingPieces() keeps the held-out pieces and the seed out of the training of the sample", async () => {
  for (const reading of ["published", "corrected"] as const) {
    const { train, heldOut, seedPiece } = await trainingPieces("sample", reading);
    const learned = new Set(train.map(({ path }) => path));
    assert(train.length >= 6 && heldOut.length > 0);
    assert(![...heldOut, seedPiece].some(({ path }) => learned.has(path)));
    assert(seedPiece.score.parts[0].notes.length >= 75, "the published window needs 75 notes of the first part");
  }
});

Deno.test("trainingPieces() learns from a single piece, and begins with it, where there is no other", async () => {
  const { train, heldOut, seedPiece } = await trainingPieces("data/sample/bwv1007-prelude.krn", "corrected");
  assertEquals([train.length, heldOut.length, seedPiece.path], [1, 0, "bwv1007-prelude.krn"]);
});
