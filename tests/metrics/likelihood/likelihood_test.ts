import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { likelihood, pieceScores, type ScoredHead, type ScoredNotes } from "../../../lib/metrics/mod.ts";

const { LN2 } = Math;

const head = (nats: number[], hits: number[], confidence = nats.map((value) => Math.exp(-value))): ScoredHead => ({
  nats: Float64Array.from(nats),
  hit: Uint8Array.from(hits),
  confidence: Float64Array.from(confidence),
});

/** Three notes of an air, one of a bourrée, two of a courante, and a piece of whose notes none was scored. */
const SCORED: ScoredNotes<"pitch" | "step"> = {
  pieces: ["air", "bourree", "silence", "courante"],
  piece: Int32Array.of(0, 0, 0, 1, 3, 3),
  heads: {
    pitch: head([LN2, 2 * LN2, 3 * LN2, 4 * LN2, 0, LN2], [1, 0, 0, 0, 1, 1]),
    step: head([LN2, 0, LN2, 0, 2 * LN2, 0], [1, 1, 0, 1, 0, 1]),
  },
};

Deno.test("pieceScores() adds up each piece that has notes", () => {
  assertEquals(pieceScores(SCORED, "pitch"), [
    { piece: "air", notes: 3, nats: 6 * LN2, hits: 1 },
    { piece: "bourree", notes: 1, nats: 4 * LN2, hits: 0 },
    { piece: "courante", notes: 2, nats: LN2, hits: 2 },
  ]);
});

Deno.test("pieceScores() of the total adds the heads' nats, and counts notes that all heads hit", () => {
  const total = pieceScores(SCORED, "total");
  total.forEach(({ nats }, i) => assertAlmostEquals(nats, [8, 4, 3][i] * LN2, 1e-12));
  assertEquals(total.map(({ hits }) => hits), [1, 0, 1]);
});

Deno.test("pieceScores() takes some notes only, and leaves pieces out", () => {
  const only = Uint8Array.of(1, 0, 1, 0, 0, 1);
  assertEquals(pieceScores(SCORED, "pitch", { only }), [
    { piece: "air", notes: 2, nats: 4 * LN2, hits: 1 },
    { piece: "courante", notes: 1, nats: LN2, hits: 1 },
  ]);
  const without = ["air"];
  assertEquals(pieceScores(SCORED, "pitch", { without }).map(({ piece }) => piece), ["bourree", "courante"]);
  assertEquals(pieceScores(SCORED, "pitch", { only, without }).map(({ piece }) => piece), ["courante"]);
});

Deno.test("pieceScores() forgives rounding, and passes an impossible note on", () => {
  const heads = { pitch: head([-1e-7, Infinity], [1, 0]) };
  const [{ nats }] = pieceScores({ pieces: ["air"], piece: Int32Array.of(0, 0), heads }, "pitch");
  assertEquals(nats, Infinity);
});

Deno.test("pieceScores() refuses unknown names, unequal columns and senseless nats", () => {
  assertThrows(() => pieceScores(SCORED, "duration" as "pitch"), TypeError, 'no head "duration" among pitch, step');
  assertThrows(() => pieceScores(SCORED, "pitch", { without: ["gigue"] }), TypeError, 'no piece "gigue" to leave out');
  assertThrows(() => pieceScores(SCORED, "pitch", { only: [1] }), RangeError, '"only" has 1 entries for 6 notes');
  const short = { ...SCORED, heads: { pitch: head([1], [1]) } };
  assertThrows(() => pieceScores(short, "pitch"), RangeError, "a head has 1 entries for 6 notes");
  assertThrows(() => pieceScores({ ...SCORED, pieces: ["air"] }, "step"), RangeError, "of piece 1 among 1");
  for (const wrong of [NaN, -0.1]) {
    const strange = { ...SCORED, heads: { pitch: head([1, 1, wrong, 1, 1, 1], [0, 0, 0, 0, 0, 0]) } };
    assertThrows(() => pieceScores(strange, "pitch"), RangeError, `the nats of note 2 must be 0 or more, got ${wrong}`);
  }
});

Deno.test("likelihood() tells the mean over notes from the mean over pieces", () => {
  const all = likelihood(pieceScores(SCORED, "pitch"));
  assertEquals([all.pieces, all.notes, all.accuracy], [3, 6, 0.5]);
  // Notes: (1 + 2 + 3 + 4 + 0 + 1) / 6 bits. Pieces: (6 / 3 + 4 + 1 / 2) / 3 bits; hits (1/3 + 0 + 1) / 3.
  assertAlmostEquals(all.bits, 11 / 6, 1e-12);
  assertAlmostEquals(all.nats, 11 / 6 * LN2, 1e-12);
  assertAlmostEquals(all.macroNats, 6.5 / 3 * LN2, 1e-12);
  assertAlmostEquals(all.perplexity, 2 ** (11 / 6), 1e-12);
  assertAlmostEquals(all.macroAccuracy, 4 / 9, 1e-12);
});

Deno.test("likelihood() of a uniform model over 128 pitches has perplexity 128", () => {
  const nats = Array(10).fill(Math.log(128));
  const heads = { pitch: head(nats, Array(10).fill(0)) };
  const { bits, perplexity } = likelihood(pieceScores({ pieces: ["a"], piece: new Int32Array(10), heads }, "pitch"));
  assertAlmostEquals(bits, 7, 1e-12);
  assertAlmostEquals(perplexity, 128, 1e-10);
});

Deno.test("likelihood() of nothing is NaN, and of a piece without notes an error", () => {
  const nothing = likelihood([]);
  assertEquals([nothing.pieces, nothing.notes], [0, 0]);
  for (const key of ["nats", "macroNats", "bits", "perplexity", "accuracy", "macroAccuracy"] as const) {
    assertEquals(nothing[key], NaN);
  }
  const empty = { piece: "silence", notes: 0, nats: 0, hits: 0 };
  assertThrows(() => likelihood([empty]), RangeError, 'piece "silence" has 0 notes');
});
