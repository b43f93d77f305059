import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CorpusError, type Piece, PUBLISHED_FILES, SEED_FILE, trainingPieces } from "../../lib/corpus/mod.ts";
import { fnv1a } from "../../lib/corpus/fnv1a.ts";
import { publishedPieces, splitPieces } from "../../lib/corpus/training_pieces.ts";
import { settings } from "../../lib/settings/mod.ts";
import { kernText, madeUpPiece, melody, withFolder } from "./made_up.ts";

// The sides that the hashes of these paths give.
const [TRAIN, VALID, TEST] = ["air.mid", "fugue.mid", "canon.mid"];

/** A piece of this many notes, after `rests` staves of rests. */
function piece(path: string, notes: number, rests = 0): Piece {
  const made = madeUpPiece(path, melody(fnv1a(path), notes));
  const [part] = made.score.parts;
  made.score.parts.unshift(...Array.from({ length: rests }, () => ({ ...part, notes: [] })));
  return made;
}

function chosen(lengths: Record<string, number>, changes: Parameters<typeof settings>[1] = {}) {
  const pieces = Object.entries(lengths).map(([path, notes]) => piece(path, notes));
  const { heldOut, seedPiece } = splitPieces(
    { pieces, leftOut: [] },
    settings("corrected", { length: 50, ...changes }),
  );
  return { heldOut: heldOut.map(({ path }) => path), seed: seedPiece.path };
}

Deno.test("trainingPieces() keeps the held-out pieces and the seed out of the training of the sample", async () => {
  for (const reading of ["published", "corrected"] as const) {
    const { train, heldOut, seedPiece, leftOut } = await trainingPieces("sample", settings(reading));
    const learned = new Set(train.map(({ path }) => path));
    assert(train.length >= 6 && heldOut.length > 0);
    assert(![...heldOut, seedPiece].some(({ path }) => learned.has(path)));
    assert(seedPiece.score.parts[0].notes.length >= 75, "the published window needs 75 notes of the first part");
    assertEquals(leftOut, []);
  }
});

Deno.test("trainingPieces() learns from a single piece, and begins with it, where there is no other", async () => {
  const { train, heldOut, seedPiece } = await trainingPieces(
    "data/sample/bwv1007-prelude.krn",
    settings("corrected"),
  );
  assertEquals([train.length, heldOut.length, seedPiece.path], [1, 0, "bwv1007-prelude.krn"]);
});

Deno.test("trainingPieces() says which files could not be read", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/good.krn`, kernText("c d e f"));
    await Deno.writeTextFile(`${folder}/bad.krn`, kernText("c d z f"));
    const { train, leftOut } = await trainingPieces(folder, settings("corrected"));
    assertEquals([train.map(({ path }) => path), leftOut.map(({ path }) => path)], [["good.krn"], ["bad.krn"]]);
    assert(leftOut[0].reason.startsWith("it cannot be read: Line 5, spine 1: "), leftOut[0].reason);
  });
});

Deno.test("trainingPieces() leaves out pieces of drums alone, pieces without notes and doubles, and says so", () => {
  const drums = piece("drums.mid", 300);
  drums.score.parts.forEach((part) => part.drum = true);
  const double = { ...piece("z/again.mid", 0), score: piece(TRAIN, 200).score };
  const pieces = [piece(TRAIN, 200), piece(VALID, 100), piece(TEST, 90), drums, piece("empty.mid", 0), double];
  const unread = { path: "notes.txt", reason: "it is a .txt file" };
  for (const flattening of ["first", "all"] as const) {
    const { train, heldOut, seedPiece, leftOut } = splitPieces(
      { pieces, leftOut: [unread] },
      settings("corrected", { length: 50, flattening }),
    );
    assertEquals([train, heldOut, [seedPiece]].map((side) => side.map(({ path }) => path)), [[TRAIN], [VALID], [TEST]]);
    assertEquals(leftOut, [
      unread,
      { path: "drums.mid", reason: "it has only drums" },
      { path: "empty.mid", reason: "it has no notes" },
      { path: "z/again.mid", reason: `its music is in ${TRAIN}` },
    ]);
  }
  assertThrows(
    () => splitPieces({ pieces: [drums], leftOut: [] }, settings("corrected")),
    CorpusError,
    "Cannot choose pieces: none of 1 can be learned from; drums.mid: it has only drums",
  );
});

Deno.test("trainingPieces() begins with the longest piece of test that fills a window, else of valid, else of train", () => {
  assertEquals(chosen({ [TRAIN]: 200, [VALID]: 100, [TEST]: 50 }).seed, TEST);
  assertEquals(chosen({ [TRAIN]: 200, [VALID]: 100, [TEST]: 49 }).seed, VALID);
  assertEquals(chosen({ [TRAIN]: 200, [VALID]: 49, [TEST]: 48 }).seed, TRAIN);
  assertEquals(chosen({ [TRAIN]: 30, [VALID]: 49, [TEST]: 48 }).seed, VALID);
});

Deno.test("trainingPieces() holds nothing out that makes no window", () => {
  assertEquals(chosen({ [TRAIN]: 200, [VALID]: 51, [TEST]: 60 }).heldOut, [VALID]);
  assertEquals(chosen({ [TRAIN]: 200, [VALID]: 50, [TEST]: 60 }).heldOut, []);
  const two = { [TRAIN]: 200, [VALID]: 30, "gavotte.mid": 30, [TEST]: 60 };
  assertEquals(chosen(two).heldOut, []);
  assertEquals(chosen(two, { acrossPieces: true }).heldOut, [VALID, "gavotte.mid"]);
});

Deno.test("trainingPieces() counts the notes that the flattening keeps", () => {
  const duet = piece(TEST, 40);
  duet.score.parts.push(...piece("duet.mid", 40).score.parts);
  const pieces = [piece(TRAIN, 200), piece(VALID, 100, 2), duet];
  const seed = (flattening: "first" | "all") =>
    splitPieces({ pieces, leftOut: [] }, settings("corrected", { length: 75, flattening })).seedPiece.path;
  assertEquals([seed("all"), seed("first")], [TEST, VALID]);
});

Deno.test("trainingPieces() says which file of the published run is missing, and why", () => {
  const paths = [...PUBLISHED_FILES, SEED_FILE, "cellosui/06prelud.mid", "organ/toccata1.mid"];
  const pieces = paths.map((path) => piece(path, 80));
  const { train, heldOut, seedPiece } = publishedPieces({ pieces, leftOut: [] });
  assertEquals(train.map(({ path }) => path), [...PUBLISHED_FILES]);
  assertEquals(heldOut.map(({ path }) => path), [SEED_FILE, "cellosui/06prelud.mid"]);
  assertEquals(seedPiece.path, SEED_FILE);
  for (const path of [PUBLISHED_FILES[2], SEED_FILE]) {
    const left = pieces.filter((piece) => piece.path !== path);
    const leftOut = [{ path, reason: "it cannot be read: it is missing: run deno task corpus again" }];
    const message =
      `Cannot do the published run without ${path}: it cannot be read: it is missing: run deno task corpus`;
    assertThrows(() => publishedPieces({ pieces: left, leftOut }), CorpusError, message);
  }
});

Deno.test("trainingPieces() asks for settings", async () => {
  // As a notebook, which runs unchecked, may call it.
  const call = trainingPieces as (source: string, choice?: unknown) => Promise<unknown>;
  for (const choice of [undefined, {}]) {
    await assertRejects(() => call("sample", choice), TypeError, "Cannot choose pieces: pieces is missing");
  }
  await assertRejects(() => call("sample", "published"), TypeError, 'must be an object, current value is "published"');
});
