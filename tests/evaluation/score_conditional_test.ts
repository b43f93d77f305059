import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { cellPieces, START } from "../../lib/encodings/mod.ts";
import { gridFigures, scoreConditional, scoreModel } from "../../lib/evaluation/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { betweenGrid, bigramGrid } from "../../lib/systems/mod.ts";

const RANGE = { lowest: 60, highest: 64 };
const TUNE = [60, 62, 64, 62, 60, 60, 62, 64].map((pitch) => [pitch, 60, -1, 64]);
const train = cellPieces([TUNE, TUNE.slice(2)]), lessons = { train, heldOut: [] };
const chosen = { ...settings("corrected"), range: RANGE };
const model = betweenGrid(lessons, chosen);

Deno.test("betweenGrid() gives what the transitions on both sides give, by Bayes, whatever stands in the cell itself", () => {
  const bigram = bigramGrid(1).learn(lessons, chosen);
  /** What the bigram says of the soprano's pitch after another. */
  const follows = (before: number, pitch: number) => {
    const listener = bigram.listen();
    [START, before, 60, -1, 64].forEach((cell) => listener.hear(cell));
    return Math.exp(listener.next("cell", {})[model.say(pitch).cell]);
  };
  const frames = [60, 62, 64].map((pitch) => [pitch, 60, -1, 64]).flat();
  const pitches = [-1, 60, 61, 62, 63, 64];
  const joint = pitches.map((pitch) => follows(60, pitch) * follows(pitch, 64));
  const sum = joint.reduce((a, b) => a + b);
  for (const own of pitches) {
    const piece = [START, ...frames.with(4, own)];
    const [said] = model.given(piece, [5]);
    pitches.forEach((pitch, i) => assertAlmostEquals(Math.exp(said[model.say(pitch).cell]), joint[i] / sum, 1e-12));
  }
});

Deno.test("scoreConditional() scores each cell from all others: less than from the past alone, and not the mark before", async () => {
  const pieces = cellPieces([TUNE]);
  const scored = await scoreConditional(model, pieces);
  assertEquals(scored.heads.cell.nats.length, 4 * TUNE.length);
  const { micro } = gridFigures(scored.heads.cell, [TUNE]);
  const { heads } = await scoreModel(bigramGrid(1).learn(lessons, chosen), pieces);
  const past = gridFigures(heads.cell, [TUNE]);
  assert(micro < past.micro, `${micro} against ${past.micro}`);
  const probabilities = model.given(pieces[0].events, [7]).map((said) => Array.from(said, Math.exp));
  assertAlmostEquals(probabilities[0].reduce((a, b) => a + b), 1, 1e-12);
  await assertRejects(() => scoreConditional(model, []), RangeError, "there is no cell");
  await assertRejects(() => scoreConditional(model, pieces, { signal: AbortSignal.abort() }), DOMException);
});
